import { type Expression, type SqlBool, sql } from 'kysely'
import type { Caller } from '../access/reads.ts'
import { eventsOf } from '../cases/reads.ts'
import type { CaseState } from '../cases/rules/state.ts'
import { mayRead } from '../cases/visibility.ts'
import { findActorById, findOrganisation, type Organisation } from '../org/reads.ts'
import { anyOf, q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'
import { unwrapDataKey } from '../platform/sealing/keys.ts'
import { openSealed, type RecordedEvent } from '../platform/stream.ts'
import { closedStatuses } from './rules.ts'

/** A span of time, both ends in it. */
export type Span = { from: Temporal.Instant; to: Temporal.Instant }

/** Which requests are asked for. */
export type RequestQuery = {
  /** By number: what nothing else narrows, and the only way to those that no list shows. */
  numbers?: readonly string[] | undefined
  services: readonly string[]
  closed?: boolean | undefined
  filed?: Span | undefined
  updated?: Span | undefined
  limit: number
  offset: number
}

/** What was said in a filing, as whoever may read it is given it. */
export type Said = {
  what: string
  place: { address: string; pin?: { latitude: number; longitude: number } }
  answers?: Record<string, string[]>
}

/** A case as Open311 knows it. */
export type FoundRequest = {
  number: string
  status: string
  category: string
  packKey: string
  unitId: string
  filedAt: Temporal.Instant
  updatedAt: Temporal.Instant
  /** When its answer, or the decision of its review, is due by law. */
  expectedAt: Temporal.Instant | null
  /** Whether more than its number and status may be known. */
  listed: boolean
  /** The address of the request that it is a copy of, at another server. */
  origin: string | null
  /** What was said, where the caller may read that. */
  said: Said | undefined
}

/** The requests asked for, newest first, with the organisation that handles them. */
export async function findRequests(
  office: Office,
  tx: Tx,
  query: RequestQuery,
  caller: Caller | undefined,
): Promise<{ requests: FoundRequest[]; organisation: Organisation }> {
  const [rows, organisation] = await Promise.all([
    tx.all(requestRows(tx.tenant, query, caller)),
    findOrganisation(office.pool, tx),
  ])
  const readable = await readableOf(tx, rows, caller, organisation)
  const said = await openFilings(office, tx, readable)
  const requests = rows.map(row => ({
    number: row.number,
    status: row.status,
    category: row.category,
    packKey: `${row.pack_id}@${row.pack_version}`,
    unitId: row.unit_id,
    filedAt: row.filed_at,
    updatedAt: row.closed_at ?? row.updated_at,
    expectedAt: row.expected_at,
    listed: row.listed,
    origin: row.origin,
    said: said.get(row.id),
  }))
  return { requests, organisation }
}

type Row = { id: string; listed: boolean; own: boolean; state: unknown }

/** The cases whose words the caller may read: those it filed itself, and those that its member of staff may. */
async function readableOf(
  tx: Tx,
  rows: readonly Row[],
  caller: Caller | undefined,
  organisation: Organisation,
): Promise<string[]> {
  if (!caller) return []
  const actor = readsAsStaff(caller) ? await findActorById(tx, caller.staffId ?? '') : undefined
  return rows
    .filter(row => row.listed)
    .filter(row => row.own || (actor && mayRead(actor, row.state as CaseState, organisation)))
    .map(row => row.id)
}

function readsAsStaff(caller: Caller | undefined): boolean {
  return caller?.staffId !== undefined && caller.scopes.includes('cases:read')
}

function requestRows(tenant: number, query: RequestQuery, caller: Caller | undefined) {
  // The page first, so that what is skipped costs only its place in the index.
  const page = q
    .selectFrom('cases')
    .selectAll()
    .where('cases.tenant_id', '=', tenant)
    .where(eb =>
      eb.and(
        query.numbers ? [sql<SqlBool>`number = any(${[...query.numbers]}::text[])`] : narrowed(query, caller),
      ),
    )
    .orderBy('filed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit)
    .offset(query.offset)
    .as('page')
  return q
    .selectFrom(page)
    .leftJoin('open311_requests as sent', join =>
      join.on('sent.tenant_id', '=', tenant).onRef('sent.case_id', '=', 'page.id'),
    )
    .leftJoin('open311_origins as origins', join =>
      join.on('origins.tenant_id', '=', tenant).onRef('origins.case_id', '=', 'page.id'),
    )
    .select([
      'page.id',
      'origins.url as origin',
      'page.number',
      'page.status',
      'page.category',
      'page.pack_id',
      'page.pack_version',
      'page.unit_id',
      'page.filed_at',
      'page.updated_at',
      'page.closed_at',
      // What was taken over from another system's records was filed before anybody knew of this list.
      sql<boolean>`page.listed and (${caller !== undefined}::boolean or page.channel <> 'import')`.as(
        'listed',
      ),
      sql<boolean>`coalesce(sent.token_id = ${caller?.tokenId ?? null}::uuid, false)`.as('own'),
      sql<unknown>`case when ${readsAsStaff(caller)}::boolean then page.state end`.as('state'),
      sql<Temporal.Instant | null>`(
        select due_at from obligations as owed where owed.tenant_id = ${tenant}::integer and owed.stream_id = page.id
          and owed.kind in ('answer', 'review', 'final-review') and owed.owed_by = 'institution'
          and owed.status <> 'cancelled' order by due_at desc limit 1)`.as('expected_at'),
    ])
    .orderBy('page.filed_at', 'desc')
    .orderBy('page.id', 'desc')
}

function narrowed(
  { services, closed, filed, updated }: RequestQuery,
  caller: Caller | undefined,
): Expression<SqlBool>[] {
  const wanted: Expression<SqlBool>[] = [sql`listed`]
  if (!caller) wanted.push(sql`channel <> 'import'`)
  if (services.length > 0) wanted.push(sql`category = any(${[...services]}::text[])`)
  // Written out and not passed as values: only then does the planner see that the index has them all.
  const ended = sql`(${sql.join(closedStatuses.map(status => sql.lit(status)))})`
  if (closed !== undefined) wanted.push(closed ? sql`status in ${ended}` : sql`status not in ${ended}`)
  if (filed) wanted.push(within(sql`filed_at`, filed))
  if (updated) wanted.push(within(sql`updated_at`, updated))
  return wanted
}

/** Times are told without their fraction, so the last second of a span is in it whole. */
function within(column: Expression<unknown>, { from, to }: Span): Expression<SqlBool> {
  return sql`(${column} >= ${from}::timestamptz and ${column} < ${to.add({ seconds: 1 })}::timestamptz)`
}

/** What was said in each of these cases; nothing of one whose retention period has ended. */
async function openFilings(office: Office, tx: Tx, ids: readonly string[]): Promise<Map<string, Said>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.all(
    q
      .selectFrom('events')
      .innerJoin('stream_keys', join =>
        join
          .onRef('stream_keys.tenant_id', '=', 'events.tenant_id')
          .onRef('stream_keys.stream_id', '=', 'events.stream_id'),
      )
      .select(['events.seq', 'events.type', 'events.at', 'events.actor', 'events.data', 'events.sealed'])
      .select(['events.stream_id', 'stream_keys.wrapped'])
      .where('events.tenant_id', '=', tx.tenant)
      .where('events.stream_id', '=', anyOf(ids))
      .where('events.seq', '=', 1),
  )
  return new Map(
    rows.flatMap(row => {
      const stream = { id: row.stream_id, key: unwrapDataKey(office.key, row.wrapped, row.stream_id) }
      const said = openSealed(tx.tenant, stream, row as unknown as RecordedEvent)
      return said === undefined ? [] : [[row.stream_id, said as unknown as Said] as const]
    }),
  )
}

/** The cases here that are copies of requests at these addresses, by address. */
export async function findCopies(
  tx: Tx,
  urls: readonly string[],
): Promise<Map<string, { caseId: string; number: string }>> {
  const rows = await tx.all(
    q
      .selectFrom('open311_origins')
      .innerJoin('cases', join =>
        join
          .onRef('cases.tenant_id', '=', 'open311_origins.tenant_id')
          .onRef('cases.id', '=', 'open311_origins.case_id'),
      )
      .select(['open311_origins.url', 'cases.id', 'cases.number'])
      .where('open311_origins.tenant_id', '=', tx.tenant)
      .where('open311_origins.url', '=', sql<string>`any(${[...urls]}::text[])`),
  )
  return new Map(rows.map(({ url, id, number }) => [url, { caseId: id, number }]))
}

/** When the organisation, its settings or its policy pack last changed: the services may be others since. */
export async function findChangeset(tx: Tx, streamId: string): Promise<Temporal.Instant> {
  const { at } = await tx.one(eventsOf(tx.tenant, streamId).clearOrderBy().orderBy('seq', 'desc').limit(1))
  return at
}
