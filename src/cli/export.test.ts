import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice, testRootKey } from '../../test/support/office.ts'

const folder = mkdtempSync(join(tmpdir(), 'answerable-export-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })

const database = await testDatabase()
await testOffice(database)
const env = { DATABASE_URL: database.url, DATA_DIR: folder, ROOT_KEY_FILE: rootKeyFile, LOG_LEVEL: 'error' }

function begin(...line: string[]) {
  const program = join(import.meta.dirname, 'answerable.js')
  const options = { env: { PATH: process.env['PATH'], ...env } }
  return spawn(process.execPath, [program, 'export', ...line], options)
}

test('a list goes to standard output, whole', async () => {
  const child = begin('units')
  const [out, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  expect(status).toBe(0)
  expect(out).toContain('Roads Office')
})

test('a filter that is none, or a folder that is none, is said, and no list leaves', async () => {
  for (const [line, status, said] of [
    [['cases', '--query', 'zz=1'], 2, 'zz=1 is no filter'],
    [['cases', '--query', 'kind=grievance&due=2'], 2, 'due=2 is no filter'],
    [['units', '--output', join(folder, 'none', 'x.csv')], 1, 'cannot be written (ENOENT)'],
  ] as const) {
    const child = begin(...line)
    const [out, err, [ended]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ])
    expect([ended, out]).toEqual([status, ''])
    expect(err).toContain(said)
  }
})

test('a reader that has seen enough, as "head" has, is no fault, and stands in the record', async () => {
  const child = begin('units')
  child.stdout.destroy()
  const [err, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect({ status, err }).toEqual({ status: 141, err: '' })
  const { rows } = await database.owner.query(
    `select data from events where type = 'exchange.exported' order by seq desc limit 1`,
  )
  expect(rows[0].data).toMatchObject({ list: 'units' })
})
