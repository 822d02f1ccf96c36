import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeMinute } from '../../src/audit/jobs.ts'
import { publishedPath } from '../../src/audit/publication.ts'
import { testDatabase } from '../support/database.ts'
import { testOffice } from '../support/office.ts'
import { tamper } from '../support/record.ts'
import { recordOf } from '../support/resident.ts'
import { liveThrough, type WholeLife } from '../support/whole-life.ts'

// Promise 7: events are append-only and hash-chained, checkpoints signed and published, and anyone can verify offline. The
// parts are tested beside the code; here whole cases, and the commands as an auditor types them.

const program = fileURLToPath(new URL('../../src/cli/answerable.js', import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'answerable-altered-'))
const database = await testDatabase()
const { owner, pool } = database
const office = await testOffice(database)
let cases: WholeLife

beforeAll(async () => {
  cases = await liveThrough(office)
  await closeMinute(office, dataDir)
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

function answerable(...line: string[]) {
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    LANG: 'C',
    LOG_LEVEL: 'error',
  }
  const { status, stdout } = spawnSync(process.execPath, [program, ...line], { env, encoding: 'utf8' })
  return { status, said: stdout }
}

describe('an event, a checkpoint, a leaf', () => {
  test.each(['events', 'checkpoints', 'checkpoint_leaves'])(
    'of %s cannot be changed or removed, not by the owner of the tables either',
    async table => {
      const { rows } = await owner.query(`select count(*)::int as rows from ${table}`)
      expect(rows[0].rows).toBeGreaterThan(0)
      const column =
        table === 'events' ? 'data = data' : table === 'checkpoints' ? 'size = size' : 'seq = seq'
      for (const statement of [
        `update ${table} set ${column}`,
        `delete from ${table}`,
        `truncate ${table} cascade`,
      ]) {
        await expect(owner.query(statement), statement).rejects.toThrow('append-only')
        await expect(pool.query(statement), statement).rejects.toThrow('permission denied')
      }
    },
  )
})

describe('a correction', () => {
  test('is a new event: what was said first is still there, word for word', async () => {
    const { events } = await recordOf(office, cases.reviewed)
    const given = events.findIndex(event => event.type === 'answer.given')
    const corrected = events.findIndex(event => event.type === 'answer.corrected')
    expect(given).toBeGreaterThan(0)
    expect(corrected).toBeGreaterThan(given)
    expect(events[given]?.text).toMatchObject({ parts: { facts: 'b' } })
    expect(events.map(event => event.seq)).toEqual(events.map((_, i) => i + 1))
  })
})

describe('"answerable audit verify"', () => {
  const bundle = join(dataDir, 'record.jsonl.gz')
  const copy = join(dataDir, 'copy.jsonl')

  test('finds a record whole, in the database and as a bundle without it', () => {
    expect(answerable('audit', 'verify')).toMatchObject({ status: 0 })
    expect(answerable('audit', 'export', bundle)).toMatchObject({ status: 0 })
    writeFileSync(copy, readFileSync(publishedPath(dataDir, office.tenant.id)))
    expect(answerable('audit', 'verify', '--bundle', bundle, '--published', copy)).toMatchObject({
      status: 0,
    })
  })

  test('names the case and the first event that was changed behind the back of the program', async () => {
    const { state } = await recordOf(office, cases.reviewed)
    await tamper(
      database,
      'events',
      `update events set at = at - interval '10 days' where stream_id = $1 and type = 'answer.given'`,
      [cases.reviewed],
    )
    const { rows } = await owner.query(
      `select min(seq) as seq from events where stream_id = $1 and type = 'answer.given'`,
      [cases.reviewed],
    )
    const { status, said } = answerable('audit', 'verify')
    expect(status).toBe(1)
    expect(said).toContain(`First bad event: case ${state.number}, event ${rows[0].seq}:`)
    // What was exported before still verifies, and shows what it was.
    expect(answerable('audit', 'verify', '--bundle', bundle)).toMatchObject({ status: 0 })
    await tamper(
      database,
      'events',
      `update events set at = at + interval '10 days' where stream_id = $1 and type = 'answer.given'`,
      [cases.reviewed],
    )
    expect(answerable('audit', 'verify')).toMatchObject({ status: 0 })
  })

  test('misses a whole case that was removed with every trace', async () => {
    for (const table of [
      'obligations',
      'case_texts',
      'cases',
      'stream_keys',
      'streams',
      'events',
      'chain_pending',
    ]) {
      const column =
        table === 'cases' || table === 'streams' ? 'id' : table === 'case_texts' ? 'case_id' : 'stream_id'
      const statement = `delete from ${table} where ${column} = $1`
      if (table === 'events') await tamper(database, table, statement, [cases.declined])
      else await owner.query(statement, [cases.declined])
    }
    const { status, said } = answerable('audit', 'verify')
    expect(status).toBe(1)
    expect(said).toContain(cases.declined)
  })
})
