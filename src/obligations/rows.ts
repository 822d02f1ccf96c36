import { prepareInsert, type Query } from '../platform/database/query.ts'
import { nextLook, type Obligation } from './rules.ts'

/** Writes the rows of a stream's obligations, new or changed, in one statement. */
export function saveObligations(
  tenant: number,
  streamId: string,
  obligations: readonly Obligation[],
): Query[] {
  if (obligations.length === 0) return []
  const rows = obligations.map(one => ({
    tenant_id: tenant,
    stream_id: streamId,
    id: one.id,
    kind: one.kind,
    owed_by: one.owedBy,
    status: one.status,
    due_at: Temporal.Instant.from(one.due),
    provisional: one.provisional,
    calendar_version: one.calendarVersion,
    next_look_at: nextLook(one) ?? null,
  }))
  return [insertObligations(rows)]
}

const insertObligations = prepareInsert('obligations', insert =>
  insert.onConflict(conflict =>
    conflict.columns(['tenant_id', 'stream_id', 'id']).doUpdateSet(eb => ({
      status: eb.ref('excluded.status'),
      due_at: eb.ref('excluded.due_at'),
      provisional: eb.ref('excluded.provisional'),
      calendar_version: eb.ref('excluded.calendar_version'),
      next_look_at: eb.ref('excluded.next_look_at'),
    })),
  ),
)

/** Those of `after` that are new or other than in `before`; a change always makes a new object. */
export function changedObligations(
  before: readonly Obligation[],
  after: readonly Obligation[],
): Obligation[] {
  const known = new Set(before)
  return after.filter(one => !known.has(one))
}
