import { q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import { type Checkpoint, isSignedBy } from './checkpoint-format.ts'
import { selectCheckpoints, toCheckpoint } from './checkpoint-rows.ts'
import { inclusionProof, leafHash, verifyInclusion } from './merkle.ts'
import { readPublicKey } from './signing-key.ts'
import { listSigningKeys } from './store.ts'

/** A public signing key as published. */
export type PublicKey = {
  readonly id: string
  /** SubjectPublicKeyInfo, PEM: what `openssl pkeyutl -verify` takes. */
  readonly pem: string
  readonly since: Temporal.Instant
  /** When it signed no more; null: it signs still, or is about to. */
  readonly until: Temporal.Instant | null
}

/** What shows that the end of a stream, and so every event in it, stood under a published checkpoint. */
export type HeadProof = {
  readonly head: { readonly stream: string; readonly seq: number; readonly hash: string }
  /** Place of the head among the leaves, and the hashes from there to the root, nearest first. */
  readonly position: number
  readonly path: readonly string[]
  readonly checkpoint: Checkpoint
  /** Events of the stream that came after and wait for the next checkpoint. */
  readonly later: number
}

/** Checkpoints, newest first; `before` is the number the last page ended with. */
export async function listCheckpoints(
  tx: Tx,
  { before, limit = 60 }: { before?: number | undefined; limit?: number } = {},
): Promise<Checkpoint[]> {
  let query = selectCheckpoints(tx).orderBy('no', 'desc').limit(limit)
  if (before !== undefined) query = query.where('no', '<', before)
  return (await tx.all(query)).map(toCheckpoint)
}

/** One checkpoint by its number. */
export async function findCheckpoint(tx: Tx, no: number): Promise<Checkpoint | undefined> {
  const row = await tx.first(selectCheckpoints(tx).where('no', '=', no))
  return row && toCheckpoint(row)
}

/** The tenant's public signing keys, oldest first. */
export async function listPublicKeys(tx: Tx): Promise<PublicKey[]> {
  return (await listSigningKeys(tx)).map(key => ({
    id: key.id,
    pem: readPublicKey(key.public_key).export({ type: 'spki', format: 'pem' }).toString(),
    since: key.created_at,
    until: key.retired_at,
  }))
}

/**
 * Proves the newest head of a stream that is under a checkpoint; undefined where none is yet. Who may ask is for
 * the caller to decide. Reads the leaves of one checkpoint, 50,000 at most.
 */
export async function proveHead(tx: Tx, stream: string): Promise<HeadProof | undefined> {
  const leaves = q.selectFrom('checkpoint_leaves').where('tenant_id', '=', tx.tenant)
  const [covered, end] = await Promise.all([
    tx.first(
      leaves
        .select(['no', 'position', 'seq'])
        .where('stream_id', '=', stream)
        .orderBy('seq', 'desc')
        .limit(1),
    ),
    tx.first(
      q.selectFrom('streams').select('seq').where('tenant_id', '=', tx.tenant).where('id', '=', stream),
    ),
  ])
  if (!covered || !end) return undefined
  const [checkpoint, rows] = await Promise.all([
    tx.one(selectCheckpoints(tx).where('no', '=', covered.no)),
    tx.all(leaves.select(['stream_id', 'seq', 'hash']).where('no', '=', covered.no).orderBy('position')),
  ])
  const heads = rows.map(({ stream_id, seq, hash }) => ({ stream: stream_id, seq, hash }))
  const path = inclusionProof(heads.map(leafHash), covered.position)
  return {
    head: { stream, seq: covered.seq, hash: heads[covered.position]?.hash.toString('hex') ?? '' },
    position: covered.position,
    path: path.map(node => node.toString('hex')),
    checkpoint: toCheckpoint(checkpoint),
    later: end.seq - covered.seq,
  }
}

/** Whether a proof holds under a public key (PEM) that the reader trusts; needs nothing but the two. */
export function holds(proof: HeadProof, publicKeyPem: string): boolean {
  const { head, position, path, checkpoint } = proof
  const leaf = leafHash({ ...head, hash: Buffer.from(head.hash, 'hex') })
  const nodes = path.map(node => Buffer.from(node, 'hex'))
  const root = Buffer.from(checkpoint.root, 'hex')
  return verifyInclusion(leaf, position, checkpoint.size, nodes, root) && isSignedBy(checkpoint, publicKeyPem)
}
