import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jobsOf } from '../../src/app.ts'
import { makeCheckpoint } from '../../src/audit/checkpoint.ts'
import { runDeadlinePass } from '../../src/cases/actions/deadline-pass.ts'
import { openIdentity } from '../../src/cases/actions/open-identity.ts'
import { acceptCase, assignCase, sendMessage } from '../../src/cases/actions/staff.ts'
import { pdf } from '../../src/platform/files/fixtures/documents.ts'
import { startJobs } from '../../src/platform/jobs.ts'
import { createLog } from '../../src/platform/log.ts'
import { testApp } from '../support/app.ts'
import { actorOf, fileOne } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { testOffice } from '../support/office.ts'
import { readReceipt } from '../support/receipt.ts'
import { answerAll, send } from '../support/resident.ts'
import { listRoutes, pathWith } from '../support/routes.ts'
import { filesIn, tracesOf } from '../support/traces.ts'
import { upload } from '../support/upload.ts'
import { giveTestPassword, signedInVisitor, type Visitor, visitor } from '../support/visitor.ts'
import { changeOrganisation, liveThrough } from '../support/whole-life.ts'

// Promise 6: identity is sealed. Residents with names that occur nowhere else file through the real forms; then every
// table, every file, the log, all e-mail and every staff page is searched for them.

const named = { name: 'Zyxomma Petiolatum', email: 'zyxomma@markers.example', phone: '+99 5550 1904 471' }
const hidden = { name: '欧阳赫默', email: 'ouyang@unreachable.example', phone: '99 7731 6622 88' }
const words = [named, hidden].flatMap(({ name, email, phone }) => [
  name,
  email,
  phone,
  phone.replace(/\D/g, ''),
])
const traces = tracesOf([
  ...words,
  'Zyxomma',
  'Petiolatum',
  '欧阳',
  '赫默',
  'markers.example',
  'unreachable.example',
])

type Sent = { to: string; text: string }
const mail: Sent[] = []
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo: ({ address }, _session, done) =>
    // A server that repeats the address in its refusal, as most do.
    done(address.endsWith('@unreachable.example') ? new Error(`<${address}>: no such mailbox`) : null),
  onData(stream, session, done) {
    let text = ''
    stream.setEncoding('utf8').on('data', part => {
      text += part
    })
    stream.on('end', () => {
      mail.push({ to: session.envelope.rcptTo.map(one => one.address).join(), text })
      done()
    })
  },
})
await new Promise<void>(ready => smtp.listen(0, '127.0.0.1', ready))
afterAll(() => new Promise<void>(closed => smtp.close(closed)))
const { port } = smtp.server.address() as { port: number }

let logged = ''
const log = createLog('trace', {
  write(line: string) {
    logged += line
  },
})

const database = await testDatabase()
const { owner } = database
const office = await testOffice(database)
const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, LOG_LEVEL: 'trace' }
const { app, parts } = await testApp(database, office.clock, { env, log })

type Filed = { id: string; number: string; receiptCode: string; browser: Visitor }
let open: Filed
let sealed: Filed

async function file(party: typeof named, protection: 'named' | 'protected', address: string): Promise<Filed> {
  const browser = visitor(app, { address })
  await browser.post('/raise/kind', { kind: 'hazard' })
  const content = Buffer.concat([pdf(), Buffer.from(`\n% ${party.name}\n`)])
  const document = { field: 'files', name: 'letter.pdf', content }
  await upload(app, browser, '/raise/files', [document], { do: 'add' })
  // A mistake on the way: what was typed comes back on the page, and stays in the draft.
  await browser.post('/raise/contact', { ...party, email: 'not an address' })
  await answerAll(browser, { you: { protection }, contact: party })
  const sent = await send(browser)
  expect(sent.headers.location).toBe('/raise/receipt')
  const receipt = readReceipt((await browser.get('/raise/receipt')).body)
  const { rows } = await owner.query<{ id: string }>('select id from cases where number = $1', [
    receipt.number,
  ])
  return { ...receipt, browser, id: rows[0]?.id ?? '' }
}

beforeAll(async () => {
  open = await file(named, 'named', '203.0.113.1')
  sealed = await file(hidden, 'protected', '203.0.113.2')
  // One that is begun and never sent.
  await answerAll(visitor(app, { address: '203.0.113.3' }), { contact: named })
  await liveThrough(office, { party: named })
  await liveThrough(office, { party: hidden, protection: 'protected' })
  await changeOrganisation(office)
  const head = await actorOf(office, office.staff['unit-head'])
  for (const { id } of [open, sealed]) {
    await acceptCase(office, head, { id, idempotencyKey: `accept ${id}` })
    await assignCase(
      office,
      head,
      { id },
      { ownerId: office.staff['case-officer'], leadId: office.staff.lead },
    )
    await sendMessage(office, head, { id }, { text: 'We are on our way.', files: [] })
  }
  office.clock.advance({ hours: 24 * 40 })
  await runDeadlinePass(office, log)
  await makeCheckpoint(office)
  const { number } = open
  await visitor(app).post('/follow/link', { number, email: named.email })
  await visitor(app).post('/follow/link', { number, email: hidden.email })
  await work()
}, 120_000)

/** Works off the queue as the server does, until nothing is left that has not been tried. */
async function work() {
  const worker = await startJobs(database.url, log, jobsOf(parts))
  for (let waited = 0; waited < 60_000; waited += 100) {
    const { rows } = await owner.query(
      'select count(*)::int as left from graphile_worker._private_jobs where attempts = 0 or locked_at is not null',
    )
    if (rows[0].left === 0) break
    await sleep(100)
  }
  await worker.stop()
}

test('the traces are found in every disguise, so that not finding them means something', () => {
  const name = named.name
  const disguised = [
    name,
    name.toUpperCase(),
    Buffer.from(name).toString('hex'),
    encodeURIComponent(hidden.name),
  ]
  disguised.push(
    Buffer.from(`{"name":"${name}"}`).toString('base64'),
    Buffer.from(` ${name} x`).toString('base64'),
  )
  disguised.push('\\u6b27\\u9633\\u8d6b\\u9ed8', '=E6=AC=A7=E9=98=B3')
  for (const text of disguised) expect(traces.in(text), text).not.toEqual([])
  expect(traces.in(Buffer.from(name, 'utf16le'))).not.toEqual([])
  expect(traces.in('Robin Example')).toEqual([])
})

describe('a resident’s name, telephone number and e-mail address', () => {
  test('stand in no table in the open', async () => {
    const { rows: tables } = await owner.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    expect(tables.length).toBeGreaterThan(25)
    let cells = 0
    for (const { name } of tables) {
      const { rows } = await owner.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`)
      cells += rows.length
      for (const { row } of rows) expect(traces.in(row), `${name}: ${row.slice(0, 300)}`).toEqual([])
    }
    expect(cells).toBeGreaterThan(200)
    const { rows: failed } = await owner.query(
      'select last_error from graphile_worker._private_jobs where last_error is not null',
    )
    for (const { last_error } of failed) expect(traces.in(last_error)).toEqual([])
  })

  test('stand in no file, the uploaded ones included', () => {
    const files = [...filesIn(parts.config.dataDir)]
    expect(files.length).toBeGreaterThan(1)
    for (const { path, content } of files) expect(traces.in(content), path).toEqual([])
    expect(traces.in(files.map(({ path }) => path).join('\n'))).toEqual([])
  })

  test('are not logged, at the finest level, a refusal of the mail server and a fault of ours included', async () => {
    await owner.query(`alter table drafts rename to drafts_away`)
    const fault = await visitor(app).post('/raise/contact', named)
    await owner.query(`alter table drafts_away rename to drafts`)
    expect(fault.statusCode).toBe(500)
    expect(logged).toContain('a notice cannot be delivered')
    expect(logged).toContain('"level":"error"')
    expect(traces.in(logged)).toEqual([])
    expect(logged).not.toContain(open.receiptCode)
    expect(logged).not.toContain(open.receiptCode.replaceAll(' ', ''))
  })

  test('are in no e-mail to staff; the resident’s own go to their address alone', () => {
    const toResident = mail.filter(({ to }) => to === named.email)
    const toStaff = mail.filter(({ to }) => to !== named.email)
    expect(toResident.length).toBeGreaterThan(5)
    expect(toStaff.length).toBeGreaterThan(3)
    for (const { to, text } of toStaff) expect(traces.in(text), to).toEqual([])
    for (const { text } of mail) expect(text).not.toContain(open.receiptCode)
  })

  test('are on no page of staff, nor in what programs read', async () => {
    const routes = await listRoutes(app)
    const { rows } = await owner.query<{ number: string }>(
      'select number from cases order by number = any ($1) desc, number limit 4',
      [[open.number, sealed.number]],
    )
    const { rows: events } = await owner.query<{ id: string }>(
      `select distinct data->>'id' as id from events where data ? 'id'`,
    )
    const actions = [
      'accept',
      'answer',
      'assign',
      'recuse',
      'send-message',
      'add-note',
      'open-identity',
      'decide-review',
    ]
    let pages = 0
    for (const role of [
      'front-desk',
      'case-officer',
      'lead',
      'unit-head',
      'supervisor',
      'auditor',
      'administrator',
    ] as const) {
      await giveTestPassword(parts, office, office.staff[role])
      const browser = await signedInVisitor(app, `${role}@example.org`)
      for (const route of routes.filter(one => one.methods.includes('GET') && !one.path.includes('/file/'))) {
        const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name)
        const lasts = names.includes('action')
          ? actions
          : names.includes('id')
            ? events.map(one => one.id)
            : ['']
        for (const number of names.includes('number') ? rows.map(row => row.number) : ['']) {
          for (const last of lasts.slice(0, number ? 12 : 5)) {
            const path = pathWith(route, name =>
              name === 'number' ? number : name === 'year' ? '2026' : last,
            )
            for (const accept of ['text/html', 'application/json']) {
              const page = await browser.get(path, { accept })
              expect(traces.in(page.body), `${role} ${path}`).toEqual([])
              expect(traces.in(JSON.stringify(page.headers)), path).toEqual([])
              if (page.statusCode === 200) pages++
            }
          }
        }
      }
    }
    expect(pages).toBeGreaterThan(300)
  }, 180_000)

  test('are on the page of their own case neither, which whoever finds the receipt may see', async () => {
    await open.browser.post('/follow', { number: open.number, code: open.receiptCode })
    const page = await open.browser.get(`/follow/${open.number}`)
    expect(page.statusCode).toBe(200)
    expect(traces.in(page.body)).toEqual([])
  })
})

describe('opening an identity', () => {
  const purpose = 'To hand the keys over'

  test('shows it to whom it is opened, and shows the resident who did, when and why', async () => {
    const head = await signedInVisitor(app, 'unit-head@example.org')
    const opened = await head.post(`/cases/${open.number}/open-identity`, { text: purpose })
    expect(opened.statusCode).toBe(200)
    expect(opened.body).toContain(named.name)
    expect(opened.headers['cache-control']).toBe('no-store')
    expect(traces.in((await head.get(`/cases/${open.number}`)).body)).toEqual([])
    const page = (await open.browser.get(`/follow/${open.number}`)).body
    expect(page).toContain(purpose)
    expect(page).toContain('The unit-head')
  })

  test('without a purpose opens nothing', async () => {
    const head = await signedInVisitor(app, 'unit-head@example.org')
    for (const text of ['', '   ', '\n']) {
      const refused = await head.post(`/cases/${open.number}/open-identity`, { text })
      expect(refused.statusCode).toBe(422)
      expect(traces.in(refused.body)).toEqual([])
    }
    await expect(
      openIdentity(office, await actorOf(office, office.staff['unit-head']), open.id, '  '),
    ).rejects.toThrow()
  })

  test('is on the record before it is shown: where that cannot be written, nothing is shown', async () => {
    await owner.query(`create function no_record() returns trigger language plpgsql as $$
      begin if new.type = 'identity.opened' then raise exception 'the disk is full'; end if; return new; end $$`)
    await owner.query(
      'create trigger no_record before insert on events for each row execute function no_record()',
    )
    try {
      const head = await signedInVisitor(app, 'unit-head@example.org')
      const opened = await head.post(`/cases/${open.number}/open-identity`, { text: purpose })
      expect(opened.statusCode).toBe(500)
      expect(traces.in(opened.body)).toEqual([])
    } finally {
      await owner.query('drop trigger no_record on events')
    }
  })

  test('of one that is protected is for the auditor alone', async () => {
    for (const role of [
      'front-desk',
      'case-officer',
      'lead',
      'unit-head',
      'supervisor',
      'administrator',
    ] as const) {
      const actor = await actorOf(office, office.staff[role])
      await expect(openIdentity(office, actor, sealed.id, purpose), role).rejects.toThrow('not allowed')
      const browser = await signedInVisitor(app, `${role}@example.org`)
      const refused = await browser.post(`/cases/${sealed.number}/open-identity`, { text: purpose })
      expect([403, 404], role).toContain(refused.statusCode)
      expect(traces.in(refused.body)).toEqual([])
    }
    const auditor = await actorOf(office, office.staff.auditor)
    expect(await openIdentity(office, auditor, sealed.id, purpose)).toMatchObject({ name: hidden.name })
  })

  test('of who stayed anonymous is not possible for anybody: there is none', async () => {
    const { caseId } = await fileOne(office, { protection: 'anonymous', party: undefined })
    const auditor = await actorOf(office, office.staff.auditor)
    await expect(openIdentity(office, auditor, caseId, purpose)).rejects.toThrow('anonymous')
    const { rows } = await owner.query(`select from events where stream_id = $1 and type = 'party.named'`, [
      caseId,
    ])
    expect(rows).toEqual([])
  })
})
