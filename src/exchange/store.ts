import { type Query, q } from '../platform/database/query.ts'
import type { CategoryName } from './reads.ts'

/** Writes local names of categories, new or changed. */
export function saveCategoryNames(tenant: number, names: readonly CategoryName[], now: Temporal.Instant): Query {
  const rows = names.map(({ name, category, kind }) => ({
    tenant_id: tenant,
    name,
    category,
    kind: kind ?? null,
    created_at: now,
  }))
  return q
    .insertInto('category_names')
    .values(rows)
    .onConflict(conflict =>
      conflict.columns(['tenant_id', 'name']).doUpdateSet(eb => ({
        category: eb.ref('excluded.category'),
        kind: eb.ref('excluded.kind'),
        created_at: eb.ref('excluded.created_at'),
      })),
    )
}
