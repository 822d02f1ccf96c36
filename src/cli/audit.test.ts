import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice, testRootKey } from '../../test/support/office.ts'
import { tamper, writeStream } from '../../test/support/record.ts'
import { closeMinute } from '../audit/jobs.ts'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-audit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let database: TestDatabase
let office: TestOffice
let stream: string

beforeAll(async () => {
  database = await testDatabase()
  office = await testOffice(database)
  stream = await writeStream(office, 3)
  await closeMinute(office, folder)
})

/** Runs a command line against the test's database, in this process. */
async function answer(line: string[], env: Record<string, string> = {}) {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  try {
    const settings = { DATABASE_URL: database.url, DATA_DIR: folder, LOG_LEVEL: 'error', ...env }
    const status = await main(['audit', ...line], settings)
    return { status, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  } finally {
    vi.restoreAllMocks()
  }
}

const bundle = join(folder, 'record.jsonl.gz')
const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }

describe('on a whole record', () => {
  test('"audit verify" says so, what it looked at and who signed, with status 0', async () => {
    const { status, out, err } = await answer(['verify'])
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toContain(`The record of tenant ${office.tenant.id} is whole.`)
    expect(out).toMatch(/\d+ events in \d+ streams and 1 checkpoint, as of 20/)
    expect(out).toContain('Every event is under a checkpoint.')
    expect(out).toMatch(/Signed by: [0-9a-f]{32}/)
    expect(out).toContain('1 published checkpoint agrees with it')
  })

  test('"audit verify" speaks Chinese', async () => {
    const { status, out } = await answer(['verify'], { LANG: 'zh_CN.UTF-8' })
    expect(status).toBe(0)
    expect(out).toContain('的记录完整无误')
    expect(out).not.toMatch(/[a-z]{4,} [a-z]{4,}/)
  })

  test('"audit export" writes a bundle, once, that verifies without any database', async () => {
    const { status, out } = await answer(['export', bundle])
    expect(status).toBe(0)
    expect(out).toContain(bundle)
    expect((await answer(['export', bundle])).err).toContain('EEXIST')
    expect(await answer(['verify', '--bundle', bundle], nowhere)).toMatchObject({ status: 0, err: '' })
  })

  test('"audit verify --json" is for programs', async () => {
    const { out } = await answer(['verify', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      records: [{ ok: true, tenant: office.tenant.id, problemCount: 0, firstBadEvent: null }],
    })
  })

  test('a key that was to have signed and has not is a fault', async () => {
    const { status, out } = await answer(['verify', '--key', 'f'.repeat(32)])
    expect(status).toBe(1)
    expect(out).toContain(`the record: key ${'f'.repeat(32)}, which was expected, has signed nothing in it`)
  })
})

test('"audit renew-key" makes the key that signs from the checkpoint after the next', async () => {
  const rootKeyFile = join(folder, 'root.key')
  writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })
  const { status, out } = await answer(['renew-key'], { ROOT_KEY_FILE: rootKeyFile })
  const key = out.match(/announces the key ([0-9a-f]{32})/)?.[1]
  expect({ status, key }).toEqual({ status: 0, key: expect.any(String) })
  for (let minute = 0; minute < 2; minute++) {
    await writeStream(office, 1)
    await closeMinute(office, folder)
  }
  expect(await answer(['verify', '--key', String(key)])).toMatchObject({ status: 0 })
})

describe('what cannot be looked at is said in a sentence, with status 1', () => {
  test.each([
    ['a bundle that is not there', ['verify', '--bundle', join(folder, 'nothing')], 'ENOENT'],
    ['a tenant that is not there', ['verify', '--tenant', '99999'], 'There is no tenant 99999.'],
    ['a copy that is not there', ['verify', '--published', join(folder, 'nothing')], 'ENOENT'],
  ])('%s', async (_name, line, message) => {
    const { status, err } = await answer(line)
    expect(status).toBe(1)
    expect(err).toContain(message)
    expect(err).not.toContain('    at ')
  })
})

describe('on a record that was tampered with', () => {
  beforeAll(() =>
    tamper(database, 'events', `update events set data = '{}' where stream_id = $1 and seq = 2`, [stream]),
  )

  test('"audit verify" names the first bad event, with status 1', async () => {
    const { status, out } = await answer(['verify'])
    expect(status).toBe(1)
    expect(out).toContain('is broken: 1 problem.')
    expect(out).toContain(
      `First bad event: stream ${stream}, event 2: its type, time, author, data or sealed payload is not what was recorded`,
    )
  })

  test('and so does the JSON, and a bundle exported since', async () => {
    const { status, out } = await answer(['verify', '--json'])
    expect(status).toBe(1)
    expect(JSON.parse(out).records[0].firstBadEvent).toMatchObject({ stream, seq: 2, code: 'event-altered' })
    const since = join(folder, 'since.jsonl')
    await answer(['export', since])
    expect(await answer(['verify', '--bundle', since])).toMatchObject({ status: 1 })
    expect(await answer(['verify', '--bundle', bundle])).toMatchObject({ status: 0 })
  })
})
