import { sql } from 'kysely'
import type { CaseState } from '../cases/rules/state.ts'
import { mayRead, scopeOf } from '../cases/visibility.ts'
import type { Actor } from '../org/may.ts'
import { findOrganisation, type Organisation } from '../org/reads.ts'
import { prepare, q, sqlQuery } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'
import { type DataKey, unwrapDataKey } from '../platform/sealing/keys.ts'

/** Whose due dates a member of staff asks for: the cases that carry their name, or those of their units. */
export type Whose = 'mine' | 'unit'

const most = 500
// An office that has withdrawn more in a month than this shows the newest as called off, the others as gone.
const withdrawnFiledWithin = { hours: 24 * 366 }

/** The cases whose due dates an actor sees, soonest first, and those withdrawn since a time; at most 500 of each. */
export async function casesOf(
  office: Office,
  tx: Tx,
  actor: Actor,
  whose: Whose,
  withdrawnSince: Temporal.Instant,
): Promise<{ states: CaseState[]; organisation: Organisation }> {
  const organisation = await findOrganisation(office.pool, tx)
  const keys: [Column, readonly string[]][] =
    whose === 'mine'
      ? [
          ['owner_id', [actor.staffId]],
          ['lead_id', [actor.staffId]],
        ]
      : [['unit_id', scopeOf(actor, organisation).units]]
  const filedSince = office.clock.now().subtract(withdrawnFiledWithin)
  const found = await Promise.all(
    keys.flatMap(([column, ids]) => [
      tx.all(openCases(tx.tenant, column, ids)),
      tx.all(withdrawnCases(tx.tenant, column, ids, withdrawnSince, filedSince)),
    ]),
  )
  const states = new Map(found.flat().map(({ state }) => [state.id, state]))
  return { states: [...states.values()].filter(state => mayRead(actor, state, organisation)), organisation }
}

type Column = 'owner_id' | 'lead_id' | 'unit_id'
type Found = { state: CaseState }

// Each unit's own soonest are read from its index, whatever lies in others.
function openCases(tenant: number, column: Column, ids: readonly string[]) {
  return sqlQuery(sql<Found>`select c.state from unnest(${[...ids]}::uuid[]) as wanted (id) cross join lateral (
      select state, due_at from cases where tenant_id = ${tenant} and ${sql.ref(column)} = wanted.id and open
      and due_at is not null order by due_at limit ${most}) c
    order by c.due_at limit ${most}`)
}

function withdrawnCases(
  tenant: number,
  column: Column,
  ids: readonly string[],
  since: Temporal.Instant,
  filedSince: Temporal.Instant,
) {
  return sqlQuery(sql<Found>`select c.state from unnest(${[...ids]}::uuid[]) as wanted (id) cross join lateral (
      select state, closed_at from cases where tenant_id = ${tenant} and ${sql.ref(column)} = wanted.id and not open
      and filed_at >= ${filedSince} and status = 'withdrawn' and closed_at >= ${since}
      order by filed_at desc limit ${most}) c
    order by c.closed_at desc limit ${most}`)
}

/** A member of staff's calendar address, or undefined where they have none. */
export function findAddress(
  tx: Tx,
  staffId: string,
): Promise<{ id: string; created_at: Temporal.Instant } | undefined> {
  return tx.first(
    q
      .selectFrom('calendar_addresses')
      .select(['id', 'created_at'])
      .where('tenant_id', '=', tx.tenant)
      .where('staff_id', '=', staffId),
  )
}

/** Whose calendar address this is; undefined where it was renewed or ended. */
export async function findStaffOfAddress(tx: Tx, id: string): Promise<string | undefined> {
  return (await tx.first(staffOfAddress(tx.tenant, id)))?.staff_id
}

const staffOfAddress = prepare((tenant: number, id: string) =>
  q.selectFrom('calendar_addresses').select('staff_id').where('tenant_id', '=', tenant).where('id', '=', id),
)

/** A case and its key, by its number; undefined where there is none or its retention period has ended. */
export async function findCaseWithKey(
  office: Office,
  tx: Tx,
  number: string,
): Promise<{ state: CaseState; key: DataKey } | undefined> {
  const row = await tx.first(caseWithKey(tx.tenant, number))
  return (
    row && { state: row.state as unknown as CaseState, key: unwrapDataKey(office.key, row.wrapped, row.id) }
  )
}

const caseWithKey = prepare((tenant: number, number: string) =>
  q
    .selectFrom('cases')
    .innerJoin('stream_keys', join =>
      join
        .onRef('stream_keys.tenant_id', '=', 'cases.tenant_id')
        .onRef('stream_keys.stream_id', '=', 'cases.id'),
    )
    .select(['cases.id', 'cases.state', 'stream_keys.wrapped'])
    .where('cases.tenant_id', '=', tenant)
    .where('cases.number', '=', number),
)
