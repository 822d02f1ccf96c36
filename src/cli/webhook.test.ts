import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice, testRootKey } from '../../test/support/office.ts'
import { systemClock } from '../platform/clock.ts'
import { sendTest } from '../webhooks/actions/replay.ts'
import { main } from './main.ts'

const database = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'answerable-webhook-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })
let office: TestOffice
beforeAll(async () => {
  office = await testOffice(database, { start: systemClock.now().toString() })
})

async function webhook(...line: string[]): Promise<{ status: number; out: string; err: string }> {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  const env = { DATABASE_URL: database.url, DATA_DIR: folder, ROOT_KEY_FILE: rootKeyFile, LOG_LEVEL: 'error' }
  try {
    const status = await main(['webhook', ...line], env)
    return { status, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  } finally {
    vi.restoreAllMocks()
  }
}

test('an endpoint is added, shown its secret once, listed, sent again to and removed', async () => {
  const added = await webhook('add', 'https://hooks.example.org/in', '--types', 'case.filed,case.closed')
  expect({ status: added.status, err: added.err }).toEqual({ status: 0, err: '' })
  expect(added.out).toMatch(/^whsec_\S+$/m)
  const listed = await webhook('list')
  expect(listed.out).toMatch(/hooks\.example\.org\/in +case\.filed,case\.closed +Active/)
  expect(listed.out).not.toContain('whsec_')
  const [one] = JSON.parse((await webhook('list', '--json')).out)
  expect(one).toMatchObject({ url: 'https://hooks.example.org/in', types: ['case.filed', 'case.closed'] })

  const message = await sendTest(office, 'set-up', one.id)
  expect((await webhook('replay', one.id, '--message', message)).out).toContain(
    '1 message is being sent again',
  )
  const since = office.clock.now().subtract({ hours: 1 }).toString()
  expect(JSON.parse((await webhook('replay', one.id, '--since', since, '--json')).out)).toEqual({
    id: one.id,
    messages: 1,
  })
  expect(await webhook('replay', one.id, '--since', since, '--failed')).toMatchObject({ status: 1 })
  expect((await webhook('remove', one.id)).out).toContain('is removed')
  expect((await webhook('list')).out).toBe('There are no webhook endpoints.')
}, 20_000)

const unknown = '01970000-0000-7000-8000-000000000000'
test.each([
  [['add', 'http://example.org'], 1, 'begins with https://'],
  [['add', 'https://127.0.0.1'], 1, 'not on the public internet'],
  [['add', 'https://example.org', '--types', 'case.nothing'], 2, 'There are: case.filed, '],
  [['remove', '7'], 1, 'There is no endpoint 7.'],
  [['remove', unknown], 1, 'There is no endpoint'],
  [['replay', unknown], 2, '--message=msg_'],
  [['replay', unknown, '--since', 'yesterday'], 2, 'is no time'],
  [['replay', unknown, '--message', 'x'], 2, 'no such message'],
  [['replay', unknown, '--since', '2026-01-01T00:00:00Z'], 1, 'There is no endpoint'],
])('a line that cannot be done says why: %s', async (line, status, message) => {
  const answer = await webhook(...line)
  expect(answer.status).toBe(status)
  expect(answer.err).toContain(message)
})
