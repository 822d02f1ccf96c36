import { sql } from 'kysely'
import { prepareInsert, type Query, q } from '../platform/database/query.ts'

/** Writes a new endpoint. */
export function insertEndpoint(
  tenant: number,
  endpoint: { id: string; url: string; types: readonly string[]; secret: Buffer },
  now: Temporal.Instant,
): Query {
  const { id, url, types, secret } = endpoint
  return q
    .insertInto('webhook_endpoints')
    .values({ tenant_id: tenant, id, url, types: [...types], secret, created_at: now })
}

/** Removes an endpoint with its log. */
export function deleteEndpoint(tenant: number, id: string): Query {
  return q.deleteFrom('webhook_endpoints').where('tenant_id', '=', tenant).where('id', '=', id)
}

/** Has an endpoint told of these types of event; of all where there are none. */
export function setTypes(tenant: number, id: string, types: readonly string[]): Query {
  return q
    .updateTable('webhook_endpoints')
    .set({ types: [...types] })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Gives an endpoint a new secret; the one before signs too until then. */
export function exchangeSecret(tenant: number, id: string, secret: Buffer, until: Temporal.Instant): Query {
  return q
    .updateTable('webhook_endpoints')
    .set(eb => ({ earlier_secret: eb.ref('secret'), earlier_until: until, secret }))
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Why nothing is sent to an endpoint. */
export type DisabledBecause = 'administrator' | 'failing' | 'gone'

/** Stops sending to an endpoint; what waits for it counts as failed, and can be sent again by hand. */
export function disableWrites(
  tenant: number,
  id: string,
  because: DisabledBecause,
  now: Temporal.Instant,
): Query[] {
  return [
    q
      .updateTable('webhook_endpoints')
      .set({ disabled_at: now, disabled_because: because })
      .where('tenant_id', '=', tenant)
      .where('id', '=', id),
    q
      .updateTable('webhook_deliveries')
      .set({ status: 'failed', next_at: null })
      .where('tenant_id', '=', tenant)
      .where('endpoint_id', '=', id)
      .where('status', '=', 'waiting'),
  ]
}

/** Begins to send to an endpoint again, as if it had never failed. */
export function enableEndpoint(tenant: number, id: string): Query {
  return q
    .updateTable('webhook_endpoints')
    .set({ disabled_at: null, disabled_because: null, failing_since: null })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Notes since when an endpoint has failed; null once something arrived. */
export function setFailingSince(tenant: number, id: string, since: Temporal.Instant | null): Query {
  return q
    .updateTable('webhook_endpoints')
    .set({ failing_since: since })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Writes messages; those that are there already stay as they are. */
export const insertMessages = prepareInsert('webhook_messages', insert =>
  insert.onConflict(conflict => conflict.columns(['tenant_id', 'id']).doNothing()),
)

/** Writes deliveries; those that are there already stay as they are. */
export const insertDeliveries = prepareInsert('webhook_deliveries', insert =>
  insert.onConflict(conflict => conflict.columns(['tenant_id', 'endpoint_id', 'message_id']).doNothing()),
)

/** What a delivery came to with an attempt. */
export type Outcome = {
  messageId: string
  status: 'waiting' | 'delivered' | 'failed'
  tries: number
  nextAt: Temporal.Instant | null
  attempt: Attempt
}

/** One attempt to deliver, as the log keeps it. */
export type Attempt = { at: string; status?: number; error?: string; milliseconds: number }

/** The log of a delivery keeps this many attempts, the newest. */
const mostAttempts = 30

/** Notes an attempt. */
export function recordAttempt(tenant: number, endpointId: string, outcome: Outcome): Query {
  const { messageId, status, tries, nextAt, attempt } = outcome
  const added = sql`attempts || ${JSON.stringify([attempt])}::jsonb`
  return q
    .updateTable('webhook_deliveries')
    .set({
      status,
      tries,
      next_at: nextAt,
      attempts: sql`case when jsonb_array_length(attempts) < ${mostAttempts} then ${added} else (${added}) - 0 end`,
    })
    .where('tenant_id', '=', tenant)
    .where('endpoint_id', '=', endpointId)
    .where('message_id', '=', messageId)
}

/** Has deliveries of an endpoint sent again from the beginning: one of them, or those of a stretch of time. */
export function sendAgain(
  tenant: number,
  endpointId: string,
  which: { messageIds: readonly string[] },
  now: Temporal.Instant,
): Query {
  return q
    .updateTable('webhook_deliveries')
    .set({ status: 'waiting', tries: 0, next_at: now })
    .where('tenant_id', '=', tenant)
    .where('endpoint_id', '=', endpointId)
    .where('message_id', '=', sql<string>`any(${[...which.messageIds]}::text[])`)
}

/** Forgets messages, and how each was delivered, that are older than this. */
export function forgetMessages(tenant: number, before: Temporal.Instant): Query {
  return q.deleteFrom('webhook_messages').where('tenant_id', '=', tenant).where('created_at', '<', before)
}
