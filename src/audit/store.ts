import { sql } from 'kysely'
import { type Query, q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { Checkpoint } from './checkpoint-format.ts'
import { selectCheckpoints, toCheckpoint } from './checkpoint-rows.ts'
import type { Head } from './merkle.ts'
import type { StoredSigningKey } from './signing-key.ts'

// One number per kind of advisory lock in this program; the second number is the tenant.
const CHECKPOINT_LOCK = 7_201

/** Waits until no other process makes or publishes this tenant's checkpoints; held until the transaction ends. */
export async function lockCheckpoints(tx: Tx): Promise<void> {
  await tx.run(
    q.selectNoFrom(
      sql`pg_advisory_xact_lock(${CHECKPOINT_LOCK}::integer, ${tx.tenant}::integer)`.as('locked'),
    ),
  )
}

/** Takes at most about `limit` waiting heads off the list, and leaves of each stream only the last. */
export async function takePendingHeads(tx: Tx, limit: number): Promise<Head[]> {
  const boundary = await tx.first(
    q
      .selectFrom('chain_pending')
      .select(['stream_id', 'seq'])
      .where('tenant_id', '=', tx.tenant)
      .orderBy('stream_id')
      .orderBy('seq')
      .offset(limit)
      .limit(1),
  )
  let taken = q
    .deleteFrom('chain_pending')
    .where('tenant_id', '=', tx.tenant)
    .returning(['stream_id', 'seq', 'hash'])
  if (boundary) {
    const { stream_id, seq } = boundary
    taken = taken.where(eb => eb(eb.refTuple('stream_id', 'seq'), '<', eb.tuple(stream_id, seq)))
  }
  const heads = new Map<string, Head>()
  for (const { stream_id: stream, seq, hash } of await tx.all(taken)) {
    if ((heads.get(stream)?.seq ?? 0) < seq) heads.set(stream, { stream, seq, hash })
  }
  return [...heads.values()].sort((a, b) => (a.stream < b.stream ? -1 : 1))
}

/** The newest checkpoint, or undefined before the first. */
export async function lastCheckpoint(tx: Tx): Promise<Checkpoint | undefined> {
  const row = await tx.first(selectCheckpoints(tx).orderBy('no', 'desc').limit(1))
  return row && toCheckpoint(row)
}

/** All signing keys of the tenant, oldest first. */
export function listSigningKeys(tx: Tx) {
  return tx.all(
    q
      .selectFrom('signing_keys')
      .select(['id', 'public_key', 'sealed_private', 'created_at', 'retired_at'])
      .where('tenant_id', '=', tx.tenant)
      .orderBy('created_at')
      .orderBy('id'),
  )
}

/** Adds a signing key. */
export function insertSigningKey(tx: Tx, key: StoredSigningKey, now: Temporal.Instant): Query {
  return q.insertInto('signing_keys').values({ tenant_id: tx.tenant, ...key, created_at: now })
}

/** Ends a signing key and forgets its private half: what it signed stays provable, and it signs no more. */
export function retireSigningKey(tx: Tx, id: string, now: Temporal.Instant): Query {
  return q
    .updateTable('signing_keys')
    .set({ retired_at: now, sealed_private: Buffer.alloc(0) })
    .where('tenant_id', '=', tx.tenant)
    .where('id', '=', id)
}

/** Writes a checkpoint and its leaves; both are append-only. */
export async function insertCheckpoint(
  tx: Tx,
  checkpoint: Checkpoint,
  heads: readonly Head[],
): Promise<void> {
  const { no, at, root, size, previous, key, nextKey, signature } = checkpoint
  const row = q.insertInto('checkpoints').values({
    tenant_id: tx.tenant,
    no,
    at: Temporal.Instant.from(at),
    root: Buffer.from(root, 'hex'),
    size,
    previous: Buffer.from(previous, 'hex'),
    key_id: key,
    next_key_id: nextKey,
    signature: Buffer.from(signature, 'base64'),
  })
  // Arrays, so that any number of leaves is one statement with three parameters.
  const streams = sql`${heads.map(head => head.stream)}::uuid[]`
  const seqs = sql`${heads.map(head => head.seq)}::integer[]`
  const hashes = sql`${heads.map(head => head.hash)}::bytea[]`
  const leaves = q
    .insertInto('checkpoint_leaves')
    .columns(['tenant_id', 'no', 'position', 'stream_id', 'seq', 'hash'])
    .expression(
      q
        .selectFrom(
          sql<{ stream_id: string; seq: number; hash: Buffer; position: number }>`
            unnest(${streams}, ${seqs}, ${hashes}) with ordinality`.as<'leaf'>(
            sql`leaf(stream_id, seq, hash, position)`,
          ),
        )
        .select([
          sql<number>`${tx.tenant}::integer`.as('tenant_id'),
          sql<number>`${no}::integer`.as('no'),
          sql<number>`(leaf.position - 1)::integer`.as('position'),
          'leaf.stream_id',
          'leaf.seq',
          'leaf.hash',
        ]),
    )
  await Promise.all([tx.run(row), tx.run(leaves)])
}
