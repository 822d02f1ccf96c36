import { type SqlBool, sql } from 'kysely'
import { prepare, q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { Direction, Pair } from './rules/mapping.ts'

/** Why nothing goes over a connection. */
export type PausedBecause = 'administrator' | 'failing' | 'rebuilt'

/** A connection as pages and the command line show it; its key was typed once. */
export type Connection = {
  id: string
  name: string
  direction: Direction
  /** The other server's endpoint, without a slash at the end. */
  url: string
  jurisdiction: string | null
  hasKey: boolean
  services: readonly Pair[]
  everyMinutes: number
  createdAt: Temporal.Instant
  pausedAt: Temporal.Instant | null
  pausedBecause: PausedBecause | null
  /** Not before then: the next fetch, or the next try. */
  nextAt: Temporal.Instant
  failingSince: Temporal.Instant | null
  /** What went wrong last, as a code. */
  fault: string | null
  succeededAt: Temporal.Instant | null
  /** Whether the other side has updates; null: not known yet. */
  takesUpdates: boolean | null
}

/** Every connection, in the order in which they were added. */
export async function listConnections(tx: Tx): Promise<Connection[]> {
  return (await tx.all(connectionRows(tx.tenant))).map(toConnection)
}

/** One connection, or undefined. */
export async function findConnection(tx: Tx, id: string): Promise<Connection | undefined> {
  const row = await tx.first(connectionRows(tx.tenant).where('id', '=', id))
  return row && toConnection(row)
}

/** The key of a connection as it is stored; undefined where it has none. */
export async function findSealedKey(tx: Tx, id: string): Promise<Buffer | undefined> {
  const row = await tx.first(connectionRows(tx.tenant).where('id', '=', id))
  return row?.api_key ?? undefined
}

/** A connection with what only its work needs: its sealed key, and how far it has come. */
export type WorkingConnection = Connection & {
  apiKey: Buffer | null
  tries: number
  requestsUntil: Temporal.Instant
  updatesUntil: Temporal.Instant
}

/** The connections with the server at this address. */
export async function listConnectionsWith(tx: Tx, url: string): Promise<WorkingConnection[]> {
  const rows = await tx.all(connectionRows(tx.tenant).where('url', '=', url))
  return rows.map(row => ({
    ...toConnection(row),
    apiKey: row.api_key,
    tries: row.tries,
    requestsUntil: row.requests_until,
    updatesUntil: row.updates_until,
  }))
}

function connectionRows(tenant: number) {
  return q.selectFrom('connections').selectAll().where('tenant_id', '=', tenant).orderBy('id')
}

type Row = Awaited<ReturnType<ReturnType<typeof connectionRows>['execute']>>[number]

function toConnection(row: Row): Connection {
  return {
    id: row.id,
    name: row.label,
    direction: row.direction as Direction,
    url: row.url,
    jurisdiction: row.jurisdiction,
    hasKey: row.api_key !== null,
    services: row.services as unknown as Pair[],
    everyMinutes: row.every_minutes,
    createdAt: row.created_at,
    pausedAt: row.paused_at,
    pausedBecause: row.paused_because as PausedBecause | null,
    nextAt: row.next_at,
    failingSince: row.failing_since,
    fault: row.fault,
    succeededAt: row.succeeded_at,
    takesUpdates: row.takes_updates,
  }
}

/** How many cases stand how, over one connection; `steps`: copied, with steps that are still to be told. */
export type Counts = { waiting: number; copied: number; there: number; refused: number; steps: number }

/** The counts of every connection, by its id. */
export async function countCopies(tx: Tx): Promise<Map<string, Counts>> {
  const rows = await tx.all(
    q
      .selectFrom('connection_copies')
      .select(['connection_id', 'status'])
      .select(sql<number>`count(*)`.as('all'))
      .select(sql<number>`count(*) filter (where status = 'copied' and told_seq < wanted_seq)`.as('steps'))
      .where('tenant_id', '=', tx.tenant)
      .groupBy(['connection_id', 'status']),
  )
  const counts = new Map<string, Counts>()
  for (const row of rows) {
    const so = counts.get(row.connection_id) ?? { waiting: 0, copied: 0, there: 0, refused: 0, steps: 0 }
    const steps = so.steps + Number(row.steps)
    counts.set(row.connection_id, { ...so, [row.status]: Number(row.all), steps })
  }
  return counts
}

/** How one case stands over a connection. */
export type Copy = {
  caseId: string
  number: string
  status: 'waiting' | 'copied' | 'there' | 'refused'
  remoteId: string | null
  fault: string | null
  createdAt: Temporal.Instant
}

/** The cases of a connection, newest first, a page at a time; `before` is the last case of the page before. */
export async function listCopies(tx: Tx, id: string, limit: number, before?: string): Promise<Copy[]> {
  let query = q
    .selectFrom('connection_copies as copies')
    .innerJoin('cases', join =>
      join.onRef('cases.tenant_id', '=', 'copies.tenant_id').onRef('cases.id', '=', 'copies.case_id'),
    )
    .select(['copies.case_id', 'cases.number', 'copies.status', 'copies.remote_id', 'copies.fault'])
    .select('copies.created_at')
    .where('copies.tenant_id', '=', tx.tenant)
    .where('copies.connection_id', '=', id)
    .orderBy('copies.created_at', 'desc')
    .orderBy('copies.case_id', 'desc')
    .limit(limit)
  if (before !== undefined)
    query = query.where(
      sql<SqlBool>`(copies.created_at, copies.case_id) < (select created_at, case_id from connection_copies
        where tenant_id = ${tx.tenant} and connection_id = ${id} and case_id = ${before})`,
    )
  const rows = await tx.all(query)
  return rows.map(row => ({
    caseId: row.case_id,
    number: row.number,
    status: row.status as Copy['status'],
    remoteId: row.remote_id,
    fault: row.fault,
    createdAt: row.created_at,
  }))
}

/** A case that is to be sent, or whose steps are to be told. */
export type Waiting = {
  caseId: string
  number: string
  category: string
  status: 'waiting' | 'copied'
  remoteId: string | null
  reference: string | null
  triedAt: Temporal.Instant | null
  toldSeq: number
  wantedSeq: number
  filedAt: Temporal.Instant
  /** What its resident reads. */
  language: Lang
}

/**
 * What is to be sent over a connection, oldest first: of cases that may be listed, and no other. Where the other side
 * has no updates, steps are not.
 */
export async function listWaiting(tx: Tx, id: string, withSteps: boolean, limit: number): Promise<Waiting[]> {
  const rows = await tx.all(
    q
      .selectFrom('connection_copies as copies')
      .innerJoin('cases', join =>
        join.onRef('cases.tenant_id', '=', 'copies.tenant_id').onRef('cases.id', '=', 'copies.case_id'),
      )
      .select(['copies.case_id', 'cases.number', 'cases.category', 'cases.filed_at', 'copies.status'])
      .select(['copies.remote_id', 'copies.reference', 'copies.tried_at'])
      .select(sql<Lang>`cases.state ->> 'language'`.as('language'))
      .select(['copies.told_seq', 'copies.wanted_seq'])
      .where('copies.tenant_id', '=', tx.tenant)
      .where('copies.connection_id', '=', id)
      .where('cases.listed', '=', true)
      .where(
        sql<SqlBool>`(copies.status = 'waiting' or (copies.status = 'copied' and copies.told_seq < copies.wanted_seq))`,
      )
      .$if(!withSteps, query => query.where('copies.status', '=', 'waiting'))
      .orderBy('copies.created_at')
      .orderBy('copies.case_id')
      .limit(limit),
  )
  return rows.map(row => ({
    caseId: row.case_id,
    number: row.number,
    category: row.category,
    status: row.status as Waiting['status'],
    remoteId: row.remote_id,
    reference: row.reference,
    triedAt: row.tried_at,
    toldSeq: row.told_seq,
    wantedSeq: row.wanted_seq,
    filedAt: row.filed_at,
    language: row.language,
  }))
}

/** What was sent to a server and may have arrived, without our knowing its number there. */
export async function listUnsettled(
  tx: Tx,
  url: string,
): Promise<{ category: string; triedAt: Temporal.Instant; services: readonly Pair[] }[]> {
  const rows = await tx.all(
    q
      .selectFrom('connections')
      .innerJoin('connection_copies as copies', join =>
        join
          .onRef('copies.tenant_id', '=', 'connections.tenant_id')
          .onRef('copies.connection_id', '=', 'connections.id'),
      )
      .innerJoin('cases', join =>
        join.onRef('cases.tenant_id', '=', 'copies.tenant_id').onRef('cases.id', '=', 'copies.case_id'),
      )
      .select(['cases.category', 'copies.tried_at', 'connections.services'])
      .where('connections.tenant_id', '=', tx.tenant)
      .where('connections.url', '=', url)
      .where('copies.status', '=', 'waiting')
      .where('copies.tried_at', 'is not', null),
  )
  return rows.flatMap(row =>
    row.tried_at
      ? [{ category: row.category, triedAt: row.tried_at, services: row.services as unknown as Pair[] }]
      : [],
  )
}

/** Which of these requests of a server are copies that we sent there ourselves. */
export async function listOwnThere(tx: Tx, url: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.all(
    q
      .selectFrom('connections')
      .innerJoin('connection_copies as copies', join =>
        join
          .onRef('copies.tenant_id', '=', 'connections.tenant_id')
          .onRef('copies.connection_id', '=', 'connections.id'),
      )
      .select('copies.remote_id')
      .where('connections.tenant_id', '=', tx.tenant)
      .where('connections.url', '=', url)
      .where('connections.direction', '=', 'to')
      .where('copies.remote_id', '=', sql<string>`any(${[...ids]}::text[])`),
  )
  return new Set(rows.map(row => row.remote_id ?? ''))
}

/** The cases that were fetched over a connection, by the number of the request there. */
export async function listFetched(tx: Tx, id: string, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.all(
    q
      .selectFrom('connection_copies')
      .select(['case_id', 'remote_id'])
      .where('tenant_id', '=', tx.tenant)
      .where('connection_id', '=', id)
      .where('remote_id', '=', sql<string>`any(${[...ids]}::text[])`),
  )
  return new Map(rows.map(row => [row.remote_id ?? '', row.case_id]))
}

/** Which of these updates were fetched over a connection. */
export async function listFetchedUpdates(tx: Tx, id: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.all(
    q
      .selectFrom('connection_updates')
      .select('update_id')
      .where('tenant_id', '=', tx.tenant)
      .where('connection_id', '=', id)
      .where('update_id', '=', sql<string>`any(${[...ids]}::text[])`),
  )
  return new Set(rows.map(row => row.update_id))
}

/** The connections that have something to do now. */
export async function listDue(tx: Tx, now: Temporal.Instant): Promise<string[]> {
  const rows = await tx.all(
    q
      .selectFrom('connections')
      .select('id')
      .where('tenant_id', '=', tx.tenant)
      .where('paused_at', 'is', null)
      .where('next_at', '<=', now)
      .where(
        sql<SqlBool>`(direction = 'from' or exists (select from connection_copies c
          where c.tenant_id = connections.tenant_id and c.connection_id = connections.id
          and (c.status = 'waiting' or (c.status = 'copied' and c.told_seq < c.wanted_seq))))`,
      ),
  )
  return rows.map(row => row.id)
}

// Asked once in a while and then known: an office without connections pays nothing for there being any.
const freshFor = 2_000
const known = new WeakMap<object, Map<number, { at: number; sending: Promise<boolean> }>>()

/** Whether cases of a tenant are sent anywhere, as was known at most two seconds ago; what is paused waits, and counts. */
export function isSending(pool: object, tx: Tx): Promise<boolean> {
  const ofPool = known.get(pool) ?? new Map()
  known.set(pool, ofPool)
  const remembered = ofPool.get(tx.tenant)
  if (remembered && performance.now() - remembered.at < freshFor) return remembered.sending
  const sending = tx.first(anySending(tx.tenant)).then(row => row !== undefined)
  ofPool.set(tx.tenant, { at: performance.now(), sending })
  sending.catch(() => ofPool.delete(tx.tenant))
  return sending
}

/** Forgets what is known of who is sent to, after a connection was added here. */
export function forgetSending(pool: object): void {
  known.delete(pool)
}

const anySending = prepare((tenant: number) =>
  q
    .selectFrom('connections')
    .select('id')
    .where('tenant_id', '=', tenant)
    .where('direction', '=', 'to')
    .limit(1),
)
