import { q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { Checkpoint } from './checkpoint-format.ts'

/** A checkpoint as its row holds it. */
export type CheckpointRow = {
  tenant_id: number
  no: number
  at: Temporal.Instant
  root: Buffer
  size: number
  previous: Buffer
  key_id: string
  next_key_id: string | null
  signature: Buffer
}

/** This tenant's checkpoints; the caller orders and narrows. */
export function selectCheckpoints(tx: Tx) {
  return q.selectFrom('checkpoints').selectAll().where('tenant_id', '=', tx.tenant)
}

/** The published form of a row. */
export function toCheckpoint(row: CheckpointRow): Checkpoint {
  return {
    tenant: row.tenant_id,
    no: row.no,
    at: row.at.toString({ fractionalSecondDigits: 3 }),
    root: row.root.toString('hex'),
    size: row.size,
    previous: row.previous.toString('hex'),
    key: row.key_id,
    nextKey: row.next_key_id,
    signature: row.signature.toString('base64'),
  }
}
