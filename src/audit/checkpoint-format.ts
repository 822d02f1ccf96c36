import { hash, type KeyLike, type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from '../platform/chain.ts'

/** What a checkpoint says. Hashes are 32 bytes in hexadecimal. */
export type CheckpointBody = {
  readonly tenant: number
  /** Counts from 1 without a gap. */
  readonly no: number
  /** When it was made: UTC, ISO 8601 with milliseconds. */
  readonly at: string
  /** Root of the Merkle tree over the heads that moved since the checkpoint before. */
  readonly root: string
  /** Number of those heads. */
  readonly size: number
  /** `checkpointDigest` of the checkpoint before, or `firstPrevious`. */
  readonly previous: string
  /** The key that signed it. */
  readonly key: string
  /** The key that signs from the next checkpoint on; null: the same. */
  readonly nextKey: string | null
}

/** A checkpoint as published: one line of JSON, the same in the file, at the address and in a bundle. */
export type Checkpoint = CheckpointBody & {
  /** Ed25519 (RFC 8032) over `checkpointText`, in base64. */
  readonly signature: string
}

const LABEL = 'answerable checkpoint 1\n'

/** What is signed: a label, then the body as canonical JSON (RFC 8785). */
function checkpointText(checkpoint: CheckpointBody): string {
  const { tenant, no, at, root, size, previous, key, nextKey } = checkpoint
  return LABEL + canonicalJson({ tenant, no, at, root, size, previous, key, nextKey })
}

/** SHA-256 of what is signed; the next checkpoint names it as its previous one. */
export function checkpointDigest(checkpoint: CheckpointBody): string {
  return hash('sha256', checkpointText(checkpoint), 'hex')
}

/** What the first checkpoint of a tenant names as its previous one. */
export function firstPrevious(tenant: number): string {
  return hash('sha256', `answerable first checkpoint 1\n${tenant}`, 'hex')
}

/** The checkpoint as it is published, without a line break. */
export function checkpointLine(checkpoint: Checkpoint): string {
  const { tenant, no, at, root, size, previous, key, nextKey, signature } = checkpoint
  return canonicalJson({ tenant, no, at, root, size, previous, key, nextKey, signature })
}

/** Signs a checkpoint with an Ed25519 private key. */
export function signCheckpoint(body: CheckpointBody, privateKey: KeyObject): Checkpoint {
  const signature = sign(null, Buffer.from(checkpointText(body)), privateKey).toString('base64')
  return { ...body, signature }
}

/** Whether a checkpoint bears the signature of an Ed25519 public key. */
export function isSignedBy(checkpoint: Checkpoint, publicKey: KeyLike): boolean {
  const signature = Buffer.from(checkpoint.signature, 'base64')
  return verify(null, Buffer.from(checkpointText(checkpoint)), publicKey, signature)
}
