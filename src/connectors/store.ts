import { type SqlBool, sql } from 'kysely'
import { updateEvents } from '../open311/rules.ts'
import { type Query, q, sqlQuery } from '../platform/database/query.ts'
import type { PausedBecause } from './reads.ts'
import type { Direction, Pair } from './rules/mapping.ts'

/** What a connection is made of. */
export type ConnectionRow = {
  id: string
  name: string
  direction: Direction
  url: string
  jurisdiction: string | null
  apiKey: Buffer | null
  services: readonly Pair[]
  everyMinutes: number
  createdAt: Temporal.Instant
}

/** Writes a new connection. What was there before it is not copied. */
export function insertConnection(tenant: number, connection: ConnectionRow): Query {
  const { createdAt } = connection
  return q.insertInto('connections').values({
    tenant_id: tenant,
    id: connection.id,
    label: connection.name,
    direction: connection.direction,
    url: connection.url,
    jurisdiction: connection.jurisdiction,
    api_key: connection.apiKey,
    services: JSON.stringify(connection.services),
    every_minutes: connection.everyMinutes,
    created_at: createdAt,
    next_at: createdAt,
    requests_until: createdAt,
    updates_until: createdAt,
  })
}

/** Changes what may change of a connection, and has it try at once, as if it had never failed. */
export function updateConnection(
  tenant: number,
  id: string,
  change: Partial<Pick<ConnectionRow, 'name' | 'jurisdiction' | 'apiKey' | 'services' | 'everyMinutes'>>,
  now: Temporal.Instant,
): Query {
  const { name, jurisdiction, apiKey, services, everyMinutes } = change
  return q
    .updateTable('connections')
    .set({
      ...(name !== undefined && { label: name }),
      ...(jurisdiction !== undefined && { jurisdiction }),
      ...(apiKey !== undefined && { api_key: apiKey }),
      // What else is wanted now is asked for from the beginning; what is here already is known.
      ...(services !== undefined && {
        services: JSON.stringify(services),
        requests_until: sql<Temporal.Instant>`created_at`,
        updates_until: sql<Temporal.Instant>`created_at`,
      }),
      ...(everyMinutes !== undefined && { every_minutes: everyMinutes }),
      next_at: now,
      tries: 0,
      takes_updates: null,
    })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Removes a connection, with what it remembers. The copies stay where they are. */
export function deleteConnection(tenant: number, id: string): Query {
  return q.deleteFrom('connections').where('tenant_id', '=', tenant).where('id', '=', id)
}

/** Stops a connection; what waits goes on waiting. */
export function pauseWrite(tenant: number, id: string, because: PausedBecause, now: Temporal.Instant): Query {
  return q
    .updateTable('connections')
    .set({ paused_at: now, paused_because: because })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Lets a connection go on, as if it had never failed. */
export function resumeWrite(tenant: number, id: string, now: Temporal.Instant): Query {
  return q
    .updateTable('connections')
    .set({
      paused_at: null,
      paused_because: null,
      failing_since: null,
      fault: null,
      tries: 0,
      next_at: now,
      takes_updates: null,
    })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Notes that all went well; from then on it is `nextAt` before it is asked again. */
export function noteSuccess(
  tenant: number,
  id: string,
  now: Temporal.Instant,
  nextAt: Temporal.Instant,
): Query {
  return q
    .updateTable('connections')
    .set({ succeeded_at: now, next_at: nextAt, tries: 0, failing_since: null, fault: null })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Notes a failure, and when it is tried again. */
export function noteFailure(
  tenant: number,
  id: string,
  failure: { fault: string; tries: number; failingSince: Temporal.Instant; nextAt: Temporal.Instant },
): Query {
  const { fault, tries, failingSince, nextAt } = failure
  return q
    .updateTable('connections')
    .set({ fault, tries, failing_since: failingSince, next_at: nextAt })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Notes what was learned of the other side while it was worked with. */
export function noteProgress(
  tenant: number,
  id: string,
  known: {
    takesUpdates?: boolean | undefined
    requestsUntil?: Temporal.Instant | undefined
    updatesUntil?: Temporal.Instant | undefined
  },
): Query {
  const { takesUpdates, requestsUntil, updatesUntil } = known
  return q
    .updateTable('connections')
    .set({
      ...(takesUpdates !== undefined && { takes_updates: takesUpdates }),
      ...(requestsUntil && { requests_until: requestsUntil }),
      ...(updatesUntil && { updates_until: updatesUntil }),
    })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Which cases are meant: these, or all that were filed since the connection was made. */
type Which = { caseIds: readonly string[] } | { connectionId: string }

/**
 * Puts cases on their way over each connection that wants them: of mapped categories, filed since it was made, that may be
 * listed and are no copies themselves. Done twice, it is done once.
 */
export function insertWaiting(tenant: number, which: Which, now: Temporal.Instant): Query {
  const meant =
    'caseIds' in which
      ? sql<SqlBool>`c.id = any(${[...which.caseIds]}::uuid[])`
      : sql<SqlBool>`k.id = ${which.connectionId}::uuid`
  return sqlQuery(sql`
    insert into connection_copies (tenant_id, connection_id, case_id, status, wanted_seq, created_at)
    select c.tenant_id, k.id, c.id, 'waiting', coalesce((select max(e.seq) from events e where e.tenant_id = c.tenant_id
      and e.stream_id = c.id and e.type = any(${[...updateEvents]}::text[])), 0), ${now}::timestamptz
    from connections k join cases c on c.tenant_id = k.tenant_id
    where k.tenant_id = ${tenant}::integer and k.direction = 'to' and ${meant}
      and c.listed and c.filed_at >= k.created_at
      and exists (select from jsonb_array_elements(k.services) s where s ->> 'category' = c.category)
      and not exists (select from open311_origins o where o.tenant_id = c.tenant_id and o.case_id = c.id)
    on conflict do nothing`)
}

/** Notes that a case has gone a step further, of which the other sides are to be told. */
export function wantSteps(tenant: number, caseId: string, seq: number): Query {
  return q
    .updateTable('connection_copies')
    .set({ wanted_seq: seq })
    .where('tenant_id', '=', tenant)
    .where('case_id', '=', caseId)
    .where('wanted_seq', '<', seq)
}

/** Where one case stands over a connection. */
export type Standing = {
  status?: 'waiting' | 'copied' | 'there' | 'refused'
  remoteId?: string
  reference?: string
  triedAt?: Temporal.Instant
  toldSeq?: number
  fault?: string | null
}

/** Notes how a case stands over a connection. */
export function noteCopyStands(
  tenant: number,
  connectionId: string,
  caseId: string,
  standing: Standing,
): Query {
  const { status, remoteId, reference, triedAt, toldSeq, fault } = standing
  return q
    .updateTable('connection_copies')
    .set({
      ...(status !== undefined && { status }),
      ...(remoteId !== undefined && { remote_id: remoteId }),
      ...(reference !== undefined && { reference }),
      ...(triedAt !== undefined && { tried_at: triedAt }),
      ...(toldSeq !== undefined && { told_seq: toldSeq }),
      ...(fault !== undefined && { fault }),
    })
    .where('tenant_id', '=', tenant)
    .where('connection_id', '=', connectionId)
    .where('case_id', '=', caseId)
}

/** Has everything that was refused tried again. */
export function retryRefused(tenant: number, connectionId: string): Query {
  return q
    .updateTable('connection_copies')
    .set({ status: 'waiting', fault: null })
    .where('tenant_id', '=', tenant)
    .where('connection_id', '=', connectionId)
    .where('status', '=', 'refused')
}

/** Remembers a request that was fetched, with the case that it became; in the transaction of its filing. */
export function insertFetched(
  tenant: number,
  connectionId: string,
  caseId: string,
  remoteId: string,
  now: Temporal.Instant,
): Query {
  return q.insertInto('connection_copies').values({
    tenant_id: tenant,
    connection_id: connectionId,
    case_id: caseId,
    status: 'copied',
    remote_id: remoteId,
    created_at: now,
  })
}

/** Remembers an update that was fetched; in the transaction of what it did. */
export function insertFetchedUpdate(
  tenant: number,
  connectionId: string,
  caseId: string,
  updateId: string,
  now: Temporal.Instant,
): Query {
  return q.insertInto('connection_updates').values({
    tenant_id: tenant,
    connection_id: connectionId,
    update_id: updateId,
    case_id: caseId,
    created_at: now,
  })
}
