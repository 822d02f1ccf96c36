import { rebuildFrom } from '../../org/actions/compare-record.ts'
import type { Kind } from '../../packs/schema.ts'
import { q } from '../../platform/database/query.ts'
import { absent } from '../../platform/difference.ts'
import type { CategoryName } from '../reads.ts'
import { saveCategoryNames } from '../store.ts'

type Recorded = CategoryName & { at: Temporal.Instant }

/**
 * Rebuilds what a tenant's own files call categories, from the events of its chain. What imports brought are cases, units
 * and staff, rebuilt as such; an import itself, with how far it came, is no projection.
 */
export const rebuildCategoryNames = rebuildFrom(['exchange.categories-named'], async (tx, facts, report) => {
  const recorded = new Map<string, Recorded>()
  for (const { at, sealed } of facts)
    for (const { name, category, kind } of (sealed as unknown as Told).names)
      recorded.set(name, { name, category, kind: kind ?? undefined, at })
  const rows = await tx.all(q.selectFrom('category_names').selectAll().where('tenant_id', '=', tx.tenant))
  const known = new Map(rows.map(row => [row.label, row]))
  // The names themselves stand sealed in the record, so where they lead is printed.
  for (const { at, ...one } of recorded.values()) {
    const row = known.get(one.name)
    known.delete(one.name)
    const was = row ? shown(row) : absent
    if (was !== shown(one) || !row?.created_at.equals(at))
      report('category_names', was, shown(one), saveCategoryNames(tx.tenant, [one], at))
  }
  // The application may change where a name leads, and remove none.
  for (const extra of known.values()) report('category_names', shown(extra), absent)
})

type Told = { names: { name: string; category: string; kind: Kind | null }[] }

const shown = ({ category, kind }: { category: string; kind?: string | null | undefined }) =>
  kind ? `${category} (${kind})` : category
