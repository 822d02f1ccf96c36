import { sql } from 'kysely'
import { genesis, hashEvent } from '../platform/chain.ts'
import { q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { Json } from '../platform/json.ts'
import { type HeadProof, holds, listPublicKeys, proveHead } from './reads.ts'

/**
 * What its resident can keep and check anywhere: the events of a case as the record has them, what was sealed as
 * digests, and the way from the last of them to a published checkpoint. `check.mjs` reads it.
 */
export type CaseProof = {
  readonly version: 1
  readonly tenant: number
  readonly number: string
  readonly stream: string
  readonly events: readonly {
    readonly seq: number
    readonly type: string
    readonly at: string
    readonly actor: Json
    readonly data: Json
    /** SHA-256 of the sealed payload in hexadecimal; null where there is none. */
    readonly sealed: string | null
  }[]
  readonly position: HeadProof['position']
  readonly path: HeadProof['path']
  readonly checkpoint: HeadProof['checkpoint']
  /** The key that signed the checkpoint, PEM; it is also at `/audit/keys`. */
  readonly publicKey: string
  /** Events that came after and wait for the next checkpoint. */
  readonly later: number
}

/** Proves that a case stood under a checkpoint; undefined until its first one. Who may ask is for the caller to decide. */
export async function proveCase(tx: Tx, stream: string, number: string): Promise<CaseProof | undefined> {
  const [proof, keys] = await Promise.all([proveHead(tx, stream), listPublicKeys(tx)])
  if (!proof) return undefined
  const { head, position, path, checkpoint, later } = proof
  const events = await tx.all(
    q
      .selectFrom('events')
      .select(['seq', 'type', 'at', 'actor', 'data'])
      .select(sql<string | null>`encode(sha256(sealed), 'hex')`.as('sealed'))
      .where('tenant_id', '=', tx.tenant)
      .where('stream_id', '=', stream)
      .where('seq', '<=', head.seq)
      .orderBy('seq'),
  )
  return {
    version: 1,
    tenant: tx.tenant,
    number,
    stream,
    events: events.map(({ seq, type, at, actor, data, sealed }) => ({
      seq,
      type,
      at: at.toString({ fractionalSecondDigits: 3 }),
      actor: actor as Json,
      data: data as Json,
      sealed,
    })),
    position,
    path,
    checkpoint,
    publicKey: keys.find(key => key.id === checkpoint.key)?.pem ?? '',
    later,
  }
}

/** Whether a proof holds under a public key (PEM) that the reader trusts: its events, their place, the signature. */
export function caseProofHolds(proof: CaseProof, publicKeyPem: string): boolean {
  const { tenant, stream, events, position, path, checkpoint, later } = proof
  let hash = genesis(tenant, stream)
  for (const [i, event] of events.entries()) {
    if (event.seq !== i + 1) return false
    const sealedDigest = event.sealed === null ? null : Buffer.from(event.sealed, 'hex')
    hash = hashEvent({ ...event, tenant, stream, sealedDigest }, hash)
  }
  const head = { stream, seq: events.length, hash: hash.toString('hex') }
  return holds({ head, position, path, checkpoint, later }, publicKeyPem)
}
