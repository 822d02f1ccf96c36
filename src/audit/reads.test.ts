import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice } from '../../test/support/office.ts'
import { appendTo, writeStream } from '../../test/support/record.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { makeCheckpoint, renewSigningKey } from './checkpoint.ts'
import { findCheckpoint, type HeadProof, holds, listCheckpoints, listPublicKeys, proveHead } from './reads.ts'

let database: TestDatabase
let office: TestOffice

beforeAll(async () => {
  database = await testDatabase()
  office = await testOffice(database)
})

const read = <R>(work: Parameters<typeof inSnapshot<R>>[2], of = office) =>
  inSnapshot(database.pool, of.tenant.id, work)
const keyOf = async (proof: HeadProof) =>
  (await read(listPublicKeys)).find(key => key.id === proof.checkpoint.key)?.pem ?? ''

describe('the proof that a case stood under a checkpoint', () => {
  test('holds for every case, whatever was written in whatever order', async () => {
    const steps = fc.array(fc.oneof(fc.constant('write'), fc.constant('checkpoint'), fc.nat(30)), {
      maxLength: 25,
    })
    await fc.assert(
      fc.asyncProperty(steps, async history => {
        const streams: string[] = []
        for (const step of [...history, 'write' as const, 'checkpoint' as const]) {
          const known = typeof step === 'number' ? streams[step % (streams.length || 1)] : undefined
          if (known) await appendTo(office, known, { type: 'test.noted', data: {} })
          else if (step === 'checkpoint') await makeCheckpoint(office)
          else streams.push(await writeStream(office, 2))
        }
        for (const stream of streams) {
          const proof = await read(tx => proveHead(tx, stream))
          if (!proof) throw new Error('no proof')
          expect(proof.later).toBe(0)
          expect(holds(proof, await keyOf(proof))).toBe(true)
        }
      }),
      { numRuns: 8 },
    )
  })

  test('does not hold for anything altered, nor under another key', async () => {
    const streams = await Promise.all([1, 2, 3].map(() => writeStream(office, 2)))
    await makeCheckpoint(office)
    const proof = await read(tx => proveHead(tx, streams[1] ?? ''))
    if (!proof) throw new Error('no proof')
    const key = await keyOf(proof)
    expect(holds(proof, key)).toBe(true)
    const { head, checkpoint } = proof
    const altered: HeadProof[] = [
      { ...proof, head: { ...head, seq: 1 } },
      { ...proof, head: { ...head, stream: streams[0] ?? '' } },
      { ...proof, head: { ...head, hash: checkpoint.root } },
      { ...proof, position: proof.position + 1 },
      { ...proof, path: proof.path.slice(1) },
      { ...proof, checkpoint: { ...checkpoint, at: '2020-01-01T00:00:00.000Z' } },
      { ...proof, checkpoint: { ...checkpoint, signature: '' } },
    ]
    for (const each of altered) expect(holds(each, key)).toBe(false)
    const other = await testOffice(database)
    await makeCheckpoint(other)
    const [foreign] = await read(listPublicKeys, other)
    expect(holds(proof, foreign?.pem ?? '')).toBe(false)
  })

  test('waits for the first checkpoint, and says how many events came after it', async () => {
    const stream = await writeStream(office, 1)
    expect(await read(tx => proveHead(tx, stream))).toBeUndefined()
    await makeCheckpoint(office)
    await appendTo(office, stream, { type: 'test.noted', data: {} })
    expect(await read(tx => proveHead(tx, stream))).toMatchObject({ head: { seq: 1 }, later: 1 })
  })

  test('is not given for a case of another office', async () => {
    const other = await testOffice(database)
    const stream = await writeStream(other, 1)
    await makeCheckpoint(other)
    expect(await read(tx => proveHead(tx, stream))).toBeUndefined()
    expect(await read(tx => proveHead(tx, stream), other)).toBeDefined()
  })
})

test('checkpoints are listed newest first and page by page, to the first', async () => {
  const fresh = await testOffice(database)
  for (let i = 0; i < 5; i++) {
    await writeStream(fresh, 1)
    await makeCheckpoint(fresh)
  }
  const numbers: number[][] = []
  for (let before: number | undefined; ; ) {
    const page = await read(tx => listCheckpoints(tx, { before, limit: 2 }), fresh)
    if (page.length === 0) break
    numbers.push(page.map(({ no }) => no))
    before = page.at(-1)?.no
  }
  expect(numbers).toEqual([[5, 4], [3, 2], [1]])
  expect(await read(tx => findCheckpoint(tx, 3), fresh)).toMatchObject({ no: 3 })
  expect(await read(tx => findCheckpoint(tx, 6), fresh)).toBeUndefined()
})

test('keys are published with the time in which they signed', async () => {
  const fresh = await testOffice(database)
  for (const renew of [false, true, false]) {
    fresh.clock.advance({ hours: 1 })
    if (renew) await renewSigningKey(fresh)
    await writeStream(fresh, 1)
    await makeCheckpoint(fresh)
  }
  const [first, second] = await read(listPublicKeys, fresh)
  expect(first?.pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+-----END PUBLIC KEY-----\n$/)
  expect(String(first?.until)).toBe('2026-03-02T04:00:00Z')
  expect(second?.until).toBeNull()
})
