import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice, testRootKey } from '../../test/support/office.ts'
import { findCaller } from '../access/reads.ts'
import { systemClock } from '../platform/clock.ts'
import { main } from './main.ts'

const database = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'answerable-token-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })
let office: TestOffice
beforeAll(async () => {
  office = await testOffice(database, { start: systemClock.now().toString() })
})

async function token(...line: string[]): Promise<{ status: number; out: string; err: string }> {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  const env = { DATABASE_URL: database.url, DATA_DIR: folder, ROOT_KEY_FILE: rootKeyFile, LOG_LEVEL: 'error' }
  try {
    const status = await main(['token', ...line], env)
    return { status, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  } finally {
    vi.restoreAllMocks()
  }
}

test('a token is added, shown once, listed without its secret, and revoked', async () => {
  const added = await token('add', 'Phone app', '--scope', 'open311', '--expires', '2099-12-31')
  expect({ status: added.status, err: added.err }).toEqual({ status: 0, err: '' })
  const secret = /^ans_\w+$/m.exec(added.out)?.[0] ?? ''
  expect(await findCaller(office, secret)).toMatchObject({ name: 'Phone app', scopes: ['open311'] })

  const listed = await token('list')
  expect(listed.out).toMatch(/Phone app +open311 +valid until 2099-12-31/)
  expect(listed.out).not.toContain(secret)
  const [one] = JSON.parse((await token('list', '--json')).out)
  expect((await token('revoke', one.id)).out).toContain('is revoked')
  expect(await findCaller(office, secret)).toBeUndefined()
  expect(await token('revoke', one.id)).toMatchObject({ status: 1, err: 'This token is revoked already.' })
})

test('a token acts for the member of staff that is named', async () => {
  const { out } = await token(
    'add',
    'Desk',
    '--scope',
    'cases:read,cases:write',
    '--staff',
    'Lead@example.org',
    '--json',
  )
  const made = JSON.parse(out)
  expect(await findCaller(office, made.token)).toMatchObject({
    tokenId: made.id,
    staffId: office.staff.lead,
    scopes: ['cases:read', 'cases:write'],
  })
})

test.each([
  [['add', 'A', '--scope', 'everything'], 2, 'There is no scope everything.'],
  [['add', 'A', '--scope', 'open311', '--expires', '31.12.2099'], 2, 'is no date'],
  [['add', 'A'], 1, 'Choose at least one thing that the token may do.'],
  [['add', 'A', '--scope', 'admin'], 1, 'say for whom'],
  [['add', 'A', '--scope', 'admin', '--staff', 'nobody@example.org'], 1, 'nobody@example.org'],
  [['add', 'A', '--scope', 'open311', '--limit', 'many'], 1, 'a whole number'],
  [['revoke', '7'], 1, 'There is no token 7.'],
])('a line that cannot be done says why: %s', async (line, status, message) => {
  const answer = await token(...line)
  expect(answer.status).toBe(status)
  expect(answer.err).toContain(message)
})
