import { existsSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type StaffSite, staffSite } from '../../test/support/staff.ts'
import { multipart, upload } from '../../test/support/upload.ts'
import { visitor } from '../../test/support/visitor.ts'
import { startJobs } from '../platform/jobs.ts'
import type { RunPayload } from './actions/runs.ts'
import { csvLine } from './csv.ts'
import { exchangeJobs } from './jobs.ts'
import { runFolder } from './run.ts'
import { writeXlsx } from './sheets/write-xlsx.ts'

const database = await testDatabase()
let site: StaffSite
const home = '/organisation/imports'

beforeAll(async () => {
  site = await staffSite(database)
})

const header = ['Number', 'Day raised', 'What happened', 'Category']
const rows = (n: number, from = 0) =>
  Array.from({ length: n }, (_, at) => [
    `K-${from + at}`,
    '2026-01-05 10:00',
    `Lamp ${from + at} is out`,
    'street-light',
  ])
const file = (lines: string[][]) => Buffer.from([header, ...lines].map(line => csvLine(line)).join(''))

async function send(content: Buffer, kind: string, name = 'old cases.csv') {
  const answer = await upload(
    site.app,
    await site.as('administrator'),
    home,
    [{ field: 'file', name, content }],
    { kind },
  )
  const id = /imports\/([0-9a-f-]{36})$/.exec(answer.headers.location ?? '')?.[1] ?? ''
  return { answer, id, here: `${home}/${id}` }
}

const page = async (url: string, lang = 'en') =>
  (await site.as('administrator')).get(url, { 'accept-language': lang })
const post = async (url: string, fields: Record<string, string> = {}) =>
  (await site.as('administrator')).post(url, fields)
const chosen = {
  do: 'check',
  'field-key': 'Number',
  'field-created': 'Day raised',
  'field-what': 'What happened',
  'field-category': 'Category',
  dateFormat: 'yyyy-MM-dd HH:mm',
  source: 'records',
}

async function runOf(id: string) {
  const { rows } = await database.owner.query('select status, report from import_runs where id = $1', [id])
  return rows[0]
}

/** Does the work of a job as the worker would. */
async function work(id: string, step: RunPayload['step']) {
  await exchangeJobs(site.parts).tasks['run-import']?.({ tenant: site.office.tenant.id, id, step })
}

const count = async (what: string) =>
  Number((await database.owner.query(`select count(*) as n from ${what}`)).rows[0].n)

describe('a file that an administrator brings in', () => {
  test('shows its columns beside its rows, is checked, imported, and its refused rows can be taken away', async () => {
    const bad = ['K-bad', 'yesterday', '=1+1', 'dragons']
    const { answer, id, here } = await send(file([...rows(3), bad]), 'cases')
    expect(answer.statusCode).toBe(303)
    const mapping = await page(here)
    expect(mapping.body).toContain('<option value="Number" selected>')
    expect(mapping.body).toContain('For example: Lamp 0 is out · Lamp 1 is out')
    expect(mapping.body).toContain('2026-01-05 10:00 is read as')
    expect((await page(here, 'zh-CN')).body).toContain('确认各列含义')

    expect((await post(`${here}/mapping`, chosen)).statusCode).toBe(303)
    const going = await page(here)
    expect(going.headers['refresh']).toBe('3')
    expect(going.body).toContain('<progress')
    expect(await count('cases')).toBe(0)
    await work(id, 'check')
    expect(await count('cases')).toBe(0)
    const checked = await page(here)
    expect(checked.headers['refresh']).toBeUndefined()
    expect(checked.body).toContain('3 cases would be imported')
    expect(checked.body).toContain('not a date')

    expect((await post(`${here}/run`)).statusCode).toBe(303)
    await work(id, 'run')
    const done = await page(here)
    expect(done.body).toContain('3 cases were imported')
    expect(await count('cases')).toBe(3)
    const rejected = await page(`${here}/rejected.csv`)
    expect(rejected.headers['content-disposition']).toContain('old cases-rejected.csv')
    expect(rejected.body).toContain(`5,Day raised; Category,`)
    expect(rejected.body).toContain(`K-bad,yesterday,'=1+1,dragons`)
    const folder = runFolder(site.parts.config.dataDir, site.office.tenant.id, id)
    expect([existsSync(folder.file), existsSync(folder.rejected)]).toEqual([false, true])
    const { rows: events } = await database.owner.query(
      `select type, actor, data from events where type like 'exchange.import%' order by seq`,
    )
    const actor = { kind: 'staff', id: site.office.staff.administrator }
    expect(events).toEqual([
      { type: 'exchange.import-begun', actor, data: { run: id, kind: 'cases' } },
      expect.objectContaining({
        type: 'exchange.imported',
        actor,
        data: expect.objectContaining({ rows: 4, imported: 3, refused: 1 }),
      }),
    ])
  })

  test('says which sheets of a workbook it read, before and after', async () => {
    const given = (async function* () {
      yield* rows(3, 500)
    })()
    const list = writeXlsx({ title: 'cases', columns: header, rows: given }, { rowsOfSheet: 3 })
    const { id, here } = await send(await buffer(list), 'cases', 'cases.xlsx')
    const said = 'read as one list: “cases” and “cases 2”.'
    expect((await page(here)).body).toContain(said)
    await post(`${here}/mapping`, chosen)
    await work(id, 'check')
    const checked = await page(here)
    expect(checked.body).toContain('3 cases would be imported')
    expect(checked.body).toContain(said)
    await post(`${here}/discard`)
  })

  test('that was stopped in the middle goes on where it was, and nothing is there twice', async () => {
    const before = await count('cases')
    const { id, here } = await send(file(rows(400, 1000)), 'cases')
    await post(`${here}/mapping`, chosen)
    await work(id, 'check')
    await post(`${here}/run`)
    // The worker dies: what it was writing is rolled back, and the job is taken up again.
    const first = work(id, 'run').catch(() => 'died')
    while ((await count('cases')) < before + 100) await sleep(5)
    let over = false
    void first.then(() => {
      over = true
    })
    // As a server that goes down: between two batches nothing would be noticed, so it is done until it hits one.
    while (!over) {
      await database.owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`,
      )
      await sleep(3)
    }
    expect(await first).toBe('died')
    expect((await runOf(id)).status).toBe('running')
    await work(id, 'run')
    const { status, report } = await runOf(id)
    expect([status, report.done.rows, report.done.imported + report.done.known]).toEqual(['done', 400, 400])
    expect(report.done.known).toBeGreaterThanOrEqual(100)
    expect(await count('cases')).toBe(before + 400)
    const keys = await count(
      `(select distinct data->>'key' from events where type = 'case.imported') as keys`,
    )
    expect(keys).toBe(before + 400)
  })

  test('is given up while it goes on, and keeps what it had written', async () => {
    const before = await count('cases')
    const { id, here } = await send(file(rows(1500, 5000)), 'cases')
    await post(`${here}/mapping`, chosen)
    await work(id, 'check')
    await post(`${here}/run`)
    const going = work(id, 'run')
    while ((await count('cases')) === before) await sleep(5)
    expect((await page(here)).body).toContain('Stop')
    expect((await post(`${here}/discard`)).headers.location).toBe(`${here}?done=stopped`)
    await going
    expect((await page(`${here}?done=stopped`)).body).toContain('What was written stays')
    expect((await runOf(id)).status).toBe('discarded')
    expect(await count('cases')).toBeLessThan(before + 1500)
    expect((await page(`${here}/rejected.csv`)).statusCode).toBe(404)
  }, 30_000)

  test('with the worker at work, is checked without anybody asking', async () => {
    const { id, here } = await send(Buffer.from('Unit,Functions\r\nBridge crew,roads\r\n'), 'units')
    await post(`${here}/mapping`, { do: 'check', 'field-name-en': 'Unit', 'field-functions': 'Functions' })
    const worker = await startJobs(database.url, site.parts.log, [exchangeJobs(site.parts)])
    try {
      for (let i = 0; i < 100 && (await runOf(id)).status !== 'checked'; i++) await sleep(50)
      await post(`${here}/run`)
      for (let i = 0; i < 100 && (await runOf(id)).status !== 'done'; i++) await sleep(50)
    } finally {
      await worker.stop()
    }
    expect(await runOf(id)).toMatchObject({ status: 'done', report: { done: { imported: 1 } } })
  }, 30_000)
})

describe('what cannot be', () => {
  test.each([
    ['no kind', file(rows(1)), '', 'Choose what the file holds'],
    ['a picture', Buffer.from([0x89, 0x50, 0, 0, 1]), 'cases', 'neither CSV nor an Excel workbook'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'cases', 'of before 2007'],
    ['an empty file', Buffer.alloc(0), 'units', 'no first line'],
  ])('%s is refused in words, and leaves no file', async (_name, content, kind, text) => {
    const { answer } = await send(content, kind)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(text)
  })

  test('a file that came without its kind is asked for again, beside its field', async () => {
    const { answer } = await send(file(rows(1)), '')
    for (const text of ['Choose what the file holds', 'Choose the file again: it was not kept'])
      expect(answer.body.split(text)).toHaveLength(3) // in the summary and beside its field
  })

  test.each([
    ['file', { kind: 'cases' }, ['Choose a file']],
    ['file and a kind', { kind: '' }, ['Choose what the file holds', 'Choose a file']],
  ])('a form without a %s is refused in words', async (_name, fields, texts) => {
    const form = multipart([], fields)
    const browser = await site.as('administrator')
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...form.headers, host: 'localhost', cookie, accept: 'text/html' }
    const answer = await site.app.inject({ method: 'POST', url: home, payload: form.payload, headers })
    expect(answer.statusCode).toBe(422)
    for (const text of texts) expect(answer.body.split(text)).toHaveLength(3)
  })

  test('a file with no rows is refused, or one whose only row is too long, with where that is', async () => {
    const before = await count('import_runs')
    const none = await send(file([]), 'cases')
    expect(none.answer.statusCode).toBe(422)
    expect(none.answer.body).toContain('The file names columns and has no rows below them.')
    const long = await send(file([['K-1', '2026-01-05 10:00', 'x'.repeat(1_000_000), '']]), 'cases')
    expect(long.answer.body).toContain('Line 2, column What happened: the row goes on for more than 200,000')
    expect(await count('import_runs')).toBe(before)
  })

  test('columns that are needed are asked for, with what was chosen kept', async () => {
    const { here } = await send(file(rows(1)), 'cases')
    const answer = await post(`${here}/mapping`, { do: 'check', 'field-key': 'Number', source: 'Not Good' })
    expect(answer.statusCode).toBe(422)
    for (const text of [
      'Choose the column with the day raised',
      'Choose the column that says what happened',
      'Choose how days are written',
      'Enter small letters',
    ])
      expect(answer.body.split(text)).toHaveLength(3) // in the summary and beside its field
    expect(answer.body).not.toContain('Choose the column with the number')
    expect(answer.body).toContain('<option value="Number" selected>')
  })

  test.each([
    ['latitude', 'longitude'],
    ['longitude', 'latitude'],
  ])('a column of %s is not taken without one of %s', async (has, lacks) => {
    const { here } = await send(file(rows(1)), 'cases')
    const answer = await post(`${here}/mapping`, { ...chosen, [`field-${has}`]: 'Category' })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(`href="#field-${lacks}"`)
    expect(answer.body).toContain(`Choose the column with the ${lacks} too, or none for the ${has}`)
  })

  test.each(['units', 'staff', 'categories', 'cases'])('of %s each missing column is named', async kind => {
    const { here } = await send(Buffer.from('x\r\n1\r\n'), kind)
    for (const lang of ['en', 'zh-CN']) {
      const browser = await site.as('administrator')
      const answer = await browser.post(`${here}/mapping`, { do: 'check' }, { 'accept-language': lang })
      const faults = [...answer.body.matchAll(/<a href="#field-[^"]*">([^<]*)</g)].map(([, text]) => text)
      expect(faults.length).toBeGreaterThan(0)
      expect(new Set(faults).size).toBe(faults.length)
    }
  })

  test('nothing is imported that was not checked, nor twice at once', async () => {
    const { id, here } = await send(file(rows(1, 90_000)), 'cases')
    expect((await post(`${here}/run`)).statusCode).toBe(409)
    await post(`${here}/mapping`, chosen)
    await work(id, 'check')
    const both = await Promise.all([post(`${here}/run`), post(`${here}/run`)])
    expect(both.map(one => one.statusCode).toSorted()).toEqual([303, 409])
  })

  test('nobody but administrators brings files in, and of this institution alone', async () => {
    const { here } = await send(file(rows(1)), 'cases')
    for (const url of [home, here, `${here}/rejected.csv`]) {
      expect((await visitor(site.app).get(url)).statusCode).toBe(303)
      expect((await (await site.as('supervisor')).get(url)).statusCode).toBe(403)
    }
    for (const verb of ['mapping', 'run', 'again', 'discard']) {
      expect((await (await site.as('auditor')).post(`${here}/${verb}`)).statusCode).toBe(403)
      expect((await (await site.elsewhere('administrator')).post(`${here}/${verb}`)).statusCode).toBe(404)
    }
    expect((await (await site.elsewhere('administrator')).get(here)).statusCode).toBe(404)
  })

  test('an import ends where who brought it may do so no more', async () => {
    const { office } = site
    const { id, here } = await send(file(rows(1)), 'cases')
    await post(`${here}/mapping`, chosen)
    const { staff } = office
    await database.owner.query(`update staff set active = false where id = $1`, [staff.administrator])
    await work(id, 'check')
    await database.owner.query(`update staff set active = true where id = $1`, [staff.administrator])
    expect(await runOf(id)).toMatchObject({
      status: 'failed',
      report: { fault: { text: 'org.administrators-only' } },
    })
    expect((await page(here)).body).toContain('Only administrators')
  })
})

test('files that nobody goes on with are gone after a week', async () => {
  const { id } = await send(file(rows(1)), 'cases')
  const folder = runFolder(site.parts.config.dataDir, site.office.tenant.id, id)
  const forget = () => exchangeJobs(site.parts).tasks['forget-imports']?.({})
  await forget()
  expect(existsSync(folder.path)).toBe(true)
  await database.owner.query(
    `update import_runs set updated_at = updated_at - interval '8 days' where id = $1`,
    [id],
  )
  await forget()
  expect(existsSync(folder.path)).toBe(false)
})
