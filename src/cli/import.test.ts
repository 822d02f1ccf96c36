import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test, vi } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice, testRootKey } from '../../test/support/office.ts'
import { verifyDatabase } from '../audit/verify.ts'
import { rebuildCases } from '../cases/actions/rebuild-cases.ts'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-import-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })

const database = await testDatabase()
const env = { DATABASE_URL: database.url, DATA_DIR: folder, ROOT_KEY_FILE: rootKeyFile, LOG_LEVEL: 'error' }
const file = largeFile()

/** The thousand real records where they are at hand, else as many rows made of the excerpt. */
function largeFile(): string {
  const real = join(import.meta.dirname, '../../../shared/data/nyc-311-sample.csv')
  const path = join(folder, 'requests.csv')
  const excerpt = join(import.meta.dirname, '../demo/material/nyc-311-excerpt.csv')
  const [columns = '', ...lines] = readFileSync(existsSync(real) ? real : excerpt, 'utf8')
    .trimEnd()
    .split('\n')
  const copies = lines.length > 900 ? [''] : Array.from({ length: 15 }, (_, n) => `${n}-`)
  writeFileSync(path, [columns, ...copies.flatMap(copy => lines.map(line => copy + line))].join('\n'))
  return path
}

const rowsInFile = readFileSync(file, 'utf8').split('\n').length - 1

function begin(...line: string[]): ChildProcess {
  const program = join(import.meta.dirname, 'answerable.js')
  return spawn(process.execPath, [program, 'import', ...line], { env: { PATH: process.env['PATH'], ...env } })
}

async function answer(line: string[], more: Record<string, string> = {}) {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  try {
    const status = await main(['import', ...line], { ...env, ...more })
    return { status, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  } finally {
    vi.restoreAllMocks()
  }
}

const count = async () =>
  Number((await database.owner.query(`select count(*) as n from cases where channel = 'import'`)).rows[0].n)

test('before set-up there is nowhere to import to', async () => {
  const { status, err } = await answer(['nyc311', file])
  expect(status).toBe(1)
  expect(err).toContain('not set up yet')
})

test('an import that is killed or interrupted halfway is finished by the next, and no case is there twice', async () => {
  const office = await testOffice(database, {
    timeZone: 'America/New_York',
    start: Temporal.Now.instant().toString(),
  })
  const first = begin('nyc311', file)
  const ended = once(first, 'exit')
  while ((await count()) === 0) await sleep(5)
  first.kill('SIGKILL')
  await ended
  const killed = await count()
  expect(killed).toBeGreaterThan(0)

  const again = begin('nyc311', file)
  const over = Promise.all([once(again, 'exit'), text(again.stderr ?? process.stdin)])
  while ((await count()) === killed) await sleep(5)
  again.kill('SIGINT')
  const [[interrupted], said] = await over
  expect(interrupted).toBe(130)
  expect(said).toContain('Run the same line again')
  const half = await count()
  expect(half).toBeLessThan(rowsInFile)

  const second = begin('nyc311', file, '--json')
  const [[status], out] = await Promise.all([once(second, 'exit'), text(second.stdout ?? process.stdin)])
  expect(status).toBe(0)
  const kept = await count()
  expect(JSON.parse(out)).toMatchObject({
    rows: rowsInFile,
    known: half,
    imported: rowsInFile - half,
    refused: 0,
  })
  expect(kept).toBe(rowsInFile)
  const { rows } = await database.owner.query(
    `select count(*) as n, count(distinct data->>'key') as keys from events where type = 'case.imported'`,
  )
  expect(rows[0]).toEqual({ n: String(kept), keys: String(kept) })

  const report = await verifyDatabase(
    { pool: office.pool, tenant: office.tenant.id, now: office.clock.now() },
    folder,
  )
  expect(report.problems).toEqual([])
  const found: unknown[] = []
  await rebuildCases(office, difference => found.push(difference))
  expect(found).toEqual([])
})

test('what was refused is summed up by reason, with status 1', async () => {
  const path = join(folder, 'faulty.csv')
  const [columns = '', row = ''] = readFileSync(file, 'utf8').split('\n')
  writeFileSync(path, [columns, row, `x${row.replace(/,[^,]+,/, ',yesterday,')}`].join('\n'))
  const { status, out } = await answer(['nyc311', path])
  expect(status).toBe(1)
  expect(out).toContain('Nothing new was imported from 2 rows')
  expect(out).toContain('1 was here before and left as it was.')
  expect(out).toContain('1 row, the first on line 3, column “Created Date”: not a date')
  expect(out).toContain(`${path}.rejected.csv`)
  const chinese = await answer(['nyc311', path], { LANG: 'zh_CN.UTF-8' })
  expect(chinese.out).toContain('首次出现在第3行，“Created Date”列：不是日期')
})

test('a mapping or a file that is not there is said in a sentence', async () => {
  expect((await answer(['nyc', file])).err).toContain(
    'There is no mapping “nyc”. Name one of units, staff, categories, cases, nyc311',
  )
  for (const path of [join(folder, 'none.csv'), folder])
    expect((await answer(['nyc311', path])).err).toContain('is no file')
})

test('the file itself is never written over, and a folder that is none is said before anything is done', async () => {
  const path = join(folder, 'kept.csv')
  writeFileSync(path, readFileSync(file))
  const itself = await answer(['nyc311', path, '--rejected', path, '--dry-run'])
  expect([itself.status, itself.err]).toEqual([2, expect.stringContaining('Name another one')])
  expect(readFileSync(path)).toEqual(readFileSync(file))
  const nowhere = await answer(['nyc311', path, '--rejected', join(folder, 'none', 'r.csv')])
  expect([nowhere.status, nowhere.err]).toEqual([1, expect.stringContaining('cannot be written (ENOENT)')])
})

test('a way of writing dates that is none is said in a sentence', async () => {
  const path = join(folder, 'dates.csv')
  writeFileSync(path, 'Number,Day raised,Category,What happened\n1,2026-01-01,noise,Loud\n')
  const { status, err } = await answer(['cases', path, '--date-format', 'zz'])
  expect([status, err]).toEqual([2, expect.stringContaining('“zz” is no way of writing dates')])
})

test('without the root key nothing is made in its place', async () => {
  const { status, err } = await answer(['nyc311', file], { ROOT_KEY_FILE: join(folder, 'other.key') })
  expect(status).toBe(1)
  expect(err).toContain('The root key')
  expect(existsSync(join(folder, 'other.key'))).toBe(false)
})

test('a column of latitudes without one of longitudes is asked about, and can be left out', async () => {
  const path = join(folder, 'half.csv')
  writeFileSync(path, 'Number,Day raised,What happened,Latitude\nh1,2026-01-05,The lamp is out,31.2\n')
  const { status, err } = await answer(['cases', path, '--dry-run'])
  expect([status, err]).toEqual([1, expect.stringContaining('a column for latitude and none for longitude')])
  const without = await answer(['cases', path, '--dry-run', '--columns', 'latitude='])
  expect(without).toMatchObject({ status: 0, out: expect.stringContaining('1 case would be imported') })
})
