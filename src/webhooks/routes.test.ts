import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type StaffSite, staffSite } from '../../test/support/staff.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { removeEndpoint } from './actions/endpoints.ts'
import { listDeliveries, listEndpoints } from './reads.ts'

const database = await testDatabase()
const home = '/organisation/webhooks'
let site: StaffSite
beforeAll(async () => {
  site = await staffSite(database)
})

const endpoints = () => inSnapshot(site.parts.pool, site.office.tenant.id, listEndpoints)
const log = (id: string) =>
  inSnapshot(site.parts.pool, site.office.tenant.id, tx => listDeliveries(tx, id, 100))

async function added(url = 'https://hooks.example.org/in'): Promise<string> {
  const admin = await site.as('administrator')
  const page = await admin.post(home, { url, types: ['case.filed', 'case.closed'] })
  expect(page.statusCode).toBe(200)
  expect(page.body).toMatch(/<code>whsec_[A-Za-z0-9+/]{43}=<\/code>/)
  return (await endpoints()).find(one => one.url === url)?.id ?? ''
}

test('an administrator adds an address, sees its secret once, and finds it in the list', async () => {
  const id = await added()
  const admin = await site.as('administrator')
  const list = await admin.get(home)
  expect(list.body).toContain('https://hooks.example.org/in')
  expect(list.body).not.toContain('whsec_')
  const page = await admin.get(`${home}/${id}`)
  expect(page.body).toContain('Nothing has been sent yet')
  expect(page.body).not.toContain('whsec_')
})

test('the page speaks Chinese too', async () => {
  const admin = await site.as('administrator')
  const page = await admin.get(home, {
    'accept-language': 'zh-CN',
    cookie: [...admin.cookies].map(c => c.join('=')).join('; '),
  })
  expect(page.body).toMatch(/事件推送|Webhooks/)
})

test('a mistake is said beside its field, and what was typed stays', async () => {
  const admin = await site.as('administrator')
  const page = await admin.post(home, { url: 'http://10.0.0.1/x', types: 'case.filed' })
  expect(page.statusCode).toBe(422)
  expect(page.body).toContain('value="http://10.0.0.1/x"')
  expect(page.body).toContain('begins with https://')
})

test('what an address is told of is changed, and shown as it stands', async () => {
  const id = await added('https://hooks.example.org/types')
  const admin = await site.as('administrator')
  const ticked = async () =>
    [...(await admin.get(`${home}/${id}`)).body.matchAll(/value="(case[.][\w.]+)" checked/g)].map(
      ([, one]) => one,
    )
  expect(await ticked()).toEqual(['case.filed', 'case.closed'])
  const answer = await admin.post(`${home}/${id}`, { types: 'case.closed' })
  expect(answer.headers.location).toBe(`${home}/${id}?done=saved`)
  expect(await ticked()).toEqual(['case.closed'])
  const wrong = await admin.post(`${home}/${id}`, { types: 'case.invented' })
  expect([wrong.statusCode, wrong.body.includes('href="#types"')]).toEqual([422, true])
})

test('a page that is loaded again does not change the secret a second time', async () => {
  const id = await added('https://hooks.example.org/rotate')
  const admin = await site.as('administrator')
  const [, earlier] = /name="earlier" value="([^"]*)"/.exec((await admin.get(`${home}/${id}`)).body) ?? []
  expect((await admin.post(`${home}/${id}/rotate`, { earlier: earlier ?? '?' })).statusCode).toBe(200)
  expect((await admin.post(`${home}/${id}/rotate`, { earlier: earlier ?? '?' })).statusCode).toBe(409)
})

test('a test event is put on its way, shown in the log and sent again', async () => {
  const id = await added('https://hooks.example.org/test')
  const admin = await site.as('administrator')
  expect((await admin.post(`${home}/${id}/test`)).headers.location).toBe(`${home}/${id}?done=tested`)
  const [delivery] = await log(id)
  const message = delivery?.messageId ?? ''
  expect((await admin.get(`${home}/${id}?done=tested`)).body).toContain(message)
  expect((await admin.post(`${home}/${id}/replay`, { message })).statusCode).toBe(303)
  const days = (since: string, until: string) => {
    const form: Record<string, string> = {}
    for (const [name, date] of [
      ['since', since],
      ['until', until],
    ] as const)
      for (const [n, part] of ['year', 'month', 'day'].entries())
        form[`${name}-${part}`] = date.split('-')[n] ?? ''
    return form
  }
  expect((await admin.post(`${home}/${id}/replay-days`, days('2026-03-01', '2026-03-02'))).statusCode).toBe(
    303,
  )
  const nothing = await admin.post(`${home}/${id}/replay-days`, {
    ...days('2026-03-01', '2026-03-02'),
    failed: 'yes',
  })
  expect(nothing.statusCode).toBe(422)
  expect(nothing.body).toContain('nothing to send again')
  const wrong = await admin.post(`${home}/${id}/replay-days`, days('2026-03-02', '2026-03-01'))
  expect(wrong.body).toContain('The last day comes before the first')
  const missing = await admin.post(`${home}/${id}/replay-days`, { 'since-day': '31', 'since-month': '2' })
  expect([
    missing.statusCode,
    missing.body.includes('First day: '),
    missing.body.includes('Last day: '),
  ]).toEqual([422, true, true])
  // There is no page at the address that was posted to; the language switch leads to the one it was posted from.
  expect(missing.body).toContain(`href="${home}/${id}?lang=zh-CN"`)
})

test('an address is disabled, enabled, given a new secret and removed', async () => {
  const id = await added('https://hooks.example.org/steps')
  const admin = await site.as('administrator')
  await admin.post(`${home}/${id}/test`)
  expect((await admin.post(`${home}/${id}/disable`)).statusCode).toBe(303)
  expect(await log(id)).toMatchObject([{ status: 'failed' }])
  expect((await admin.post(`${home}/${id}/test`)).statusCode).toBe(409)
  expect((await admin.get(`${home}/${id}`)).body).toContain('by an administrator')
  expect((await admin.post(`${home}/${id}/enable`)).statusCode).toBe(303)
  expect((await admin.post(`${home}/${id}/rotate`)).body).toContain('whsec_')
  expect((await admin.get(`${home}/${id}`)).body).toContain('signs as well until')
  expect((await admin.post(`${home}/${id}/remove`)).headers.location).toBe(`${home}?done=removed`)
  expect((await admin.get(`${home}/${id}`)).statusCode).toBe(404)
  const { rows } = await database.owner.query(
    `select type, data from events where tenant_id = $1 and data->>'endpointId' = $2 order by seq`,
    [site.office.tenant.id, id],
  )
  expect(rows.map(row => row.type)).toEqual([
    'webhooks.endpoint-added',
    'webhooks.tested',
    'webhooks.endpoint-disabled',
    'webhooks.endpoint-enabled',
    'webhooks.secret-rotated',
    'webhooks.endpoint-removed',
  ])
})

describe('nobody else', () => {
  const paths = (id: string) => [
    ['GET', home],
    ['POST', home],
    ['GET', `${home}/${id}`],
    ...['test', 'rotate', 'disable', 'enable', 'remove', 'replay', 'replay-days'].map(step => [
      'POST',
      `${home}/${id}/${step}`,
    ]),
  ]

  test.each(['lead', 'supervisor', 'auditor'] as const)('not the %s', async role => {
    const id = await added(`https://hooks.example.org/${role}`)
    const other = await site.as(role)
    for (const [method, path = ''] of paths(id))
      expect((await (method === 'GET' ? other.get(path) : other.post(path))).statusCode, path).toBe(403)
    await removeEndpoint(site.office, 'set-up', id)
  })

  test('not the administrator of another town', async () => {
    const id = await added('https://hooks.example.org/other')
    const other = await site.elsewhere('administrator')
    for (const [method, path = ''] of paths(id).slice(2))
      expect((await (method === 'GET' ? other.get(path) : other.post(path))).statusCode, path).toBe(404)
  })
})
