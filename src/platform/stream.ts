import { genesis } from './chain.ts'
import { q } from './database/query.ts'
import type { Tx } from './database/tx.ts'
import type { Json } from './json.ts'
import type { Office } from './office.ts'
import { createDataKey, type DataKey, unwrapDataKey } from './sealing/keys.ts'
import { unseal } from './sealing/payload.ts'

/** Who did it, as the record keeps it: never a resident's identity. */
export type Author =
  | { kind: 'resident' }
  | { kind: 'staff'; id: string }
  | { kind: 'system'; name: string }
  | { kind: 'import'; name: string }

/** A fact as the record holds it. */
export type RecordedEvent = {
  seq: number
  type: string
  at: Temporal.Instant
  actor: Author
  data: Json
  sealed: Buffer | null
}

/** One hash chain, as locked or as new: a case, or the organisation of a tenant. */
export type Stream = {
  id: string
  kind: string
  seq: number
  head: Buffer
  key: DataKey
  /** Set for a stream that does not exist yet: its data key as it is stored. */
  wrapped?: Buffer
}

/** A stream that does not exist yet, with a fresh data key, or with the `wrapped` key its draft was sealed with. */
export function newStream(office: Office, kind: string, id: string, wrapped?: Buffer): Stream {
  const dataKey = wrapped
    ? { key: unwrapDataKey(office.key, wrapped, id), wrapped }
    : createDataKey(office.key, id)
  return { id, kind, seq: 0, head: genesis(office.tenant.id, id), ...dataKey }
}

/** Locks a stream's chain for this transaction; `undefined` where there is none or its key was destroyed. */
export async function lockStream(office: Office, tx: Tx, id: string): Promise<Stream | undefined> {
  const row = await tx.first(
    q
      .selectFrom('streams')
      .innerJoin('stream_keys', join =>
        join
          .onRef('stream_keys.tenant_id', '=', 'streams.tenant_id')
          .onRef('stream_keys.stream_id', '=', 'streams.id'),
      )
      .select(['streams.kind', 'streams.seq', 'streams.head', 'stream_keys.wrapped'])
      .where('streams.tenant_id', '=', tx.tenant)
      .where('streams.id', '=', id)
      .forUpdate('streams'),
  )
  if (!row) return undefined
  return { id, kind: row.kind, seq: row.seq, head: row.head, key: unwrapDataKey(office.key, row.wrapped, id) }
}

/** What binds a sealed payload to its place, so that it cannot be moved to another stream or type of event. */
export function sealingPlace(tenant: number, streamId: string, type: string): string {
  return `${tenant}/${streamId}/${type}`
}

/** Opens the sealed part of an event. */
export function openSealed(
  tenant: number,
  stream: { id: string; key: DataKey },
  event: RecordedEvent,
): Json | undefined {
  if (event.sealed === null) return undefined
  return unseal(stream.key, sealingPlace(tenant, stream.id, event.type), event.sealed)
}
