import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import type { TestOffice } from '../../test/support/office.ts'
import { appendTo, officeWithRecord, tamper, writeStream } from '../../test/support/record.ts'
import { genesis, hashEvent } from '../platform/chain.ts'
import { q } from '../platform/database/query.ts'
import { inTransaction } from '../platform/database/tx.ts'
import { createDataKey } from '../platform/sealing/keys.ts'
import { seal } from '../platform/sealing/payload.ts'
import { renewSigningKey } from './checkpoint.ts'
import { type Report, type VerifyOptions, verifyDatabase } from './verify.ts'

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

const changeEvent = (assignment: string, stream: string, seq: number, ...values: unknown[]) =>
  tamper(database, 'events', `update events set ${assignment} where stream_id = $1 and seq = $2`, [
    stream,
    seq,
    ...values,
  ])

describe('a record that nobody touched', () => {
  test('verifies, and says what it holds and what waits for its checkpoint', async () => {
    const report = await verify()
    expect(report).toMatchObject({ ok: true, problemCount: 0, checkpoints: 2, uncovered: 2 })
    const { rows } = await database.owner.query(
      `select count(*)::int as events, count(distinct stream_id)::int as streams from events where tenant_id = $1`,
      [office.tenant.id],
    )
    expect(report).toMatchObject(rows[0])
    expect(report.published).toMatchObject({ lines: 2, missing: 0 })
    await checkpoint()
    expect(await verify()).toMatchObject({ ok: true, checkpoints: 3, uncovered: 0 })
  })

  test('verifies while it is written to', async () => {
    const writing = Promise.all([1, 2, 3, 4].map(() => writeStream(office, 3)))
    const reports = await Promise.all([verify(), verify(), checkpoint().then(() => verify())])
    await writing
    expect(reports.map(report => report.problems)).toEqual([[], [], []])
  })

  test('verifies after the key of a case was destroyed, and what it sealed is gone', async () => {
    await inTransaction(database.pool, office.tenant.id, tx =>
      tx.run(
        q.deleteFrom('stream_keys').where('tenant_id', '=', tx.tenant).where('stream_id', '=', streams[0]),
      ),
    )
    expect((await verify()).ok).toBe(true)
    await expect(appendTo(office, streams[0], { type: 'test.noted', data: {} })).rejects.toThrow(
      'no such stream',
    )
  })

  test('verifies across a change of the signing key', async () => {
    await renewSigningKey(office)
    for (let i = 0; i < 3; i++) {
      await writeStream(office, 1)
      await checkpoint()
    }
    const report = await verify()
    expect(report.problems).toEqual([])
    expect(report.signers).toHaveLength(2)
    for (const key of report.signers) expect((await verify({ key })).ok).toBe(true)
    expect((await verify({ key: 'f'.repeat(32) })).problems).toEqual([
      { code: 'key-not-the-expected', key: 'f'.repeat(32) },
    ])
  })

  test('of an office that has written nothing verifies', async () => {
    const { rows } = await database.owner.query(
      `insert into tenants (stream_id, name, language, time_zone, pack_id, pack_version, wrapped_key, created_at)
       values (gen_random_uuid(), '{}', 'en', 'UTC', 'generic', 1, '', now()) returning tenant_id`,
    )
    const source = { pool: database.pool, tenant: rows[0].tenant_id, now: office.clock.now() }
    expect(await verifyDatabase(source, dataDir)).toMatchObject({ ok: true, streams: 0, events: 0 })
  })
})

describe('an event changed by another hand is found and named', () => {
  test.each([
    ['its type', "type = 'test.closed'", 'event-altered'],
    ['its time', "at = at + interval '1 millisecond'", 'event-altered'],
    ['its time, to one that is none', "at = 'infinity'", 'event-altered'],
    ['its author', `actor = '{"kind":"staff","id":"someone-else"}'`, 'event-altered'],
    ['its data', `data = '{"note":99}'`, 'event-altered'],
    ['its data, to a number too large', `data = '{"note":1e400}'`, 'event-altered'],
    [
      'its sealed payload',
      `sealed = set_byte(coalesce(sealed, '\\x0000'), 1, get_byte(coalesce(sealed, '\\x0000'), 1) # 1)`,
      'event-altered',
    ],
    ['its hash', 'hash = sha256(hash)', 'event-altered'],
    ['its hash, to none', "hash = ''", 'event-altered'],
    ['its link to the event before', 'previous = sha256(previous)', 'event-relinked'],
    ['its place, beyond the end', 'seq = 40', 'event-missing'],
  ])('%s', async (_name, assignment, code) => {
    const [a, b] = streams
    await changeEvent(assignment, b, 2)
    expect(await firstBad()).toMatchObject({ stream: b, seq: 2, code })
    await changeEvent(assignment, a, 1)
    expect(await firstBad()).toMatchObject({ stream: a, seq: 1, code })
  })

  test('its sealed payload, removed or exchanged for that of another case', async () => {
    const [a, b] = streams
    await tamper(
      database,
      'events',
      `update events set sealed = (select sealed from events where stream_id = $2 and seq = 1) where stream_id = $1 and seq = 1`,
      [b, a],
    )
    expect(await firstBad()).toMatchObject({ stream: b, seq: 1, code: 'event-altered' })
    await changeEvent('sealed = null', a, 1)
    expect(await firstBad()).toMatchObject({ stream: a, seq: 1, code: 'event-altered' })
  })

  test('its stream', async () => {
    const [a, b] = streams
    await tamper(
      database,
      'events',
      'update events set stream_id = $2, seq = 6 where stream_id = $1 and seq = 2',
      [a, b],
    )
    expect(await firstBad()).toMatchObject({ stream: a, seq: 2, code: 'event-missing' })
  })

  test('with the case number where the stream is a case', async () => {
    const [a] = streams
    await database.owner.query(
      `insert into cases (tenant_id, id, number, receipt_digest, kind, category, status, open, unit_id, protected,
         channel, language, pack_id, pack_version, filed_at, state, updated_at)
       values ($1, $2, '2026-000123-7', '', 'grievance', 'roads', 'open', true, $3, false, 'web', 'en', 'generic', 1,
         now(), '{}', now())`,
      [office.tenant.id, a, office.units.roads],
    )
    await changeEvent(`data = '{}'`, a, 3)
    expect(await firstBad()).toMatchObject({ stream: a, number: '2026-000123-7', seq: 3 })
  })
})

describe('events removed, added or moved are found and named', () => {
  const deleteEvents = (stream: string, from: number, to = from) =>
    tamper(database, 'events', 'delete from events where stream_id = $1 and seq between $2 and $3', [
      stream,
      from,
      to,
    ])

  test.each([1, 2, 3, 4, 5])('event %i of five removed', async seq => {
    const [a] = streams
    await deleteEvents(a, seq)
    expect(await firstBad()).toMatchObject({ stream: a, seq, code: 'event-missing' })
  })

  test('two events exchanged', async () => {
    const [a] = streams
    await tamper(
      database,
      'events',
      `update events set seq = case seq when 2 then -3 else -2 end where stream_id = $1 and seq in (2, 3)`,
      [a],
    )
    await tamper(database, 'events', 'update events set seq = -seq where stream_id = $1 and seq < 0', [a])
    expect(await firstBad()).toMatchObject({ stream: a, seq: 2 })
  })

  test('the last event removed and the stream set back, which only the checkpoint remembers', async () => {
    const [a] = streams
    await deleteEvents(a, 5)
    await tamper(
      database,
      'streams',
      'update streams set seq = 4, head = (select hash from events where stream_id = $1 and seq = 4) where id = $1',
      [a],
    )
    expect(await firstBad()).toMatchObject({ stream: a, seq: 5, code: 'event-missing', checkpoint: 2 })
  })

  test('the last event removed before its checkpoint, which only the waiting list remembers', async () => {
    const [, , c] = streams
    await deleteEvents(c, 2)
    await tamper(
      database,
      'streams',
      'update streams set seq = 1, head = (select hash from events where stream_id = $1 and seq = 1) where id = $1',
      [c],
    )
    expect(await firstBad()).toMatchObject({ stream: c, seq: 2, code: 'event-missing' })
  })

  test('a whole case removed, with its stream and its key', async () => {
    const [, b] = streams
    await deleteEvents(b, 1, 3)
    await tamper(database, 'streams', 'delete from streams where id = $1', [b])
    await tamper(database, 'stream_keys', 'delete from stream_keys where stream_id = $1', [b])
    expect(await firstBad()).toMatchObject({ stream: b, seq: 1, code: 'event-missing', checkpoint: 2 })
  })

  test('the row of a stream removed', async () => {
    await tamper(database, 'streams', 'delete from streams where id = $1', [streams[0]])
    expect(await firstBad()).toMatchObject({ stream: streams[0], code: 'stream-unlisted' })
  })

  test('the head of a stream changed', async () => {
    await tamper(database, 'streams', 'update streams set head = sha256(head) where id = $1', [streams[0]])
    expect(await firstBad()).toMatchObject({ stream: streams[0], seq: 5, code: 'head-altered' })
  })

  test('an event added beside the program', async () => {
    const [a] = streams
    await tamper(
      database,
      'events',
      `insert into events select tenant_id, stream_id, 6, type, at, actor, data, sealed, hash, sha256(hash)
         from events where stream_id = $1 and seq = 5`,
      [a],
    )
    expect(await firstBad()).toMatchObject({ stream: a, seq: 6, code: 'event-altered' })
  })

  test('a chain rewritten in full, hashes, head and all, which only the checkpoint remembers', async () => {
    const [a] = streams
    const { rows } = await database.owner.query('select * from events where stream_id = $1 order by seq', [a])
    let previous = genesis(office.tenant.id, a)
    for (const row of rows) {
      const data = row.seq === 2 ? { note: 'rewritten' } : row.data
      const sealedDigest = row.sealed && Buffer.from(await crypto.subtle.digest('SHA-256', row.sealed))
      const at = row.at.toISOString()
      const { type, seq, actor } = row
      const hash = hashEvent(
        { tenant: office.tenant.id, stream: a, seq, type, at, actor, data, sealedDigest },
        previous,
      )
      await changeEvent('data = $3, previous = $4, hash = $5', a, seq, JSON.stringify(data), previous, hash)
      previous = hash
    }
    await tamper(database, 'streams', 'update streams set head = $2 where id = $1', [a, previous])
    // Events are not under a checkpoint one by one: seq 4 is the first head that was signed after the change.
    expect(await firstBad()).toMatchObject({ stream: a, seq: 4, code: 'event-replaced', checkpoint: 1 })
  })

  test('a case added beside the program, chained well but waiting for no checkpoint', async () => {
    const stream = '00000000-0000-7000-8000-000000000001'
    const start = genesis(office.tenant.id, stream)
    const at = '2026-03-02T01:00:00.000Z'
    const header = {
      tenant: office.tenant.id,
      stream,
      seq: 1,
      type: 't',
      at,
      actor: null,
      data: null,
      sealedDigest: null,
    }
    const hash = hashEvent(header, start)
    await tamper(
      database,
      'events',
      `insert into events values ($1, $2, 1, 't', $3, 'null', 'null', null, $4, $5)`,
      [office.tenant.id, stream, at, start, hash],
    )
    await tamper(database, 'streams', `insert into streams values ($1, $2, 'test', 1, $3, now())`, [
      office.tenant.id,
      stream,
      hash,
    ])
    expect(await firstBad()).toMatchObject({ stream, seq: 1, code: 'event-not-waiting' })
  })

  test('a sealed payload exchanged together with the key of its case', async () => {
    const [a] = streams
    const { key, wrapped } = createDataKey(office.key, a)
    const sealed = seal(key, `${office.tenant.id}/${a}/test.opened`, { name: 'someone else' })
    await tamper(database, 'stream_keys', 'update stream_keys set wrapped = $2 where stream_id = $1', [
      a,
      wrapped,
    ])
    await changeEvent('sealed = $3', a, 1, sealed)
    expect(await firstBad()).toMatchObject({ stream: a, seq: 1, code: 'event-altered' })
  })
})
