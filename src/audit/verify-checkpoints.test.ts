import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import type { TestOffice } from '../../test/support/office.ts'
import { officeWithRecord, tamper, writeStream } from '../../test/support/record.ts'
import { makeCheckpoint } from './checkpoint.ts'
import { checkpointDigest, firstPrevious, signCheckpoint } from './checkpoint-format.ts'
import { publishCheckpoints, publishedPath } from './publication.ts'
import { createSigningKey, openSigningKey } from './signing-key.ts'
import type { Report, VerifyOptions } from './verify.ts'

let database: TestDatabase
let dataDir: string
let office: TestOffice
let streams: readonly [string, string, string]
let checkpoint: () => Promise<void>
let verify: (options?: VerifyOptions) => Promise<Report>

beforeAll(async () => {
  database = await testDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'verify-'))
})
afterAll(() => rm(dataDir, { recursive: true }))
beforeEach(async () => {
  ;({ office, streams, checkpoint, verify } = await officeWithRecord(database, dataDir))
})

async function firstBad() {
  const { ok, firstBadEvent, problems } = await verify()
  expect(ok).toBe(false)
  return firstBadEvent ?? problems[0]
}

describe('a checkpoint changed by another hand is found and named', () => {
  const change = (assignment: string, no: number, ...values: unknown[]) =>
    tamper(database, 'checkpoints', `update checkpoints set ${assignment} where tenant_id = $1 and no = $2`, [
      office.tenant.id,
      no,
      ...values,
    ])
  const codes = async () => (await verify()).problems.map(({ code, checkpoint }) => [code, checkpoint])

  test.each([
    ['time', "at = at + interval '1 second'", 'signature-wrong'],
    ['root', 'root = sha256(root)', 'signature-wrong'],
    ['size', 'size = size + 1', 'signature-wrong'],
    ['link', 'previous = sha256(previous)', 'checkpoint-relinked'],
    ['signature', 'signature = sha512(signature)', 'signature-wrong'],
    ['signature, to none', "signature = ''", 'signature-wrong'],
    ['key', "key_id = 'x'", 'key-unknown'],
    ['successor of its key', "next_key_id = 'x'", 'signature-wrong'],
  ])('its %s', async (_name, assignment, code) => {
    await change(assignment, 1)
    expect(await codes()).toContainEqual([code, 1])
  })

  test('removed, from the middle or at the end', async () => {
    await writeStream(office, 1)
    await checkpoint()
    const remove = async (no: number) => {
      for (const table of ['checkpoint_leaves', 'checkpoints'])
        await tamper(database, table, `delete from ${table} where tenant_id = $1 and no = $2`, [
          office.tenant.id,
          no,
        ])
    }
    await remove(3)
    expect(await codes()).toContainEqual(['published-only', 3])
    expect(await firstBad()).toMatchObject({ code: 'event-not-waiting', stream: streams[2], seq: 1 })
    await remove(1)
    expect(await codes()).toContainEqual(['checkpoint-missing', 1])
  })

  test.each([
    ['stream', 'stream_id = gen_random_uuid()'],
    ['number', 'seq = seq - 1'],
    ['hash', 'hash = sha256(hash)'],
    ['place', 'position = position + 10'],
  ])('the %s of a leaf', async (_name, assignment) => {
    await tamper(
      database,
      'checkpoint_leaves',
      `update checkpoint_leaves set ${assignment} where tenant_id = $1 and no = 2 and stream_id = $2`,
      [office.tenant.id, streams[1]],
    )
    expect(await codes()).toContainEqual(['leaves-altered', 2])
  })

  test('forged: signed well, by a key put into the table', async () => {
    const foreign = createSigningKey(office.key, office.tenant.id)
    await tamper(database, 'signing_keys', 'insert into signing_keys values ($1, $2, $3, $4, now(), null)', [
      office.tenant.id,
      foreign.id,
      foreign.public_key,
      foreign.sealed_private,
    ])
    const { rows } = await database.owner.query('select * from checkpoints where tenant_id = $1 and no = 2', [
      office.tenant.id,
    ])
    const forged = signCheckpoint(
      {
        tenant: office.tenant.id,
        no: 2,
        at: rows[0].at.toISOString(),
        root: rows[0].root.toString('hex'),
        size: rows[0].size,
        previous: rows[0].previous.toString('hex'),
        key: foreign.id,
        nextKey: null,
      },
      openSigningKey(office.key, office.tenant.id, foreign),
    )
    await change('key_id = $3, signature = $4', 2, foreign.id, Buffer.from(forged.signature, 'base64'))
    expect(await codes()).toEqual([
      ['key-unannounced', 2],
      ['published-differs', 2],
    ])
  })

  test('forged from the first on, with the only key there is: the key known from elsewhere has not signed', async () => {
    const genuine = (await verify()).signers[0]
    const foreign = createSigningKey(office.key, office.tenant.id)
    await tamper(
      database,
      'signing_keys',
      'update signing_keys set id = $2, public_key = $3 where tenant_id = $1',
      [office.tenant.id, foreign.id, foreign.public_key],
    )
    const privateKey = openSigningKey(office.key, office.tenant.id, foreign)
    const { rows } = await database.owner.query(
      'select * from checkpoints where tenant_id = $1 order by no',
      [office.tenant.id],
    )
    let previous = firstPrevious(office.tenant.id)

    for (const row of rows) {
      const body = {
        tenant: office.tenant.id,
        no: row.no,
        at: row.at.toISOString(),
        root: row.root.toString('hex'),
        size: row.size,
        previous,
        key: foreign.id,
        nextKey: null,
      }
      const { signature } = signCheckpoint(body, privateKey)
      await change(
        'key_id = $3, previous = $4, signature = $5',
        row.no,
        foreign.id,
        Buffer.from(previous, 'hex'),
        Buffer.from(signature, 'base64'),
      )
      previous = checkpointDigest(body)
    }
    await rm(publishedPath(dataDir, office.tenant.id))
    await publishCheckpoints(office, dataDir)
    expect((await verify()).ok).toBe(true)
    expect((await verify({ key: genuine })).problems).toEqual([
      { code: 'key-not-the-expected', key: genuine },
    ])
  })
})

describe('the published file', () => {
  const path = () => publishedPath(dataDir, office.tenant.id)
  const codes = async (options = {}) =>
    (await verify(options)).problems.map(({ code, checkpoint }) => [code, checkpoint])

  test('with a line changed, exchanged or added differs', async () => {
    const text = await readFile(path(), 'utf8')
    const [first, second] = text.split('\n')
    await writeFile(path(), text.replace('"size":', '"size": '))
    expect(await codes()).toEqual([['published-differs', 1]])
    await writeFile(path(), `${second}\n${first}\n`)
    expect(await codes()).toEqual([
      ['published-differs', 1],
      ['published-differs', 2],
    ])
    await writeFile(path(), `${text}${first}\n`)
    expect(await codes()).toEqual([['published-only', 3]])
  })

  test('that lacks its newest line, or has it cut, is only behind; one that lacks many is not in order', async () => {
    const [first] = (await readFile(path(), 'utf8')).split('\n')
    await writeFile(path(), `${first}\n`)
    expect(await verify()).toMatchObject({ ok: true, published: { lines: 1, missing: 1 } })
    await appendFile(path(), '{"at":"2026')
    expect(await verify()).toMatchObject({ ok: true, published: { lines: 1, missing: 1 } })
    for (let i = 0; i < 2; i++) {
      await writeStream(office, 1)
      await makeCheckpoint(office)
    }
    expect(await codes()).toEqual([['unpublished', 2]])
  })

  test('copied elsewhere months ago still testifies: the record must begin with it', async () => {
    const copy = join(dataDir, `${office.tenant.id}-copy.jsonl`)
    await writeFile(copy, await readFile(path()))
    for (let i = 0; i < 4; i++) {
      await writeStream(office, 1)
      await checkpoint()
    }
    expect(await verify({ published: copy })).toMatchObject({ ok: true, published: { lines: 2, missing: 4 } })
    await tamper(database, 'checkpoints', `update checkpoints set size = 7 where tenant_id = $1 and no = 2`, [
      office.tenant.id,
    ])
    expect(await codes({ published: copy })).toContainEqual(['published-differs', 2])
    await expect(verify({ published: `${copy}.not-there` })).rejects.toThrow('ENOENT')
  })
})
