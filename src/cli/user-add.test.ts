import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, expect, test, vi } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice, testRootKey } from '../../test/support/office.ts'
import { visitor } from '../../test/support/visitor.ts'
import { readOrganisation } from '../org/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { main } from './main.ts'

const database = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'answerable-user-add-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })

async function userAdd(...options: string[]): Promise<{ status: number; out: string; err: string }> {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  const env = { DATABASE_URL: database.url, DATA_DIR: folder, ROOT_KEY_FILE: rootKeyFile, LOG_LEVEL: 'error' }
  try {
    const status = await main(['user', 'add', ...options], env)
    return { status, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  } finally {
    vi.restoreAllMocks()
  }
}

const person = ['--name', 'Mei Tan', '--email', 'Mei.Tan@example.org', '--role', 'case-officer']

test('before set-up nobody can be added', async () => {
  const { status, err } = await userAdd(...person)
  expect(status).toBe(1)
  expect(err).toContain('not set up yet')
})

test('a member of staff is added and chooses a password with the link that is shown', async () => {
  const office = await testOffice(database)
  const { app } = await testApp(database, office.clock)
  const { status, out, err } = await userAdd(...person, '--unit', 'Roads Office')
  expect({ status, err }).toEqual({ status: 0, err: '' })
  const link = /http:\/\/localhost:8080(\/sign-in\/link\?token=([\w-]+))/.exec(out)
  const browser = visitor(app)
  expect((await browser.get(link?.[1] ?? '')).body).toContain('Mei Tan')
  const password = 'two crows share a pear'
  await browser.post('/sign-in/link', { token: link?.[2] ?? '', password })
  expect((await browser.post('/sign-in', { email: 'mei.tan@example.org', password })).statusCode).toBe(303)
  const { officers } = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  const mei = [...officers.values()].find(officer => officer.email === 'mei.tan@example.org')
  expect(mei?.grants).toMatchObject([{ role: 'case-officer', unitId: office.units.roads }])

  const twice = await userAdd(...person)
  expect(twice.status).toBe(1)
  expect(twice.err).toContain('has this e-mail address already')
})

test('a password from standard input is checked and set', async () => {
  const read = async (password: string, email: string) => {
    const stdin = vi.spyOn(process, 'stdin', 'get')
    stdin.mockReturnValue(Readable.from([`${password}\n`]) as unknown as typeof process.stdin)
    return userAdd('--name', 'Bo', '--email', email, '--role', 'auditor', '--password-stdin')
  }
  const weak = await read('qwertyuiop12', 'bo@example.org')
  expect(weak.err).toContain('among the first that are tried')
  const good = await read('the lamp over the stairs', 'bo@example.org')
  expect(good.out).toContain('Bo can sign in as bo@example.org')
})

test.each([
  [['--name', 'A', '--email', 'a@example.org'], '--role is needed'],
  [['--name', 'A', '--email', 'a@example.org', '--role', 'king'], 'There is no role king'],
  [['--name', 'A', '--email', 'nobody', '--role', 'lead'], 'nobody is not an e-mail address'],
])('a line that lacks something is refused', async (options, message) => {
  const { status, err } = await userAdd(...options)
  expect(status).toBe(2)
  expect(err).toContain(message)
})

test('an unknown unit is answered with those there are', async () => {
  const { status, err } = await userAdd(
    '--name',
    'A',
    '--email',
    'a@example.org',
    '--role',
    'lead',
    '--unit',
    'Moon',
  )
  expect(status).toBe(1)
  expect(err).toContain('Roads Office')
})
