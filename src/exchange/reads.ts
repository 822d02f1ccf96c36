import { sql } from 'kysely'
import { findCategory, leafCategories } from '../packs/rules.ts'
import type { Kind, Pack } from '../packs/schema.ts'
import { q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { ImportKind } from './fields.ts'
import type { CategoryChoice } from './read-row.ts'
import type { Run } from './run.ts'
import { compared } from './values.ts'

/** A name that the institution's own files have for a category of the rules. */
export type CategoryName = { name: string; category: string; kind: Kind | undefined }

/** The local names of categories. */
export async function listCategoryNames(tx: Tx): Promise<CategoryName[]> {
  const rows = await tx.all(
    q
      .selectFrom('category_names')
      .select(['label', 'category', 'kind'])
      .where('tenant_id', '=', tx.tenant)
      .orderBy('label'),
  )
  return rows.map(({ label, category, kind }) => ({
    name: label,
    category,
    kind: (kind ?? undefined) as Kind | undefined,
  }))
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

/** The imports of the institution, the latest first, a page at a time; `before` is the last one of the page before. */
export async function listRuns(tx: Tx, limit: number, before?: string): Promise<Run[]> {
  let query = runRows(tx.tenant).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit)
  if (before !== undefined)
    query = query.where(
      sql<boolean>`(created_at, id) < (select created_at, id from import_runs
        where tenant_id = ${tx.tenant} and id = ${before}::uuid)`,
    )
  return (await tx.all(query)).map(toRun)
}

/** One import, or undefined. */
export async function findRun(tx: Tx, id: string): Promise<Run | undefined> {
  const row = await tx.first(runRows(tx.tenant).where('id', '=', id))
  return row && toRun(row)
}

/** Imports whose files are kept no longer. */
export async function listOldRuns(tx: Tx, before: Temporal.Instant): Promise<Run[]> {
  const rows = await tx.all(
    runRows(tx.tenant)
      .where('updated_at', '<', before)
      .where('status', 'not in', ['discarded', 'running', 'checking']),
  )
  return rows.map(toRun)
}

function runRows(tenant: number) {
  return q
    .selectFrom('import_runs')
    .select([
      'id',
      'kind',
      'file_label',
      'staff_id',
      'status',
      'reading',
      'report',
      'created_at',
      'updated_at',
    ])
    .where('tenant_id', '=', tenant)
}

type RunRow = {
  id: string
  kind: string
  file_label: string
  staff_id: string
  status: string
  reading: unknown
  report: unknown
  created_at: Temporal.Instant
  updated_at: Temporal.Instant
}

function toRun(row: RunRow): Run {
  return {
    id: row.id,
    kind: row.kind as ImportKind,
    fileName: row.file_label,
    staffId: row.staff_id,
    status: row.status as Run['status'],
    reading: row.reading as Run['reading'],
    report: (row.report ?? undefined) as Run['report'],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
