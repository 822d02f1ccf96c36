import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Json } from './json.ts'

/** What the chain covers of an event: personal data is in it only as the digest of sealed bytes. */
export type EventHeader = {
  readonly tenant: number
  readonly stream: string
  /** Counts from 1 in each stream without a gap. */
  readonly seq: number
  readonly type: string
  /** UTC in ISO 8601 with exactly three decimals, as `timestamptz(3)` keeps it. */
  readonly at: string
  readonly actor: Json
  readonly data: Json
  /** SHA-256 of the sealed payload as stored (`digestSealed`), or null where there is none. */
  readonly sealedDigest: Buffer | null
}

const EVENT_LABEL = Buffer.from('answerable event 1\n')
const GENESIS_LABEL = 'answerable genesis 1\n'
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** The hash that the first event of a stream takes as its previous one. */
export function genesis(tenant: number, stream: string): Buffer {
  return hash('sha256', `${GENESIS_LABEL}${tenant}/${stream}`, 'buffer')
}

/**
 * Hashes an event onto the one before it: SHA-256 over a label, the previous 32 bytes and the header as canonical
 * JSON (RFC 8785) with the members `actor`, `at`, `data`, `sealed`, `seq`, `stream`, `tenant`, `type`, where
 * `sealed` is the digest in hexadecimal or null.
 */
export function hashEvent(header: EventHeader, previous: Uint8Array): Buffer {
  if (previous.length !== 32) throw new TypeError('The previous hash must be 32 bytes')
  return hash('sha256', Buffer.concat([EVENT_LABEL, previous, Buffer.from(headerText(header))]), 'buffer')
}

/** Canonical JSON (RFC 8785); throws for what JSON cannot say, so that nothing is hashed that cannot be stored. */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('Only JSON can be hashed')
  return text
}

// Written out in canonical order: only `actor` and `data` need sorting, which halves the cost of an event.
function headerText(header: EventHeader): string {
  const { tenant, seq, at, sealedDigest } = header
  const sealed = sealedDigest === null ? 'null' : `"${sealedDigest.toString('hex')}"`
  if (!Number.isSafeInteger(tenant)) throw new TypeError('The tenant of an event must be a whole number')
  if (!Number.isSafeInteger(seq)) throw new TypeError('The seq of an event must be a whole number')
  if (!INSTANT.test(at)) throw new TypeError('The time of an event must be in UTC with milliseconds')
  return (
    `{"actor":${canonicalJson(header.actor)},"at":"${at}","data":${canonicalJson(header.data)}` +
    `,"sealed":${sealed},"seq":${seq}` +
    `,"stream":${canonicalJson(header.stream)},"tenant":${tenant},"type":${canonicalJson(header.type)}}`
  )
}
