import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type ForeignServer, foreignServer } from '../../test/support/foreign-server.ts'
import { testOffice, testRootKey } from '../../test/support/office.ts'
import { systemClock } from '../platform/clock.ts'
import { main } from './main.ts'

const database = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'answerable-connector-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })
let foreign: ForeignServer
beforeAll(async () => {
  await testOffice(database, { start: systemClock.now().toString() })
  foreign = await foreignServer()
})

async function connector(...line: string[]): Promise<{ status: number; out: string; err: string }> {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    ROOT_KEY_FILE: rootKeyFile,
    LOG_LEVEL: 'error',
    WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
  }
  try {
    const status = await main(['connector', ...line], env)
    return { status, out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  } finally {
    vi.restoreAllMocks()
  }
}
const add = (...more: string[]) =>
  connector('add', 'County', foreign.endpoint, '--direction', 'from', ...more)

test('a connection is added, listed, run, paused, resumed and removed', async () => {
  const services = 'road-damage=pothole,street-light=lamp'
  expect(await add('--services', services, '--every', '10')).toMatchObject({ status: 0, err: '' })
  const now = systemClock.now().toString()
  const dates = { requested_datetime: now, updated_datetime: now }
  foreign.requests = [{ service_request_id: 7, service_code: 'lamp', description: 'It is dark.', ...dates }]
  const ran = await connector('run', 'County', '--json')
  expect(ran.status).toBe(0)
  expect(JSON.parse(ran.out)).toEqual({
    name: 'County',
    end: 'done',
    copied: 1,
    refused: 0,
    updates: 0,
    fault: null,
  })
  expect((await connector('list')).out).toMatch(/County +From +http:\S+ +Working +0 +1 +0/)
  const [one] = JSON.parse((await connector('list', '--json')).out)
  expect(one).toMatchObject({ everyMinutes: 10, hasKey: false, cases: { copied: 1 } })
  expect((await connector('pause', 'County')).out).toContain('is paused')
  expect(await connector('run', 'County')).toMatchObject({
    status: 1,
    out: expect.stringContaining('paused'),
  })
  expect(await connector('pause', 'County')).toMatchObject({ status: 1 })
  expect((await connector('resume', one.id)).out).toContain('goes on')
  foreign.instead = { status: 503 }
  const failed = await connector('run', 'County')
  foreign.instead = undefined
  expect([failed.status, failed.out.includes('HTTP status 503')]).toEqual([1, true])
  expect(JSON.parse((await connector('remove', 'County', '--json')).out)).toMatchObject({ done: 'remove' })
  expect((await connector('list')).out).toBe('There are no connections.')
}, 30_000)

test.each([
  [['add', 'X', 'https://x.example/v2'], 2, '--direction=to'],
  [['remove', 'Nobody'], 1, 'There is no connection Nobody.'],
  [['run', 'Nobody'], 1, 'There is no connection Nobody.'],
])('a line that cannot be done says why: %s', async (line, status, message) => {
  const answer = await connector(...line)
  expect(answer.status).toBe(status)
  expect(answer.err).toContain(message)
})

test('services are looked for at the other side', async () => {
  expect(await add()).toMatchObject({ status: 1, err: expect.stringContaining('pothole, lamp') })
  const unknown = await add('--services', 'road-damage=hole')
  expect(unknown.err).toContain('The other server has no service hole. It has: pothole, lamp')
  expect(await add('--services', 'road-damage')).toMatchObject({ status: 2 })
  foreign.instead = { status: 500 }
  expect((await add('--services', 'road-damage=pothole')).err).toContain('could not be asked')
  foreign.instead = undefined
})
