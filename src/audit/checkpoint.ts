import { inTransaction, type Tx } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'
import { type Checkpoint, checkpointDigest, firstPrevious, signCheckpoint } from './checkpoint-format.ts'
import { leafHash, merkleRoot } from './merkle.ts'
import { createSigningKey, openSigningKey, type StoredSigningKey } from './signing-key.ts'
import {
  insertCheckpoint,
  insertSigningKey,
  lastCheckpoint,
  listSigningKeys,
  lockCheckpoints,
  retireSigningKey,
  takePendingHeads,
} from './store.ts'

// A leaf costs some 200 bytes here while its checkpoint is made; after a large import the rest follows at once in
// further checkpoints.
const LEAVES = 50_000

/**
 * Puts every head that moved since the last checkpoint under a new one, signed with the tenant's key; undefined
 * where nothing moved. Call again until it is: one checkpoint takes a bounded number of heads.
 */
export async function makeCheckpoint(office: Office, limit = LEAVES): Promise<Checkpoint | undefined> {
  return inTransaction(office.pool, office.tenant.id, async tx => {
    await lockCheckpoints(tx)
    const [heads, last, keys] = await Promise.all([
      takePendingHeads(tx, limit),
      lastCheckpoint(tx),
      listSigningKeys(tx),
    ])
    if (heads.length === 0) return undefined
    const now = office.clock.now()
    const { signer, next } = await chooseKeys(office, tx, last, keys, now)
    const checkpoint = signCheckpoint(
      {
        tenant: tx.tenant,
        no: (last?.no ?? 0) + 1,
        at: now.toString({ fractionalSecondDigits: 3 }),
        root: merkleRoot(heads.map(leafHash)).toString('hex'),
        size: heads.length,
        previous: last ? checkpointDigest(last) : firstPrevious(tx.tenant),
        key: signer.id,
        nextKey: next?.id ?? null,
      },
      openSigningKey(office.key, tx.tenant, signer),
    )
    await insertCheckpoint(tx, checkpoint, heads)
    return checkpoint
  })
}

/**
 * Makes a new signing key. The next checkpoint announces it under the old key's signature, the one after is signed
 * with it; then the private half of the old one is forgotten.
 */
export async function renewSigningKey(office: Office): Promise<string> {
  return inTransaction(office.pool, office.tenant.id, async tx => {
    await lockCheckpoints(tx)
    const key = createSigningKey(office.key, tx.tenant)
    await tx.run(insertSigningKey(tx, key, office.clock.now()))
    return key.id
  })
}

type Keys = Awaited<ReturnType<typeof listSigningKeys>>

// Which key signs is decided by the last checkpoint, never by what stands in the table: a key of another hand put
// there is neither used nor announced, because it does not open under the tenant's key.
async function chooseKeys(
  office: Office,
  tx: Tx,
  last: Checkpoint | undefined,
  keys: Keys,
  now: Temporal.Instant,
): Promise<{ signer: StoredSigningKey; next?: StoredSigningKey }> {
  if (!last) {
    const ready = keys.findLast(key => key.retired_at === null)
    if (ready) return { signer: ready }
    const signer = createSigningKey(office.key, tx.tenant)
    await tx.run(insertSigningKey(tx, signer, now))
    return { signer }
  }
  const due = last.nextKey ?? last.key
  const signer = keys.find(key => key.id === due)
  if (!signer) throw new Error(`Signing key ${due} of tenant ${tx.tenant}, due to sign, is missing`)
  if (last.nextKey) await tx.run(retireSigningKey(tx, last.key, now))
  const next = keys.findLast(key => key.retired_at === null && key.id !== due && key.id !== last.key)
  if (!next) return { signer }
  openSigningKey(office.key, tx.tenant, next)
  return { signer, next }
}
