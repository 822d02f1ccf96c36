import { type RawBuilder, sql } from 'kysely'
import { type Query, sqlQuery } from '../../platform/database/query.ts'
import type { Scope } from '../visibility.ts'

/** The queues a reader has: their own, their units', what is late, what nobody works yet, and everything they may see. */
export const tabs = ['mine', 'units', 'overdue', 'unassigned', 'all'] as const
export type Tab = (typeof tabs)[number]

/** Counting stops here; beyond it a page says "1000+". */
export const countedTo = 1000

/** How many open cases each queue holds, up to one more than is counted. One row. */
export function countTabs(tenant: number, scope: Scope, late: Temporal.Instant): Query<Record<Tab, number>> {
  const { units, whole, staffId: me } = scope
  const ofUnits = sql`cases.unit_id = any (${[...units]}::uuid[])`
  const elsewhere = sql`cases.unit_id <> all (${[...units]}::uuid[])`
  const owned = sql`cases.owner_id = ${me}::uuid and ${scope.keeps}`
  const led = sql`cases.lead_id = ${me}::uuid and cases.owner_id is distinct from ${me}::uuid and ${scope.keeps}`
  const coming = sql`cases.receiver_id = any (${[...units]}::uuid[]) and ${elsewhere}`
  const seen = whole
    ? [sql`true`]
    : [ofUnits, coming, sql`${owned} and ${elsewhere}`, sql`${led} and ${elsewhere}`]
  const isLate = sql`cases.due_at < ${late}::timestamptz`
  const some = (
    which: RawBuilder<unknown>,
  ) => sql`(select from cases where cases.tenant_id = ${tenant}::integer
    and cases.open and ${which} and ${scope.allows} limit ${countedTo + 1}::integer)`
  const count = (parts: RawBuilder<unknown>[]) =>
    sql<number>`(select least(count(*), ${countedTo + 1})::integer from (${sql.join(parts.map(some), sql` union all `)}) as counted)`
  return sqlQuery(sql<Record<Tab, number>>`select
    ${count([owned, led])} as mine,
    ${count([ofUnits, coming])} as units,
    ${count(seen.map(part => sql`${part} and ${isLate}`))} as overdue,
    ${count([sql`${whole ? sql`true` : ofUnits} and cases.owner_id is null`])} as unassigned,
    ${count(seen)} as all`)
}
