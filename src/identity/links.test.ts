import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterEach, expect, test, vi } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { actorOf } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { giveTestPassword, signedInVisitor, testPassword, visitor } from '../../test/support/visitor.ts'
import { q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { issueLink } from './actions/links.ts'
import { sendResetLinkTask } from './actions/reset-by-email.ts'
import { identityJobs } from './jobs.ts'

const database = await testDatabase()
const office = await testOffice(database)
const other = await testOffice(database, { host: 'other.example' })
const { app, parts } = await testApp(database, office.clock)
const administrator = await actorOf(office, office.staff.administrator)
const password = 'six foxes and one umbrella'

afterEach(() => {
  vi.useRealTimers()
})

async function eventTypes(staffId: string): Promise<string[]> {
  const rows = await inSnapshot(office.pool, office.tenant.id, tx =>
    tx.all(
      q.selectFrom('events').select(['type', 'data']).where('type', 'like', 'identity.%').orderBy('seq'),
    ),
  )
  return rows.filter(({ data }) => (data as { staffId: string }).staffId === staffId).map(({ type }) => type)
}

const tokenOf = (link: string) => link.split('token=')[1] ?? ''

test('an invited officer chooses a password by the link, once, and signs in', async () => {
  const staffId = office.staff['case-officer']
  const link = await issueLink(parts, office, administrator, staffId)
  const browser = visitor(app)
  const page = await browser.get(link)
  expect(page.body).toContain('The case-officer, choose the password')
  const weak = await browser.post('/sign-in/link', { token: tokenOf(link), password: 'short' })
  expect(weak.statusCode).toBe(422)
  expect(weak.body).toContain('has 5 characters')
  expect(weak.body).toContain('The case-officer')
  const done = await browser.post('/sign-in/link', { token: tokenOf(link), password })
  expect(done.headers.location).toBe('/sign-in?done=password-set')
  expect((await browser.get(link)).statusCode).toBe(404)
  const again = await browser.post('/sign-in/link', {
    token: tokenOf(link),
    password: 'another of my passwords',
  })
  expect(again.statusCode).toBe(404)
  const signedIn = await browser.post('/sign-in', { email: 'case-officer@example.org', password })
  expect(signedIn.statusCode).toBe(303)
  expect(await eventTypes(staffId)).toEqual(['identity.link-issued', 'identity.password-set'])
})

test('a new link voids the one before, and one of seven days ago is dead', async () => {
  const first = await issueLink(parts, office, administrator, office.staff.lead)
  const second = await issueLink(parts, office, administrator, office.staff.lead)
  expect((await visitor(app).get(first)).statusCode).toBe(404)
  expect((await visitor(app).get(second)).statusCode).toBe(200)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7 * 24 * 3_600_000 + 1000 })
  expect((await visitor(app).get(second)).statusCode).toBe(404)
  expect((await visitor(app).post('/sign-in/link', { token: tokenOf(second), password })).statusCode).toBe(
    404,
  )
})

test('the link of another tenant opens nothing here', async () => {
  const link = await issueLink(parts, other, 'command', other.staff.lead)
  expect((await visitor(app).get(link)).statusCode).toBe(404)
  expect((await visitor(app).post('/sign-in/link', { token: tokenOf(link), password })).statusCode).toBe(404)
  expect((await visitor(app, { host: 'other.example' }).get(link)).statusCode).toBe(200)
})

test('only an administrator issues links, and only for their own staff', async () => {
  const lead = await actorOf(office, office.staff.lead)
  await expect(issueLink(parts, office, lead, office.staff.auditor)).rejects.toThrow('not allowed')
  await expect(issueLink(parts, office, administrator, other.staff.lead)).rejects.toThrow('not found')
})

test('a password set by a link ends every session and the wait after failures', async () => {
  const staffId = office.staff.supervisor
  await giveTestPassword(parts, office, staffId)
  const email = 'supervisor@example.org'
  const open = await signedInVisitor(app, email)
  for (let at = 0; at < 5; at++) await visitor(app).post('/sign-in', { email, password: 'wrong wrong' })
  const link = await issueLink(parts, office, administrator, staffId)
  await visitor(app).post('/sign-in/link', { token: tokenOf(link), password })
  expect((await open.get('/account')).statusCode).toBe(303)
  expect((await visitor(app).post('/sign-in', { email, password })).statusCode).toBe(303)
})

test('a link asked for by e-mail is sent to who is on the staff, and the answer tells nothing', async () => {
  const ask = (email: string) =>
    visitor(app, { address: `198.51.100.${email.length}` }).post('/sign-in/forgotten', { email })
  const [known, unknown] = [await ask('auditor@example.org'), await ask('no-such-person@example.org')]
  expect(known.statusCode).toBe(200)
  expect(unknown.body).toBe(known.body)
  expect((await ask('not an address')).statusCode).toBe(422)

  const { rows } = await database.owner.query(
    `select payload from graphile_worker._private_jobs as jobs
     join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id
     where tasks.identifier = $1 order by jobs.id`,
    [sendResetLinkTask],
  )
  expect(rows).toHaveLength(2)
  expect(JSON.stringify(rows)).not.toContain('auditor')
  for (const { payload } of rows) await identityJobs(parts).tasks[sendResetLinkTask]?.(payload)
  const folder = join(parts.config.dataDir, 'mail')
  const [file, ...more] = readdirSync(folder)
  expect(more).toEqual([])
  const mail = await simpleParser(readFileSync(join(folder, file ?? '')))
  expect(mail.subject).toBe('Choose a new password for Willow Town')
  const link = /\/sign-in\/link\?token=[\w-]+/.exec(mail.text ?? '')?.[0] ?? ''
  expect((await visitor(app).get(link)).statusCode).toBe(200)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 })
  expect((await visitor(app).get(link)).statusCode).toBe(404)
})

test('a link asked for by e-mail never leads to the host that the request named', async () => {
  await visitor(app, { host: 'evil.example', address: '198.51.100.99' }).post('/sign-in/forgotten', {
    email: 'lead@example.org',
  })
  const { rows } = await database.owner.query(
    `select payload from graphile_worker._private_jobs order by id desc limit 1`,
  )
  expect(rows[0].payload.origin).toBe('http://localhost')
})

test('asking again and again for links has to wait', async () => {
  const asker = visitor(app, { address: '192.0.2.50' })
  const ask = () => asker.post('/sign-in/forgotten', { email: 'lead@example.org' })
  for (let at = 0; at < 5; at++) expect((await ask()).statusCode).toBe(200)
  const refused = await ask()
  expect(refused.statusCode).toBe(429)
  expect(refused.headers['retry-after']).toBe('120')
})

test('a lost phone: the administrator’s link may also end the second step', async () => {
  const staffId = office.staff['front-desk']
  await giveTestPassword(parts, office, staffId)
  await database.owner.query(`update auth."user" set "twoFactorEnabled" = true where id = $1`, [staffId])
  await issueLink(parts, office, administrator, staffId)
  const { rows } = await database.owner.query(
    `select "twoFactorEnabled" as on from auth."user" where id = $1`,
    [staffId],
  )
  expect(rows[0].on).toBe(true)
  await issueLink(parts, office, administrator, staffId, { endTwoStep: true })
  const browser = visitor(app)
  const answer = await browser.post('/sign-in', { email: 'front-desk@example.org', password: testPassword })
  expect(answer.headers.location).not.toContain('code')
  expect(await eventTypes(staffId)).toContain('identity.two-step-off')
})
