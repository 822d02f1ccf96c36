import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { closeMinute } from '../../src/audit/jobs.ts'
import { verifyDatabase } from '../../src/audit/verify.ts'
import { endRetention } from '../../src/cases/actions/end-retention.ts'
import { openIdentity } from '../../src/cases/actions/open-identity.ts'
import { rebuildCases } from '../../src/cases/actions/rebuild-cases.ts'
import { agree, withdraw } from '../../src/cases/actions/resident.ts'
import { acceptCase, answerCase } from '../../src/cases/actions/staff.ts'
import { findLetter } from '../../src/cases/notice-letter.ts'
import { sweepDrafts } from '../../src/cases/raise/jobs.ts'
import { packOf } from '../../src/packs/reads.ts'
import { pdf, phonePhoto } from '../../src/platform/files/fixtures/documents.ts'
import { caseFolder } from '../../src/platform/files/folder.ts'
import { openFile } from '../../src/platform/files/storage.ts'
import { forgetRepeats } from '../../src/platform/perform.ts'
import { unwrapDataKey } from '../../src/platform/sealing/keys.ts'
import { unseal } from '../../src/platform/sealing/payload.ts'
import { testApp } from '../support/app.ts'
import { parts as decision } from '../support/case-steps.ts'
import { actorOf, fileOne } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { testOffice } from '../support/office.ts'
import { readReceipt } from '../support/receipt.ts'
import { answerAll, recordOf, send } from '../support/resident.ts'
import { filesIn, tracesOf } from '../support/traces.ts'
import { upload } from '../support/upload.ts'
import { type Visitor, visitor } from '../support/visitor.ts'

// Promise 8: at the end of its retention period a case loses identity and narrative for good, and the chain still verifies.

const database = await testDatabase()
const { owner, pool } = database
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)
const { dataDir } = parts.config
const { years } = packOf(office.tenant).retention
const filesRoot = join(dataDir, 'files')

type Filed = { id: string; number: string; receiptCode: string; browser: Visitor }
let done: Filed
let running: Filed
let draft: string
let kept: { sealed: Buffer; wrapped: Buffer }

async function file(address: string, what: string): Promise<Filed> {
  const browser = visitor(app, { address })
  await browser.post('/raise/kind', { kind: 'hazard' })
  const documents = [
    { field: 'files', name: 'photo.jpg', content: await phonePhoto() },
    { field: 'files', name: 'letter.pdf', content: pdf() },
  ]
  await upload(app, browser, '/raise/files', documents, { do: 'add' })
  await answerAll(browser, { what: { what, wanted: '' } })
  await send(browser)
  const receipt = readReceipt((await browser.get('/raise/receipt')).body)
  const { rows } = await owner.query<{ id: string }>('select id from cases where number = $1', [
    receipt.number,
  ])
  await browser.post('/follow', { number: receipt.number, code: receipt.receiptCode })
  return { ...receipt, browser, id: rows[0]?.id ?? '' }
}

const folderOf = (id: string) => {
  const found = existsSync(filesRoot) ? readdirSync(filesRoot, { recursive: true, encoding: 'utf8' }) : []
  return found.filter(path => path.includes(id))
}

async function countOf(table: string, column: string, id: string): Promise<number> {
  const { rows } = await owner.query(`select count(*)::int as n from ${table} where ${column} = $1`, [id])
  return rows[0].n
}

beforeAll(async () => {
  const head = await actorOf(office, office.staff['unit-head'])
  done = await file('203.0.113.1', 'The bandstand burned down last night.')
  running = await file('203.0.113.2', 'The belvedere is closed without a word.')
  const beginner = visitor(app, { address: '203.0.113.3' })
  await beginner.post('/raise/kind', { kind: 'hazard' })
  await upload(app, beginner, '/raise/files', [{ field: 'files', name: 'a.pdf', content: pdf() }], {
    do: 'add',
  })
  draft = (await owner.query<{ id: string }>('select id from drafts')).rows[0]?.id ?? ''
  await acceptCase(office, head, { id: done.id })
  await answerCase(office, head, { id: done.id }, { parts: decision, outcome: 'explained' })
  await agree(office, { id: done.id }, 5)
  await closeMinute(office, dataDir)
  for (const id of [done.id, running.id, draft]) expect(folderOf(id).length, id).toBeGreaterThan(1)
  const { rows } = await owner.query<{ sealed: Buffer; wrapped: Buffer }>(
    `select sealed, wrapped from events join stream_keys using (tenant_id, stream_id)
     where stream_id = $1 and type = 'party.named'`,
    [done.id],
  )
  if (!rows[0]) throw new Error('nothing sealed')
  kept = rows[0]
})

test('until its period is over a case is kept whole', async () => {
  office.clock.advance({ hours: 24 * 365 * years - 48 })
  expect(await endRetention(office)).toBe(0)
  expect((await done.browser.get(`/follow/${done.number}`)).statusCode).toBe(303) // the pass is over, the case is not
  expect((await recordOf(office, done.id)).subject).toContain('bandstand')
})

describe('after it', () => {
  beforeAll(async () => {
    office.clock.advance({ hours: 24 * 8 })
    expect(await endRetention(office)).toBe(1)
    await sweepDrafts(office, dataDir)
  })

  test('its key is gone, and with it identity, narrative and every message for good', async () => {
    expect(await countOf('stream_keys', 'stream_id', done.id)).toBe(0)
    const record = await recordOf(office, done.id)
    expect(record.key).toBeUndefined()
    expect(record.subject).toBeNull()
    expect(record.events.every(event => event.text === undefined)).toBe(true)
    const auditor = await actorOf(office, office.staff.auditor)
    await expect(openIdentity(office, auditor, done.id, 'For the archive')).rejects.toThrow('not found')
    // What a copy of the key would still open is nowhere left to be had: neither the tenant's key nor another opens it.
    const other = (
      await owner.query<{ wrapped: Buffer }>('select wrapped from stream_keys where stream_id = $1', [
        running.id,
      ])
    ).rows[0]?.wrapped
    if (!other) throw new Error('the other case lost its key')
    const key = unwrapDataKey(office.key, other, running.id)
    expect(() => unseal(key, `${office.tenant.id}/${done.id}/party.named`, kept.sealed)).toThrow()
    expect(() => unwrapDataKey(office.key, kept.wrapped, running.id)).toThrow()
  })

  test('its search words, its files and their thumbnails are gone, those of others are not', async () => {
    expect(await countOf('case_texts', 'case_id', done.id)).toBe(0)
    expect(folderOf(done.id)).toEqual([])
    expect(await countOf('case_texts', 'case_id', running.id)).toBe(1)
    expect(folderOf(running.id).length).toBeGreaterThan(1)
  })

  test('a draft that nobody has touched for a month is gone, with its files', async () => {
    expect(await countOf('drafts', 'id', draft)).toBe(0)
    expect(folderOf(draft)).toEqual([])
  })

  test('nothing in the database or on the disk tells what it was about', async () => {
    const traces = tracesOf(['bandstand', 'Robin Example', 'robin@example.org'])
    const { rows: tables } = await owner.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public' or tablename like '\\_private%'`,
    )
    for (const { name } of tables) {
      const { rows } = await owner.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`)
      for (const { row } of rows) expect(traces.in(row), name).toEqual([])
    }
    for (const { path, content } of filesIn(dataDir)) expect(traces.in(content), path).toEqual([])
  })

  test('no letter about it is sent any more', async () => {
    const head = { address: 'no-reply@example.org', linkTo: () => '' }
    for (const template of ['acknowledged', 'answered', 'closed'] as const)
      expect(
        await findLetter(office, { tenant: office.tenant.id, caseId: done.id, seq: 1, template }, head),
      ).toBeUndefined()
  })

  test('what happened and when is still there, and its resident can still read so much', async () => {
    const again = visitor(app, { address: '203.0.113.9' })
    await again.post('/follow', { number: done.number, code: done.receiptCode })
    const page = await again.get(`/follow/${done.number}`)
    expect(page.statusCode).toBe(200)
    expect(page.body).not.toMatch(/bandstand|Robin/)
    const { events } = await recordOf(office, done.id)
    expect(events.map(event => event.type)).toEqual(
      expect.arrayContaining(['case.filed', 'answer.given', 'retention.ended']),
    )
  })

  test('the record verifies, before the next checkpoint and after it, and projections are what the events say', async () => {
    for (const round of [1, 2]) {
      const report = await verifyDatabase(
        { pool, tenant: office.tenant.id, now: office.clock.now() },
        dataDir,
      )
      expect(report.problems, String(round)).toEqual([])
      expect(report.ok).toBe(true)
      await closeMinute(office, dataDir)
    }
    const differences: unknown[] = []
    await rebuildCases(office, difference => differences.push(difference))
    expect(differences).toEqual([])
  })

  test('a case that goes on is kept, however old', async () => {
    expect((await recordOf(office, running.id)).subject).toContain('belvedere')
    const { key, state, events } = await recordOf(office, running.id)
    if (!key) throw new Error('no key')
    const document = events.find(event => event.type === 'document.added')
    const folder = caseFolder(dataDir, office.tenant.id, state.id, key)
    expect(document && (await openFile(folder, String(document.data['id']), 'original'))).toBeDefined()
  })
})

test('a case is kept as long as the rules say under which it was filed, whatever the institution goes by now', async () => {
  const before = await testOffice(database, { host: 'elsewhere.example' })
  const now = { ...before, tenant: { ...before.tenant, packId: 'cn-2022' } }
  const [short, long] = [await fileOne(before), await fileOne(now)]
  for (const { caseId: id } of [short, long]) await withdraw(before, { id }, '')
  const lengths = [before, now].map(one => packOf(one.tenant).retention.years)
  expect(lengths).toEqual([5, 10])
  before.clock.advance({ hours: 24 * 366 * 6 })
  expect(await endRetention(now)).toBe(1)
  expect((await recordOf(now, short.caseId)).key).toBeUndefined()
  expect((await recordOf(now, long.caseId)).key).toBeDefined()
})

test('letters that could only be written to files, and which forms were sent, are not kept for ever', async () => {
  const at = office.clock.now()
  const address = { name: 'Willow Town', address: 'no-reply@example.org' }
  await parts.mailer.send({
    id: 'a letter',
    at,
    from: address,
    to: 'robin@example.org',
    subject: 'x',
    text: 'y',
  })
  const letters = () => readdirSync(join(dataDir, 'mail')).length
  const made = Temporal.Now.instant()
  expect(await parts.mailer.sweep(made.subtract({ hours: 1 }))).toBe(0)
  expect(letters()).toBe(1)
  expect(await parts.mailer.sweep(made.add({ hours: 1 }))).toBe(1)
  expect(letters()).toBe(0)

  const officer = await actorOf(office, office.staff['case-officer'])
  await acceptCase(office, officer, { id: running.id, idempotencyKey: 'a form' })
  await forgetRepeats(office, at)
  expect(await countOf('idempotency_keys', 'key', 'a form')).toBe(1)
  await forgetRepeats(office, at.add({ hours: 1 }))
  expect(await countOf('idempotency_keys', 'key', 'a form')).toBe(0)
})
