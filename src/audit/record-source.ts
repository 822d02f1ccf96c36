import type { Tx } from '../platform/database/tx.ts'
import { toCheckpoint } from './checkpoint-rows.ts'
import type { EventLine, RecordLine } from './record.ts'
import {
  checkpointRows,
  type EventRow,
  eventRows,
  type LeafRow,
  leavesByCheckpoint,
  leavesByStream,
  pendingRows,
  streamRows,
} from './record-rows.ts'
import { type Peekable, peekable } from './rows-in-pages.ts'
import { listSigningKeys } from './store.ts'

type Lines = AsyncGenerator<RecordLine, void, undefined>

export type RecordOptions = {
  readonly now: Temporal.Instant
  /** Whether sealed payloads come along, sealed as they are, and not only their digests. */
  readonly payloads?: boolean | undefined
}

/**
 * The record of a tenant as lines, in constant memory; `tx` must be a snapshot, so that what is written meanwhile
 * does not tear it. Reads what is there without believing it: a value spoilt by another hand comes through as a
 * line that does not verify, never as an error.
 */
export async function* readRecord(tx: Tx, { now, payloads = false }: RecordOptions): Lines {
  yield { kind: 'record', version: 1, tenant: tx.tenant, at: now.toString({ fractionalSecondDigits: 3 }) }
  for (const { id, public_key } of await listSigningKeys(tx)) {
    yield { kind: 'key', id, publicKey: public_key.toString('base64') }
  }
  yield* readCheckpoints(tx)
  yield* readStreams(tx, payloads)
  yield { kind: 'end' }
}

// A leaf of a checkpoint that is not there comes out all the same: the verifier says what is wrong.
async function* readCheckpoints(tx: Tx): Lines {
  const leaves = peekable(leavesByCheckpoint(tx))
  for await (const row of checkpointRows(tx)) {
    yield { kind: 'checkpoint', ...toCheckpoint(row) }
    for (let leaf = await leaves.peek(); leaf && leaf.no <= row.no; leaf = await leaves.peek()) {
      await leaves.next()
      yield leafLine(leaf)
    }
  }
  for (let leaf = await leaves.next(); leaf; leaf = await leaves.next()) yield leafLine(leaf)
}

// Four tables in the same order, walked abreast: a stream is named by whichever of them knows of it.
async function* readStreams(tx: Tx, payloads: boolean): Lines {
  const streams = peekable(streamRows(tx))
  const events = peekable(eventRows(tx, payloads))
  const leaves = peekable(leavesByStream(tx))
  const pending = peekable(pendingRows(tx))
  for (;;) {
    const ahead = await Promise.all([streams.peek(), events.peek(), leaves.peek(), pending.peek()])
    const id = lowest(ahead.map(row => row?.stream_id))
    if (id === undefined) return
    const stream = ahead[0]?.stream_id === id ? await streams.next() : undefined
    const waiting = ahead[3]?.stream_id === id ? await pending.next() : undefined
    yield {
      kind: 'stream',
      id,
      number: stream?.number ?? null,
      seq: stream?.seq ?? null,
      head: stream ? hex(stream.head) : null,
      pending: waiting?.seq ?? null,
    }
    yield* readEvents(id, events, leaves)
  }
}

async function* readEvents(id: string, events: Peekable<EventRow>, leaves: Peekable<LeafRow>): Lines {
  for (;;) {
    const [nextEvent, nextLeaf] = await Promise.all([events.peek(), leaves.peek()])
    const event = nextEvent?.stream_id === id ? nextEvent : undefined
    const leaf = nextLeaf?.stream_id === id ? nextLeaf : undefined
    if (event && (!leaf || event.seq < leaf.seq)) {
      await events.next()
      yield eventLine(event)
    } else if (event && leaf && event.seq === leaf.seq) {
      await Promise.all([events.next(), leaves.next()])
      yield { ...eventLine(event), leaf: covered(leaf) }
    } else if (leaf) {
      await leaves.next()
      yield { kind: 'lost', seq: leaf.seq, leaf: covered(leaf) }
    } else return
  }
}

function eventLine({ seq, type, at, actor, data, sealed, payload, previous, hash }: EventRow): EventLine {
  return {
    kind: 'event',
    seq,
    type,
    at: at ?? '',
    actor: actor as EventLine['actor'],
    data: data as EventLine['data'],
    sealed: sealed && hex(sealed),
    ...(payload && { payload: payload.toString('base64') }),
    previous: hex(previous),
    hash: hex(hash),
  }
}

function leafLine({ no, position, stream_id: stream, seq, hash }: LeafRow): RecordLine {
  return { kind: 'leaf', no, position, stream, seq, hash: hex(hash) }
}

function covered({ no, position, hash }: LeafRow) {
  return { no, position, hash: hex(hash) }
}

function lowest(ids: (string | undefined)[]): string | undefined {
  return ids.reduce((a, b) => (a === undefined || (b !== undefined && b < a) ? b : a), undefined)
}

const hex = (bytes: Buffer | null) => bytes?.toString('hex') ?? ''
