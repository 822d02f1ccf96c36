import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { type ForeignServer, foreignServer } from '../../test/support/foreign-server.ts'
import { testOffice, testRootKey } from '../../test/support/office.ts'
import { acceptCase } from '../cases/actions/staff.ts'
import { main } from '../cli/main.ts'
import { systemClock } from '../platform/clock.ts'
import { inTransaction } from '../platform/database/tx.ts'
import { listConnections } from './reads.ts'
import { insertWaiting } from './store.ts'

// The examples of docs/api.md: its lines are run against a server of another make, and what is sent is what it shows.

const [, section = ''] =
  /\n## Connectors\n([\s\S]*?)(?=\n## |$)/.exec(readFileSync('docs/api.md', 'utf8')) ?? []
const lines = [...section.matchAll(/^ {4}npx answerable (.+)$/gm)].map(([, line = '']) => line)
const shown = [...section.matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, json = '']) => JSON.parse(json))
const [told = ''] = [...section.matchAll(/```\n([\s\S]*?)\n```/g)].map(([, text]) => text)

const database = await testDatabase()
const folder = mkdtempSync(join(tmpdir(), 'answerable-docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const rootKeyFile = join(folder, 'root.key')
writeFileSync(rootKeyFile, `${testRootKey.export().toString('base64')}\n`, { mode: 0o600 })
const office = await testOffice(database, { start: systemClock.now().toString() })

let foreign: ForeignServer
let number = ''
const printed: { status: number; out: string; err: string }[] = []
beforeAll(async () => {
  foreign = await foreignServer()
  for (const line of lines) {
    if (line.includes('run county')) await fileAndAccept()
    printed.push(await run(line))
  }
}, 30_000)

async function fileAndAccept(): Promise<void> {
  office.clock.set(systemClock.now())
  const place = { address: '12 Willow Street, East Village', pin: { latitude: 31.2304, longitude: 121.4737 } }
  const { caseId, ...filed } = await fileOne(office, { place })
  number = filed.number
  await acceptCase(office, await actorOf(office, office.staff['unit-head']), { id: caseId })
  await inTransaction(office.pool, office.tenant.id, async tx => {
    for (const { id } of await listConnections(tx))
      await tx.run(insertWaiting(tx.tenant, { connectionId: id }, office.clock.now()))
  })
}

async function run(line: string): Promise<{ status: number; out: string; err: string }> {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    ROOT_KEY_FILE: rootKeyFile,
    LOG_LEVEL: 'error',
    BASE_URL: 'https://town.example.org',
    WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8',
  }
  const words = line.split(' ').map(word => (word.startsWith('https://') ? foreign.endpoint : word))
  try {
    return { status: await main(words, env), out: out.mock.calls.join('\n'), err: err.mock.calls.join('\n') }
  } finally {
    vi.restoreAllMocks()
  }
}

test('the lines do what is said of them', () => {
  const [missing, added, ran, from] = printed
  expect(missing).toMatchObject({ status: 1, err: expect.stringContaining(told ?? '') })
  expect(added).toMatchObject({ status: 0, err: '' })
  expect(JSON.parse(ran?.out ?? '')).toEqual(shown[0])
  expect(from).toMatchObject({ status: 0, err: '' })
})

test('what is sent is what is shown, and no more', () => {
  const sent = foreign.posted.map(one => Object.fromEntries(one.form))
  const [, requestShown, stepShown] = JSON.parse(JSON.stringify(shown).replaceAll('2026-000001-5', number))
  expect(sent[0]).toEqual(requestShown)
  expect(sent[1]).toEqual({
    ...stepShown,
    update_id: expect.stringMatching(new RegExp(`^${number}_\\d+$`)),
    updated_datetime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+]08:00$/),
  })
  expect(sent).toHaveLength(2)
})
