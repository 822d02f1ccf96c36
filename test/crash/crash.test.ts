import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { filesIn, tracesOf } from '../support/traces.ts'
import { checkRecord } from './record.ts'
import { fileStubbornly, type Person, type Shown, stubbornBrowser } from './resident.ts'
import { type CrashingServer, runCommand, startCrashing } from './server.ts'

// `kill -9` of the server and of PostgreSQL under filing load, ten times: every receipt that was shown exists, complete,
// and nothing exists by half.

const folder = mkdtempSync(join(tmpdir(), 'answerable-crash-'))
const dataDir = join(folder, 'data')
const logFile = join(folder, 'server.log')
const person: Person = {
  name: 'Xylander Quimby',
  email: 'xylander@markers.example',
  phone: '+99 4417 2093 551',
}
const residents = 4
const kills = 10

let server: CrashingServer
let running = false
const shown: Shown[] = []
const patience = new AbortController()

afterAll(async () => {
  patience.abort()
  if (running) await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

beforeAll(async () => {
  server = await startCrashing(dataDir, logFile)
  running = true
  const { pathname, searchParams } = new URL(server.setUpLink)
  const administrator = stubbornBrowser(server.address, '203.0.113.9', patience.signal)
  const founded = await administrator.post(pathname, {
    token: searchParams.get('token') ?? '',
    'name-en': 'Willow Town',
    language: 'en',
    timeZone: 'Asia/Shanghai',
    pack: 'generic',
    administrator: 'Casey Admin',
    email: 'casey@example.org',
    password: 'a kettle, a ladder, a goose',
    handlesCases: 'yes',
  })
  if (founded.status !== 303) throw new Error(`set-up was answered with ${founded.status}`)
  try {
    await crashUnderLoad()
  } catch (error) {
    console.error(readFileSync(logFile, 'utf8').slice(-4_000))
    throw error
  }
}, 300_000)

/** Residents file without a break while the server dies; each then finishes what they are at. */
async function crashUnderLoad(): Promise<void> {
  let isOver = false
  let filed = 0
  const resident = async (which: number) => {
    while (!isOver) {
      const nth = ++filed
      const network = `198.51.${which}.${nth % 250}`
      const story = `Story ${which}-${nth} begins here.`
      const filing = { story, person, withFile: nth % 5 === 0 }
      shown.push(await fileStubbornly(server.address, network, filing, patience.signal))
    }
  }
  const working = Promise.all(Array.from({ length: residents }, (_, which) => resident(which)))
  working.catch(() => {})
  for (let kill = 0; kill < kills; kill++) {
    await Promise.race([sleep(200 + Math.random() * 900), working])
    if (kill % 2 === 0) await server.killPostgres()
    else await server.killServer(kill % 4 === 3)
  }
  await Promise.race([sleep(500), working])
  isOver = true
  await working
}

test('residents got their receipts all the while', () => {
  expect(shown.length).toBeGreaterThan(residents * 3)
  expect(new Set(shown.map(({ number }) => number)).size).toBe(shown.length)
  expect(shown.some(({ withFile }) => withFile)).toBe(true)
})

describe('every receipt that was shown', () => {
  test('opens its case, with what was told in it and the document that came along', async () => {
    for (const [i, { number, receiptCode, story, withFile }] of shown.entries()) {
      const browser = stubbornBrowser(server.address, `198.51.100.${i % 250}`, patience.signal)
      const entered = await browser.post('/follow', { number, code: receiptCode })
      expect([entered.status, entered.location], number).toEqual([303, `/follow/${number}`])
      const page = await browser.get(`/follow/${number}`)
      expect(page.body).toContain(story)
      const file = /\/follow\/[\d-]+\/file\/[\w-]+/.exec(page.body)?.[0]
      expect(file !== undefined, `${number} has a document`).toBe(withFile)
      if (file) expect((await browser.get(file)).body).toContain('%PDF')
    }
  })

  test('is of a case that is whole, and there is no other: nothing was filed twice, nothing by half', async () => {
    const { cases, faults } = await checkRecord(dataDir)
    expect(faults).toEqual([])
    expect(cases.toSorted()).toEqual(shown.map(({ number }) => number).toSorted())
  })
})

describe('after a stop in good order', () => {
  beforeAll(async () => {
    await server.stop()
    running = false
  })

  test('the record verifies, checkpoints and published file included', async () => {
    const { status, output } = await runCommand(dataDir, ['audit', 'verify', '--json'])
    expect(JSON.parse(output)).toMatchObject({ ok: true, records: [{ problems: [] }] })
    expect(status).toBe(0)
  })

  test('projections are what the events say', async () => {
    const { status, output } = await runCommand(dataDir, ['rebuild', '--check', '--json'])
    expect(JSON.parse(output)).toEqual({ cases: shown.length, differences: [] })
    expect(status).toBe(0)
  })

  test('nothing on the disk, the files of PostgreSQL and its log of writes included, tells who the residents are', () => {
    const traces = tracesOf([
      person.name,
      'Xylander',
      person.email,
      person.phone,
      person.phone.replace(/\D/g, ''),
    ])
    let files = 0
    for (const { path, content } of filesIn(dataDir)) {
      // Without a mail server, letters to residents wait here for an administrator to set one.
      if (path.startsWith(join(dataDir, 'mail'))) continue
      files++
      expect(traces.in(content), path).toEqual([])
    }
    expect(files).toBeGreaterThan(500)
  })
})
