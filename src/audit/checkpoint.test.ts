import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice } from '../../test/support/office.ts'
import { appendTo, tamper, writeStream } from '../../test/support/record.ts'
import { inTransaction } from '../platform/database/tx.ts'
import { makeCheckpoint, renewSigningKey } from './checkpoint.ts'
import { checkpointDigest, checkpointLine, firstPrevious, isSignedBy } from './checkpoint-format.ts'
import { leafHash, merkleRoot } from './merkle.ts'
import { PublicationConflict, publishCheckpoints, publishedPath } from './publication.ts'
import { createSigningKey, readPublicKey } from './signing-key.ts'
import { insertSigningKey, listSigningKeys } from './store.ts'

let database: TestDatabase
let office: TestOffice
let dataDir: string

beforeAll(async () => {
  database = await testDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'checkpoints-'))
})
afterAll(() => rm(dataDir, { recursive: true }))
beforeEach(async () => {
  office = await testOffice(database)
  while (await makeCheckpoint(office)); // what founding the office wrote
})

const leavesOf = async (no: number) =>
  (
    await database.owner.query(
      'select stream_id, seq, hash from checkpoint_leaves where tenant_id = $1 and no = $2 order by position',
      [office.tenant.id, no],
    )
  ).rows as { stream_id: string; seq: number; hash: Buffer }[]

const keys = () => inTransaction(database.pool, office.tenant.id, listSigningKeys)
const published = async () =>
  (await readFile(publishedPath(dataDir, office.tenant.id), 'utf8')).split('\n').slice(0, -1)

describe('a checkpoint', () => {
  test('covers the last event of each stream that moved, and no other', async () => {
    const a = await writeStream(office, 3)
    const b = await writeStream(office, 1)
    await appendTo(office, b, { type: 'test.noted', data: {} })
    const checkpoint = await makeCheckpoint(office)
    const leaves = await leavesOf(checkpoint?.no ?? 0)
    expect(leaves.map(leaf => [leaf.stream_id, leaf.seq])).toEqual([
      [a, 3],
      [b, 2],
    ])
    expect(checkpoint?.size).toBe(2)
    const root = merkleRoot(
      leaves.map(({ stream_id, seq, hash }) => leafHash({ stream: stream_id, seq, hash })),
    )
    expect(checkpoint?.root).toBe(root.toString('hex'))
  })

  test('is not made where nothing moved', async () => {
    expect(await makeCheckpoint(office)).toBeUndefined()
  })

  test('is signed, numbered and linked to the one before', async () => {
    await writeStream(office, 1)
    const first = await makeCheckpoint(office)
    office.clock.advance({ minutes: 1 })
    await writeStream(office, 1)
    const second = await makeCheckpoint(office)
    if (!first || !second) throw new Error('no checkpoint')
    expect(second.no).toBe(first.no + 1)
    expect(second.previous).toBe(checkpointDigest(first))
    expect(second.at).toBe('2026-03-02T01:01:00.000Z')
    const [key] = await keys()
    expect(key?.id).toBe(second.key)
    expect(isSignedBy(second, readPublicKey(key?.public_key ?? Buffer.of()))).toBe(true)
    expect(isSignedBy({ ...second, at: first.at }, readPublicKey(key?.public_key ?? Buffer.of()))).toBe(false)
  })

  test('first of its tenant is linked to the tenant', async () => {
    const { rows } = await database.owner.query(
      'select previous from checkpoints where tenant_id = $1 and no = 1',
      [office.tenant.id],
    )
    expect(rows[0].previous.toString('hex')).toBe(firstPrevious(office.tenant.id))
  })

  test('takes a bounded number of heads; the rest follow in the next ones', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push(await writeStream(office, 2))
    const sizes: number[] = []
    for (;;) {
      const checkpoint = await makeCheckpoint(office, 2)
      if (!checkpoint) break
      sizes.push(checkpoint.size)
    }
    expect(sizes).toEqual([2, 2, 1])
  })

  test('made by two processes at once is two checkpoints in a row, and no head is in both', async () => {
    for (let i = 0; i < 6; i++) await writeStream(office, 1)
    const made = (await Promise.all([1, 2, 3].map(() => makeCheckpoint(office, 2)))).filter(
      each => each !== undefined,
    )
    const numbers = made.map(each => each.no).sort((a, b) => a - b)
    expect(numbers).toEqual([0, 1, 2].map(n => (numbers[0] ?? 0) + n))
    const streams = (await Promise.all(numbers.map(leavesOf))).flat().map(leaf => leaf.stream_id)
    expect(new Set(streams).size).toBe(6)
    expect(streams).toHaveLength(6)
  })

  test('of one tenant leaves the heads of another waiting', async () => {
    const other = await testOffice(database)
    await writeStream(office, 1)
    await makeCheckpoint(office)
    const checkpoint = await makeCheckpoint(other)
    expect(checkpoint?.tenant).toBe(other.tenant.id)
    expect(checkpoint?.no).toBe(1)
  })
})

describe('the signing key', () => {
  test('is handed over under the signature of the old one, whose private half is then forgotten', async () => {
    const [old] = await keys()
    const fresh = await renewSigningKey(office)
    await writeStream(office, 1)
    const announcing = await makeCheckpoint(office)
    expect(announcing).toMatchObject({ key: old?.id, nextKey: fresh })
    await writeStream(office, 1)
    expect(await makeCheckpoint(office)).toMatchObject({ key: fresh, nextKey: null })
    const after = (await keys()).find(key => key.id === old?.id)
    expect(after?.retired_at).not.toBeNull()
    expect(after?.sealed_private).toHaveLength(0)
  })

  test('put into the table by another hand is neither used nor announced', async () => {
    const foreign = createSigningKey((await testOffice(database)).key, office.tenant.id)
    await inTransaction(database.pool, office.tenant.id, tx =>
      tx.run(insertSigningKey(tx, foreign, office.clock.now())),
    )
    await writeStream(office, 1)
    await expect(makeCheckpoint(office)).rejects.toThrow('another key')
    await tamper(database, 'signing_keys', 'delete from signing_keys where id = $1', [foreign.id])
    expect(await makeCheckpoint(office)).toMatchObject({ nextKey: null })
  })

  test('with its public half exchanged does not sign', async () => {
    const other = createSigningKey(office.key, office.tenant.id)
    await tamper(database, 'signing_keys', 'update signing_keys set public_key = $1 where tenant_id = $2', [
      other.public_key,
      office.tenant.id,
    ])
    await writeStream(office, 1)
    await expect(makeCheckpoint(office)).rejects.toThrow('was altered')
  })
})

describe('the published file', () => {
  test('has one line a checkpoint, in order, and grows only by what is new', async () => {
    expect(await publishCheckpoints(office, dataDir)).toBe(1)
    expect(await publishCheckpoints(office, dataDir)).toBe(0)
    await writeStream(office, 1)
    const checkpoint = await makeCheckpoint(office)
    expect(await publishCheckpoints(office, dataDir)).toBe(1)
    const lines = await published()
    expect(lines).toHaveLength(2)
    expect(lines[1]).toBe(checkpoint && checkpointLine(checkpoint))
  })

  test('is written again in full where it is gone, and mended where a crash cut its last line', async () => {
    for (let i = 0; i < 3; i++) {
      await writeStream(office, 1)
      await makeCheckpoint(office)
    }
    await publishCheckpoints(office, dataDir)
    const path = publishedPath(dataDir, office.tenant.id)
    const whole = await readFile(path, 'utf8')
    for (const length of [0, 1, 100, whole.length - 1, whole.indexOf('\n') + 1, whole.indexOf('\n') + 2]) {
      await truncate(path, length)
      await publishCheckpoints(office, dataDir)
      expect(await readFile(path, 'utf8')).toBe(whole)
    }
    await rm(path)
    await publishCheckpoints(office, dataDir)
    expect(await readFile(path, 'utf8')).toBe(whole)
    await appendFile(path, '{"no":')
    await writeStream(office, 1)
    await makeCheckpoint(office)
    await publishCheckpoints(office, dataDir)
    expect(await published()).toHaveLength(5)
  })

  test('that has what the database has not is left as it is, and the matter reported', async () => {
    await publishCheckpoints(office, dataDir)
    const path = publishedPath(dataDir, office.tenant.id)
    for (const line of ['{"no":2}\n', 'nonsense\n', '\n']) {
      const before = await readFile(path, 'utf8')
      await appendFile(path, line)
      await expect(publishCheckpoints(office, dataDir)).rejects.toThrow(PublicationConflict)
      expect(await readFile(path, 'utf8')).toBe(before + line)
      await writeFile(path, before)
    }
  })

  test('written by two processes at once has every line once', async () => {
    for (let i = 0; i < 4; i++) {
      await writeStream(office, 1)
      await makeCheckpoint(office)
    }
    const written = await Promise.all([1, 2, 3].map(() => publishCheckpoints(office, dataDir)))
    expect(written.reduce((sum, n) => sum + n)).toBe(5)
    expect((await published()).map(line => JSON.parse(line).no)).toEqual([1, 2, 3, 4, 5])
  })
})
