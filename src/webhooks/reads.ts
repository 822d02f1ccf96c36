import { sql } from 'kysely'
import { prepare, q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { Attempt, DisabledBecause } from './store.ts'

/** An endpoint as pages and the command line show it; its secret was shown once. */
export type Endpoint = {
  id: string
  url: string
  /** The event types it wants; empty: all. */
  types: readonly string[]
  createdAt: Temporal.Instant
  failingSince: Temporal.Instant | null
  disabledAt: Temporal.Instant | null
  disabledBecause: DisabledBecause | null
  /** Until when the secret before the present one signs as well. */
  earlierUntil: Temporal.Instant | null
}

const columns = [
  'id',
  'url',
  'types',
  'created_at',
  'failing_since',
  'disabled_at',
  'disabled_because',
  'earlier_until',
] as const

/** Every endpoint, in the order in which they were added. */
export async function listEndpoints(tx: Tx): Promise<Endpoint[]> {
  const rows = await tx.all(
    q.selectFrom('webhook_endpoints').select(columns).where('tenant_id', '=', tx.tenant).orderBy('id'),
  )
  return rows.map(toEndpoint)
}

/** One endpoint, or undefined. */
export async function findEndpoint(tx: Tx, id: string): Promise<Endpoint | undefined> {
  const row = await tx.first(
    q.selectFrom('webhook_endpoints').select(columns).where('tenant_id', '=', tx.tenant).where('id', '=', id),
  )
  return row && toEndpoint(row)
}

type EndpointRow = {
  id: string
  url: string
  types: string[]
  created_at: Temporal.Instant
  failing_since: Temporal.Instant | null
  disabled_at: Temporal.Instant | null
  disabled_because: string | null
  earlier_until: Temporal.Instant | null
}

function toEndpoint(row: EndpointRow): Endpoint {
  return {
    id: row.id,
    url: row.url,
    types: row.types,
    createdAt: row.created_at,
    failingSince: row.failing_since,
    disabledAt: row.disabled_at,
    disabledBecause: row.disabled_because as DisabledBecause | null,
    earlierUntil: row.earlier_until,
  }
}

/** What became of one message at one endpoint. */
export type Delivery = {
  messageId: string
  type: string
  createdAt: Temporal.Instant
  status: 'waiting' | 'delivered' | 'failed'
  nextAt: Temporal.Instant | null
  attempts: readonly Attempt[]
}

/** The log of an endpoint, newest first, a page at a time; `before` is the last message of the page before. */
export async function listDeliveries(
  tx: Tx,
  endpointId: string,
  limit: number,
  before?: string,
): Promise<Delivery[]> {
  let query = q
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhook_messages as m', join =>
      join.onRef('m.tenant_id', '=', 'd.tenant_id').onRef('m.id', '=', 'd.message_id'),
    )
    .select(['d.message_id', 'm.type', 'd.created_at', 'd.status', 'd.next_at', 'd.attempts'])
    .where('d.tenant_id', '=', tx.tenant)
    .where('d.endpoint_id', '=', endpointId)
    .orderBy('d.created_at', 'desc')
    .orderBy('d.message_id', 'desc')
    .limit(limit)
  if (before !== undefined)
    query = query.where(
      sql<boolean>`(d.created_at, d.message_id) < (select created_at, message_id from webhook_deliveries
        where tenant_id = ${tx.tenant} and endpoint_id = ${endpointId} and message_id = ${before})`,
    )
  const rows = await tx.all(query)
  return rows.map(row => ({
    messageId: row.message_id,
    type: row.type,
    createdAt: row.created_at,
    status: row.status as Delivery['status'],
    nextAt: row.next_at,
    attempts: row.attempts as unknown as Attempt[],
  }))
}

/** Which deliveries of an endpoint are meant: one message, or those made in a stretch of time. */
export type Which =
  | { messageId: string }
  | { since: Temporal.Instant; until: Temporal.Instant; failedOnly: boolean }

/** The messages of an endpoint that are meant, oldest first, at most `limit`. */
export async function messagesMeant(
  tx: Tx,
  endpointId: string,
  which: Which,
  limit: number,
): Promise<string[]> {
  let query = q
    .selectFrom('webhook_deliveries')
    .select('message_id')
    .where('tenant_id', '=', tx.tenant)
    .where('endpoint_id', '=', endpointId)
    .orderBy('created_at')
    .orderBy('message_id')
    .limit(limit)
  if ('messageId' in which) query = query.where('message_id', '=', which.messageId)
  else {
    query = query.where('created_at', '>=', which.since).where('created_at', '<', which.until)
    if (which.failedOnly) query = query.where('status', '=', 'failed')
  }
  return (await tx.all(query)).map(row => row.message_id)
}

// Asked once in a while and then known: an office without endpoints pays nothing for there being webhooks.
const freshFor = 2_000
const known = new WeakMap<object, Map<number, { at: number; listening: Promise<boolean> }>>()

/** Whether anybody is told of a tenant's events, as was known at most two seconds ago. */
export function isListening(pool: object, tx: Tx): Promise<boolean> {
  const ofPool = known.get(pool) ?? new Map()
  known.set(pool, ofPool)
  const remembered = ofPool.get(tx.tenant)
  if (remembered && performance.now() - remembered.at < freshFor) return remembered.listening
  const listening = tx.first(anyEndpoint(tx.tenant)).then(row => row !== undefined)
  ofPool.set(tx.tenant, { at: performance.now(), listening })
  listening.catch(() => ofPool.delete(tx.tenant))
  return listening
}

/** Forgets what is known of who listens, after an endpoint was added or enabled here. */
export function forgetListening(pool: object): void {
  known.delete(pool)
}

/** Milliseconds after which every process knows of a new endpoint. */
export const knownEverywhereAfter = freshFor

const anyEndpoint = prepare((tenant: number) =>
  q
    .selectFrom('webhook_endpoints')
    .select('id')
    .where('tenant_id', '=', tenant)
    .where('disabled_at', 'is', null)
    .limit(1),
)
