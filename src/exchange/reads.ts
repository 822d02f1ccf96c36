import { findCategory, leafCategories } from '../packs/rules.ts'
import type { Kind, Pack } from '../packs/schema.ts'
import { q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { CategoryChoice } from './read-row.ts'
import { compared } from './values.ts'

/** A name that the institution's own files have for a category of the rules. */
export type CategoryName = { name: string; category: string; kind: Kind | undefined }

/** The local names of categories. */
export async function listCategoryNames(tx: Tx): Promise<CategoryName[]> {
  const rows = await tx.all(
    q
      .selectFrom('category_names')
      .select(['name', 'category', 'kind'])
      .where('tenant_id', '=', tx.tenant)
      .orderBy('name'),
  )
  return rows.map(({ name, category, kind }) => ({ name, category, kind: (kind ?? undefined) as Kind | undefined }))
}

/** Finds a category by its code, by what the rules call it in either language, or by a local name, which comes first. */
export function categoryFinder(
  pack: Pack,
  local: readonly CategoryName[],
): (name: string) => CategoryChoice | undefined {
  const byName = new Map<string, CategoryChoice>()
  for (const { code, name } of leafCategories(pack))
    for (const one of [code, ...Object.values(name)]) byName.set(compared(one), { category: code })
  for (const { name, category, kind } of local)
    if (findCategory(pack, category)) byName.set(name, { category, kind })
  return name => byName.get(compared(name))
}
