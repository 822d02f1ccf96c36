import { beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type StaffSite, staffSite } from '../../test/support/staff.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { findCaller, listTokens } from './reads.ts'

const database = await testDatabase()
const home = '/organisation/tokens'
let site: StaffSite
beforeAll(async () => {
  site = await staffSite(database)
})

const tokens = () => inSnapshot(site.parts.pool, site.office.tenant.id, listTokens)

async function made(name: string): Promise<string> {
  const admin = await site.as('administrator')
  const page = await admin.post(home, { name, scopes: 'open311' })
  expect(page.statusCode).toBe(200)
  return /ans_[0-9a-z]+/.exec(page.body)?.[0] ?? ''
}

test('an administrator makes a token, sees it once, and it lets a program in', async () => {
  const token = await made('Phone app')
  expect(await findCaller(site.office, token)).toMatchObject({ name: 'Phone app', scopes: ['open311'] })
  const list = await (await site.as('administrator')).get(home)
  expect(list.body).toContain('Phone app')
  expect(list.body).not.toContain(token)
})

test('what is revoked lets nobody in from then on', async () => {
  const token = await made('Kiosk')
  const id = (await tokens()).find(one => one.name === 'Kiosk')?.id
  const admin = await site.as('administrator')
  expect((await admin.post(`${home}/${id}/revoke`)).headers.location).toBe(`${home}?done=revoked`)
  expect(await findCaller(site.office, token)).toBeUndefined()
  expect((await admin.post(`${home}/${id}/revoke`)).headers.location).toBe(`${home}?done=revoked`)
})

test('a page that is loaded again makes no second token, and shows none', async () => {
  const admin = await site.as('administrator')
  const [, id = ''] = /name="id" value="([^"]+)"/.exec((await admin.get(home)).body) ?? []
  const form = { name: 'Once', scopes: 'open311', id }
  expect((await admin.post(home, form)).body).toContain('ans_')
  const again = await admin.post(home, form)
  expect([again.statusCode, again.body.includes('was made a moment ago')]).toEqual([422, true])
  expect(again.body).not.toContain('ans_')
  expect((await tokens()).filter(one => one.name === 'Once')).toHaveLength(1)
})

test('everything that is wrong is said at once', async () => {
  const page = await (await site.as('administrator')).post(home, { name: ' ' })
  expect(page.body).toContain('href="#name"')
  expect(page.body).toContain('href="#scopes"')
})

test('no token that acts for somebody is made on the page', async () => {
  const admin = await site.as('administrator')
  const before = (await tokens()).length
  const page = await admin.post(home, {
    name: 'Reader',
    scopes: ['cases:read', 'admin'],
    staffId: site.office.staff.lead,
  })
  expect(page.statusCode).toBe(422)
  expect(page.body).toContain('value="Reader"')
  expect(await tokens()).toHaveLength(before)
})

test('the page is for administrators of this office alone', async () => {
  await made('Here')
  const id = (await tokens()).find(one => one.name === 'Here')?.id
  const supervisor = await site.as('supervisor')
  expect((await supervisor.get(home)).statusCode).toBe(403)
  expect((await supervisor.post(home, { name: 'x', scopes: 'open311' })).statusCode).toBe(403)
  expect((await supervisor.post(`${home}/${id}/revoke`)).statusCode).toBe(403)
  const other = await site.elsewhere('administrator')
  expect((await other.get(home)).body).not.toContain('Here')
  expect((await other.post(`${home}/${id}/revoke`)).statusCode).toBe(404)
  expect((await site.app.inject({ url: home })).statusCode).toBe(303)
})
