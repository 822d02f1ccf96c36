import { type SqlBool, sql } from 'kysely'
import { q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import { selectCheckpoints } from './checkpoint-rows.ts'
import { rowsInPages } from './rows-in-pages.ts'

// Ordered reads of whole tables, page by page along their keys. What the schema says cannot be null is taken as
// nullable here: these reads look at what another hand may have left behind.

const PAGE = 2_000
const LOWEST = -2_147_483_648
const LOWEST_UUID = '00000000-0000-0000-0000-000000000000'

export type Place = { stream_id: string; seq: number }
export type StreamRow = { stream_id: string; seq: number; head: Buffer | null; number: string | null }
export type LeafRow = Place & { no: number; position: number; hash: Buffer | null }
export type EventRow = Place & {
  type: string
  at: string | null
  actor: unknown
  data: unknown
  sealed: Buffer | null
  payload: Buffer | null
  previous: Buffer | null
  hash: Buffer | null
}

/** Checkpoints by number. */
export function checkpointRows(tx: Tx) {
  const page = (no: number) => tx.all(selectCheckpoints(tx).where('no', '>', no).orderBy('no').limit(PAGE))
  return rowsInPages<Awaited<ReturnType<typeof page>>[number]>(after => page(after?.no ?? LOWEST))
}

/** Leaves in the order of their checkpoints. */
export function leavesByCheckpoint(tx: Tx) {
  return rowsInPages<LeafRow>(after =>
    tx.all(
      selectLeaves(tx)
        .where(sql<SqlBool>`(no, position) > (${after?.no ?? LOWEST}, ${after?.position ?? LOWEST})`)
        .orderBy('no')
        .orderBy('position')
        .limit(PAGE),
    ),
  )
}

/** Leaves in the order of their streams. */
export function leavesByStream(tx: Tx) {
  return rowsInPages<LeafRow>(after =>
    tx.all(selectLeaves(tx).where(beyond(after)).orderBy('stream_id').orderBy('seq').limit(PAGE)),
  )
}

/** Streams by id, with the number of those that are cases. */
export function streamRows(tx: Tx) {
  return rowsInPages<StreamRow>(after =>
    tx.all(
      q
        .selectFrom('streams')
        .leftJoin('cases', join =>
          join.onRef('cases.tenant_id', '=', 'streams.tenant_id').onRef('cases.id', '=', 'streams.id'),
        )
        .select(['streams.id as stream_id', 'streams.seq', 'streams.head', 'cases.number'])
        .where('streams.tenant_id', '=', tx.tenant)
        .where('streams.id', '>', after?.stream_id ?? LOWEST_UUID)
        .orderBy('streams.id')
        .limit(PAGE),
    ),
  )
}

/** Events by stream; the time as text, because a spoilt one is no instant; the payload's digest, or all of it. */
export function eventRows(tx: Tx, payloads: boolean) {
  return rowsInPages<EventRow>(after =>
    tx.all(
      q
        .selectFrom('events')
        .select(['stream_id', 'seq', 'type', 'actor', 'data', 'previous', 'hash'])
        .select(sql<string | null>`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`.as('at'))
        .select(sql<Buffer | null>`sha256(sealed)`.as('sealed'))
        .select(sql<Buffer | null>`case when ${payloads}::boolean then sealed end`.as('payload'))
        .where('tenant_id', '=', tx.tenant)
        .where(beyond(after))
        .orderBy('stream_id')
        .orderBy('seq')
        .limit(PAGE),
    ),
  )
}

/** Of each stream that waits for a checkpoint the highest seq that does. */
export function pendingRows(tx: Tx) {
  return rowsInPages<Place>(after =>
    tx.all(
      q
        .selectFrom('chain_pending')
        .select(eb => ['stream_id', eb.fn.max('seq').as('seq')])
        .where('tenant_id', '=', tx.tenant)
        .where('stream_id', '>', after?.stream_id ?? LOWEST_UUID)
        .groupBy('stream_id')
        .orderBy('stream_id')
        .limit(PAGE),
    ),
  )
}

function selectLeaves(tx: Tx) {
  return q
    .selectFrom('checkpoint_leaves')
    .select(['no', 'position', 'stream_id', 'seq', 'hash'])
    .where('tenant_id', '=', tx.tenant)
}

function beyond(after: Place | undefined) {
  return sql<SqlBool>`(stream_id, seq) > (${after?.stream_id ?? LOWEST_UUID}::uuid, ${after?.seq ?? LOWEST}::integer)`
}
