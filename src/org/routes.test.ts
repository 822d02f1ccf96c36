import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { giveTestPassword, signedInVisitor, visitor } from '../../test/support/visitor.ts'
import { q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { readOrganisation } from './reads.ts'

const database = await testDatabase()
const office = await testOffice(database, { start: '2026-03-02T01:00:00Z' })
const other = await testOffice(database, { host: 'other.example' })
const { app, parts } = await testApp(database, office.clock)
await giveTestPassword(parts, office, office.staff.administrator)
await giveTestPassword(parts, office, office.staff.supervisor)
const administrator = await signedInVisitor(app, 'administrator@example.org')
const supervisor = await signedInVisitor(app, 'supervisor@example.org')

const organisation = () => inSnapshot(office.pool, office.tenant.id, readOrganisation)

async function lastEvent(): Promise<{ type: string; actor: unknown; data: unknown }> {
  return inSnapshot(office.pool, office.tenant.id, tx =>
    tx.one(
      q
        .selectFrom('events')
        .select(['type', 'actor', 'data'])
        .where('stream_id', '=', office.tenant.streamId)
        .orderBy('seq', 'desc')
        .limit(1),
    ),
  )
}

const byAdministrator = { kind: 'staff', id: office.staff.administrator }
const pages = [
  '/organisation',
  `/organisation/units/new?below=${office.units.root}`,
  `/organisation/units/${office.units.roads}`,
  '/organisation/staff',
  '/organisation/staff/new',
  `/organisation/staff/${office.staff.lead}`,
  '/organisation/calendar/2026',
  '/organisation/settings',
]
const forms = [
  '/organisation/units',
  `/organisation/units/${office.units.roads}`,
  '/organisation/staff',
  `/organisation/staff/${office.staff.lead}`,
  ...['grant', 'revoke', 'end', 'restore', 'link'].map(
    verb => `/organisation/staff/${office.staff.lead}/${verb}`,
  ),
  '/organisation/calendar/2026/day',
  '/organisation/calendar/2026/year',
  '/organisation/settings',
]

test.each(pages)('%s opens for an administrator alone, in both languages', async url => {
  expect((await visitor(app).get(url)).headers.location).toMatch(/^\/sign-in\?next=/)
  expect((await supervisor.get(url)).statusCode).toBe(403)
  const page = await administrator.get(url)
  expect(page.statusCode).toBe(200)
  const chinese = await administrator.get(url, {
    'accept-language': 'zh-CN',
    cookie: `${cookieOf()}; lang=zh-CN`,
  })
  expect(chinese.statusCode).toBe(200)
  expect(chinese.body).toContain('工作日历')
})

const cookieOf = () => [...administrator.cookies].map(([name, value]) => `${name}=${value}`).join('; ')

test.each(forms)('a form sent to %s does nothing for who may not', async url => {
  const before = await lastEvent()
  expect((await visitor(app).post(url, { name: 'x' })).statusCode).toBe(401)
  expect((await supervisor.post(url, { name: 'x' })).statusCode).toBe(403)
  expect(await lastEvent()).toEqual(before)
})

test('what belongs to another tenant is not there', async () => {
  expect((await administrator.get(`/organisation/units/${other.units.roads}`)).statusCode).toBe(404)
  expect((await administrator.get(`/organisation/staff/${other.staff.lead}`)).statusCode).toBe(404)
  expect((await administrator.post(`/organisation/staff/${other.staff.lead}/end`)).statusCode).toBe(404)
  const granted = await administrator.post(`/organisation/staff/${office.staff.lead}/grant`, {
    role: 'lead',
    unit: other.units.roads,
  })
  expect(granted.statusCode).toBe(422)
})

test('a unit is added below another, changed and closed', async () => {
  const empty = await administrator.post('/organisation/units', { below: office.units.root, areas: '西村' })
  expect(empty.statusCode).toBe(422)
  expect(empty.body).toContain('Enter a name in one language at least')
  expect(empty.body).toContain('西村</textarea>')
  const added = await administrator.post('/organisation/units', {
    below: office.units.root,
    'name-zh-CN': '西村',
    functions: ['roads', 'water'],
    areas: '西村 / West Village\n河西',
  })
  expect(added.headers.location).toBe('/organisation?done=added')
  const west = [...(await organisation()).units.values()].find(unit => unit.name.en === '西村')
  expect(west).toMatchObject({
    parentId: office.units.root,
    functions: ['roads', 'water'],
    areas: [
      { en: 'West Village', 'zh-CN': '西村' },
      { en: '河西', 'zh-CN': '河西' },
    ],
    intake: false,
    active: true,
  })
  expect(await lastEvent()).toMatchObject({ type: 'org.unit-added', actor: byAdministrator })
  const url = `/organisation/units/${west?.id}`
  expect((await administrator.get(url)).body).toContain('西村 / West Village')
  const closed = await administrator.post(url, { 'name-zh-CN': '西村', 'name-en': 'West Village' })
  expect(closed.headers.location).toBe('/organisation?done=saved')
  expect((await organisation()).units.get(west?.id ?? '')).toMatchObject({ active: false, functions: [] })
  expect(await lastEvent()).toMatchObject({ type: 'org.unit-changed' })
})

test('the unit that receives the rest, and one with units below, cannot be given up', async () => {
  const url = `/organisation/units/${office.units.root}`
  const noIntake = await administrator.post(url, { 'name-en': 'Town Office', active: 'yes' })
  expect(noIntake.statusCode).toBe(422)
  expect(noIntake.body).toContain('must receive what no other unit is found for')
  await administrator.post(`/organisation/units/${office.units.east}`, {
    'name-en': 'East Village',
    active: 'yes',
    intake: 'yes',
  })
  const closed = await administrator.post(url, { 'name-en': 'Town Office', intake: 'yes' })
  expect(closed.body).toContain('Active units stand below this one')
})

test('a member of staff is added, invited, given another role, renamed, and leaves', async () => {
  const refused = await administrator.post('/organisation/staff', {
    name: 'Ana',
    email: 'lead@example.org',
    role: 'lead',
    unit: office.units.roads,
  })
  expect(refused.statusCode).toBe(422)
  expect(refused.body).toContain('has this e-mail address already')
  expect(refused.body).toContain('value="Ana"')
  const faulty = await administrator.post('/organisation/staff', {
    name: '',
    email: 'x',
    role: 'king',
    unit: '',
  })
  for (const text of ['Enter the person', 'Enter an e-mail address', 'Choose a role', 'Choose a unit'])
    expect(faulty.body).toContain(text)

  const added = await administrator.post('/organisation/staff', {
    name: 'Ana',
    'title-en': 'Engineer',
    email: 'Ana@Example.org',
    role: 'case-officer',
    unit: office.units.roads,
  })
  const url = String(added.headers.location).split('?')[0] ?? ''
  const id = url.split('/').at(-1) ?? ''
  expect((await administrator.get(url)).body).toContain('No password yet')
  const made = await administrator.post(`${url}/link`)
  const link = /http:\/\/localhost(\/sign-in\/link\?token=[\w-]+)/.exec(made.body)?.[1] ?? ''
  expect((await visitor(app).get(link)).body).toContain('Ana, choose the password')
  expect(await lastEvent()).toEqual({
    type: 'identity.link-issued',
    actor: byAdministrator,
    data: { staffId: id, by: 'administrator' },
  })

  await administrator.post(`${url}/grant`, { role: 'lead', unit: office.units.root })
  expect(await lastEvent()).toMatchObject({ type: 'org.role-granted' })
  await administrator.post(`${url}/revoke`, { role: 'case-officer', unit: office.units.roads })
  await administrator.post(url, { name: 'Ana Lin', email: 'ana.lin@example.org' })
  expect(await lastEvent()).toEqual({
    type: 'org.staff-changed',
    actor: byAdministrator,
    data: { staffId: id },
  })
  expect((await organisation()).officers.get(id)).toMatchObject({
    name: 'Ana Lin',
    email: 'ana.lin@example.org',
    grants: [{ role: 'lead', unitId: office.units.root }],
  })
  await administrator.post(`${url}/end`)
  expect(await lastEvent()).toMatchObject({ type: 'org.staff-ended' })
  expect((await visitor(app).get(link)).statusCode).toBe(404)
  expect((await administrator.get('/organisation/staff')).body).toContain('Left')
  await administrator.post(`${url}/restore`)
  expect(await lastEvent()).toMatchObject({ type: 'org.staff-restored' })
})

test('the last administrator cannot leave or lose the role', async () => {
  const url = `/organisation/staff/${office.staff.administrator}`
  for (const answer of [
    await administrator.post(`${url}/end`),
    await administrator.post(`${url}/revoke`, { role: 'administrator', unit: office.units.root }),
  ]) {
    expect(answer.statusCode).toBe(409)
    expect(answer.body).toContain('This is the last administrator')
  }
})

const versionShown = async (year: number) =>
  /name="previous" value="([^"]+)"/.exec(
    (await administrator.get(`/organisation/calendar/${year}`)).body,
  )?.[1] ?? ''

test('a day off is published as a new version, and running cases are counted again', async () => {
  const previous = await versionShown(2026)
  const day = {
    'date-year': '2026',
    'date-month': '5',
    'date-day': '4',
    kind: 'holiday',
    'name-en': 'Youth Day',
    previous,
  }
  const wrong = await administrator.post('/organisation/calendar/2026/day', {
    ...day,
    'date-day': '32',
    kind: '',
    'name-en': '',
  })
  expect(wrong.statusCode).toBe(422)
  for (const text of ['Enter a date that exists', 'Choose what the day is'])
    expect(wrong.body).toContain(text)
  const done = await administrator.post('/organisation/calendar/2026/day', day)
  expect(done.headers.location).toBe('/organisation/calendar/2026?done=published')
  expect((await administrator.get('/organisation/calendar/2026')).body).toContain('Youth Day')
  expect(await lastEvent()).toMatchObject({
    type: 'org.calendar-published',
    data: { calendar: 'weekdays', version: 'weekdays-1+1', previous: null },
  })
  const { rows } = await database.owner.query(
    `select payload from graphile_worker._private_jobs as jobs
     join graphile_worker._private_tasks as tasks on tasks.id = jobs.task_id where identifier = 'recompute-due-dates'`,
  )
  expect(rows).toEqual([{ payload: { tenant: office.tenant.id } }])
})

test('who changes a calendar that has moved on is told so', async () => {
  const previous = await versionShown(2026)
  const day = {
    'date-year': '2026',
    'date-month': '6',
    'date-day': '1',
    kind: 'morning',
    'name-en': 'Children',
    previous,
  }
  expect((await administrator.post('/organisation/calendar/2026/day', day)).statusCode).toBe(303)
  const late = await administrator.post('/organisation/calendar/2026/day', { ...day, 'date-day': '2' })
  expect(late.statusCode).toBe(409)
  expect(late.body).toContain('Somebody else has published this calendar')
})

test('a whole year is published from a list of days', async () => {
  const previous = await versionShown(2027)
  const wrong = await administrator.post('/organisation/calendar/2027/year', {
    holidays: '2027-13-01 x',
    makeup: '2026-01-01 y',
    previous,
  })
  expect(wrong.statusCode).toBe(422)
  expect(wrong.body).toContain('Line 1 does not begin with a date')
  expect(wrong.body).toContain('Line 1 is not a day of 2027')
  expect(wrong.body).toContain('2027-13-01 x</textarea>')
  await administrator.post('/organisation/calendar/2027/year', {
    holidays: '2027-01-01 元旦 / New Year',
    makeup: '2027-01-02 Saturday',
    previous,
  })
  const page = await administrator.get('/organisation/calendar/2027')
  expect(page.body).toContain('Friday 1 January 2027')
  expect(page.body).toContain('2027-01-01 元旦 / New Year')
  // Young people's day of 2026 is still there.
  expect((await administrator.get('/organisation/calendar/2026')).body).toContain('Youth Day')
})

test('the settings are changed, and mail that goes into files is said', async () => {
  const page = await administrator.get('/organisation/settings')
  expect(page.body).toContain('No mail server is set')
  const wrong = await administrator.post('/organisation/settings', {
    'name-en': 'Pine Town',
    language: 'fr',
    pack: 'none@1',
  })
  expect(wrong.statusCode).toBe(422)
  expect(wrong.body).toContain('value="Pine Town"')
  const done = await administrator.post('/organisation/settings', {
    'name-en': 'Pine Town',
    language: 'en',
    pack: 'cn-2022@1',
  })
  expect(done.headers.location).toBe('/organisation/settings?done=saved')
  expect((await administrator.get('/sign-in')).statusCode).toBe(303)
  expect((await visitor(app).get('/sign-in')).body).toContain('Pine Town')
  expect(await lastEvent()).toMatchObject({
    type: 'org.settings-changed',
    data: { pack: 'cn-2022@1', language: 'en' },
  })
  const calendar = await administrator.get('/organisation/calendar/2099')
  expect(calendar.body).toContain('The days of 2099 are not published yet')
})
