import { z } from 'zod'

// The record as a sequence of lines, whether it comes out of the database or out of a bundle: what is at hand of
// one tenant, then its checkpoints each with its leaves, then its streams each with its events. In this order one
// pass in constant memory checks all of it.

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().nonnegative()
const json = z.json()

const opening = z.object({
  kind: z.literal('record'),
  version: z.literal(1),
  tenant: z.int(),
  /** When the snapshot was taken. */
  at: z.string(),
})

const signingKey = z.object({
  kind: z.literal('key'),
  id: z.string(),
  /** SubjectPublicKeyInfo, DER, in base64. */
  publicKey: z.base64(),
})

const checkpoint = z.object({
  kind: z.literal('checkpoint'),
  tenant: z.int(),
  no: z.int(),
  at: z.string(),
  root: hash,
  size: count,
  previous: hash,
  key: z.string(),
  nextKey: z.string().nullable(),
  signature: z.base64(),
})

const leaf = z.object({
  kind: z.literal('leaf'),
  no: z.int(),
  position: count,
  stream: z.string(),
  seq: z.int(),
  hash: z.string(),
})

const stream = z.object({
  kind: z.literal('stream'),
  id: z.string(),
  /** The case's number, where the stream is a case. */
  number: z.string().nullable(),
  /** What the stream's row says of its end; null where there is no row. */
  seq: z.int().nullable(),
  head: z.string().nullable(),
  /** The highest seq that waits for a checkpoint; null: none does. */
  pending: z.int().nullable(),
})

/** The leaf that a checkpoint has for an event. */
const covered = z.object({ no: z.int(), position: count, hash: z.string() })

const event = z.object({
  kind: z.literal('event'),
  seq: z.int(),
  type: z.string(),
  at: z.string(),
  actor: json,
  data: json,
  /** SHA-256 of the sealed payload; null: the event has none. */
  sealed: z.string().nullable(),
  /** The sealed payload itself in base64, where the bundle was asked to hold it. */
  payload: z.base64().optional(),
  previous: z.string(),
  hash: z.string(),
  leaf: covered.optional(),
})

/** A leaf of the stream at hand for which there is no event. */
const lost = z.object({ kind: z.literal('lost'), seq: z.int(), leaf: covered })

const closing = z.object({ kind: z.literal('end') })

export const recordLine = z.discriminatedUnion('kind', [
  opening,
  signingKey,
  checkpoint,
  leaf,
  stream,
  event,
  lost,
  closing,
])

/** One line of a record. Hashes are in hexadecimal. */
export type RecordLine = z.infer<typeof recordLine>
export type CheckpointLine = z.infer<typeof checkpoint>
export type LeafLine = z.infer<typeof leaf>
export type StreamLine = z.infer<typeof stream>
export type EventLine = z.infer<typeof event>
export type LostLine = z.infer<typeof lost>
