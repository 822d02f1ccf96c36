import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { visitor } from '../../test/support/visitor.ts'
import { readOrganisation } from '../org/reads.ts'
import { systemClock } from '../platform/clock.ts'
import { q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { createTenantKey } from '../platform/sealing/keys.ts'
import { insertTenant } from '../platform/tenants.ts'
import { v7 } from '../platform/uuid.ts'
import { foundTenant, needsSetUp } from './actions.ts'
import { makeSetUpLink } from './token.ts'

const database = await testDatabase()
const { app, parts } = await testApp(database, systemClock)

const password = 'nine lanterns over water'
const answers = {
  'name-zh-CN': '柳镇人民政府',
  'name-en': '',
  language: 'zh-CN',
  timeZone: 'Asia/Shanghai',
  pack: 'cn-2022',
  administrator: 'Lin Wei',
  email: 'Lin.Wei@Example.org',
  password,
  handlesCases: 'yes',
}

test('until set-up every page says that it is awaited', async () => {
  const page = await visitor(app).get('/')
  expect(page.statusCode).toBe(503)
  expect(page.body).toContain('Not set up yet')
  expect((await visitor(app).get('/set-up?token=guess')).statusCode).toBe(404)
})

test('a link made again ends the one before', async () => {
  const first = await makeSetUpLink(parts)
  const second = await makeSetUpLink(parts)
  expect((await visitor(app).get(first ?? '')).statusCode).toBe(404)
  expect((await visitor(app).get(second ?? '')).statusCode).toBe(200)
})

test('set-up names every fault at once and keeps what was typed', async () => {
  const link = (await makeSetUpLink(parts)) ?? ''
  const token = link.split('=')[1] ?? ''
  const refused = await visitor(app).post('/set-up', {
    ...answers,
    token,
    'name-zh-CN': ' ',
    timeZone: 'Mars/Crater',
    pack: 'none',
    email: 'nobody',
    password: 'short',
  })
  expect(refused.statusCode).toBe(422)
  for (const text of [
    'Enter the name of your institution',
    'Choose a time zone',
    'Choose the rules',
    'has 5 characters',
  ])
    expect(refused.body).toContain(text)
  expect(refused.body).toContain('value="Lin Wei"')
  expect(refused.body).not.toContain('value="short"')
  expect(await needsSetUp(parts)).toBe(true)
})

test('the page changes language without losing what was typed', async () => {
  const link = (await makeSetUpLink(parts)) ?? ''
  const token = link.split('=')[1] ?? ''
  const page = await visitor(app).post('/set-up', { ...answers, token, _language: 'zh-CN' })
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('value="柳镇人民政府"')
})

test('the link sets the installation up once, and the administrator signs in', async () => {
  const link = (await makeSetUpLink(parts)) ?? ''
  const token = link.split('=')[1] ?? ''
  const page = await visitor(app).get(link)
  expect(page.body).toContain('General service standard')
  const done = await visitor(app).post('/set-up', { ...answers, token })
  expect(done.statusCode).toBe(303)
  expect((await visitor(app).get(link)).statusCode).toBe(404)
  expect((await visitor(app).post('/set-up', { ...answers, token })).statusCode).toBe(404)
  expect(await makeSetUpLink(parts)).toBeUndefined()

  const browser = visitor(app)
  expect((await browser.get('/sign-in?done=set-up')).body).toContain('柳镇人民政府')
  expect((await browser.post('/sign-in', { email: 'lin.wei@example.org', password })).statusCode).toBe(303)
  expect((await browser.get('/account')).body).toContain('Lin Wei')
})

test('set-up founds the institution beside its oversight office, with a calendar and an event for each', async () => {
  const [office] = await parts.offices.all()
  if (!office) throw new Error('no tenant')
  expect(office.tenant).toMatchObject({
    name: { en: '柳镇人民政府', 'zh-CN': '柳镇人民政府' },
    packId: 'cn-2022',
    timeZone: 'Asia/Shanghai',
    demo: false,
  })
  await inSnapshot(office.pool, office.tenant.id, async tx => {
    const { units, officers } = await readOrganisation(tx)
    expect([...units.values()].map(unit => [unit.parentId, unit.intake, unit.functions])).toEqual(
      expect.arrayContaining([
        [null, true, []],
        [null, false, ['oversight']],
      ]),
    )
    const [officer] = officers.values()
    expect(officer?.grants.map(grant => grant.role)).toContain('supervisor')
    const calendars = await tx.all(q.selectFrom('calendars').select(['id', 'version']))
    expect(calendars).toMatchObject([{ id: 'cn' }])
    const events = await tx.all(q.selectFrom('events').select('type').orderBy('seq'))
    expect(events.map(event => event.type)).toEqual([
      'org.founded',
      'org.unit-added',
      'org.unit-added',
      'org.calendar-published',
      'org.staff-added',
      ...Array(6).fill('org.role-granted'),
      'identity.password-set',
    ])
  })
})

const elsewhere = {
  name: { en: 'Hill District', 'zh-CN': '山区' },
  language: 'en' as const,
  timeZone: 'Europe/London',
  packId: 'generic',
  administrator: { name: 'Sam', email: 'sam@example.org', password, handlesCases: false },
}

test('a second tenant is founded only for a host of its own', async () => {
  await expect(foundTenant(parts, elsewhere)).rejects.toThrow('setup.done-already')
  const office = await foundTenant(parts, { ...elsewhere, host: 'hill.example' })
  expect(office.tenant.name.en).toBe('Hill District')
  await expect(foundTenant(parts, { ...elsewhere, host: 'hill.example' })).rejects.toThrow('done-already')
})

test('set-up that was cut short by a crash is finished by the next try', async () => {
  const cut = { ...elsewhere, host: 'cut.example' }
  const tenant = {
    streamId: v7(),
    name: cut.name,
    language: cut.language,
    timeZone: cut.timeZone,
    packId: 'generic',
    packVersion: 1,
    demo: false,
  }
  const row = { ...tenant, host: cut.host, createdAt: systemClock.now() }
  const id = await insertTenant(database.owner, row, one => createTenantKey(parts.rootKey, one).wrapped)
  const office = await foundTenant(parts, cut)
  expect(office.tenant.id).toBe(id)
  const { officers, units } = await inSnapshot(office.pool, id, readOrganisation)
  expect([officers.size, units.size]).toEqual([1, 2])
  await expect(foundTenant(parts, cut)).rejects.toThrow('done-already')
})

test('two who set up at once found one tenant', async () => {
  const both = await Promise.allSettled([
    foundTenant(parts, { ...elsewhere, host: 'lake.example' }),
    foundTenant(parts, { ...elsewhere, host: 'lake.example' }),
  ])
  expect(both.map(one => one.status).sort()).toEqual(['fulfilled', 'rejected'])
})
