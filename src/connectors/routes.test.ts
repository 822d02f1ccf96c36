import { beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type ForeignServer, foreignServer } from '../../test/support/foreign-server.ts'
import { type StaffSite, staffSite } from '../../test/support/staff.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { changeConnection, removeConnection } from './actions/connections.ts'
import { findConnection, listConnections } from './reads.ts'

const database = await testDatabase()
const home = '/organisation/connections'
let site: StaffSite
let foreign: ForeignServer
beforeAll(async () => {
  const env = { BASE_URL: 'https://town.example.org', WEBHOOK_ALLOW_PRIVATE: '127.0.0.0/8' }
  site = await staffSite(database, { env })
  foreign = await foreignServer()
})

const find = (id: string) => inSnapshot(site.parts.pool, site.office.tenant.id, tx => findConnection(tx, id))

async function added(name: string): Promise<string> {
  for (const one of await inSnapshot(site.parts.pool, site.office.tenant.id, listConnections))
    await removeConnection(site.office, 'set-up', one.id)
  const admin = await site.as('administrator')
  const form = { name, direction: 'to', url: foreign.endpoint, apiKey: 'their-key' }
  const answer = await admin.post(home, form)
  expect(answer.statusCode).toBe(303)
  return /connections[/]([\w-]+)[/]services/.exec(String(answer.headers.location))?.[1] ?? ''
}

test('an administrator adds a connection, and chooses among the services of the other side', async () => {
  const id = await added('County')
  const admin = await site.as('administrator')
  const choices = await admin.get(`${home}/${id}/services?done=added`)
  expect(choices.body).toContain('Streets: Pothole (pothole)')
  expect(choices.body).toContain('name="pair-road-damage"')
  expect(
    (await admin.post(`${home}/${id}/services`, { 'pair-road-damage': 'pothole', 'pair-noise': '' }))
      .statusCode,
  ).toBe(303)
  expect((await find(id))?.services).toEqual([{ category: 'road-damage', service: 'pothole' }])
  const page = await admin.get(`${home}/${id}`)
  expect(page.body).toContain('Nothing has been copied yet')
  expect(page.body).not.toContain('their-key')
  expect((await admin.get(home)).body).toContain('County')
})

test('services that both sides call the same are chosen by one step, and copied once that is saved', async () => {
  foreign.services.push({ service_code: 'noise', service_name: 'Noise', group: '', metadata: false })
  const id = await added('County')
  const admin = await site.as('administrator')
  expect((await admin.get(`${home}/${id}/services`)).body).toContain('href="?same=1"')
  const page = (await admin.get(`${home}/${id}/services?same=1`)).body
  expect([...page.matchAll(/<option value="([^"]+)" selected/g)].map(([, code]) => code)).toEqual(['noise'])
  expect((await find(id))?.services).toEqual([])
  foreign.services.pop()
})

test('what is never sent is not offered, and what the other side no longer has is not lost unseen', async () => {
  const id = await added('County')
  const admin = await site.as('administrator')
  expect((await admin.get(`${home}/${id}/services`)).body).not.toContain('pair-retaliation')
  await changeConnection(site.office, 'set-up', id, { services: [{ category: 'noise', service: 'gone' }] })
  const page = (await admin.get(`${home}/${id}/services`)).body
  expect(page).toContain('<option value="gone" selected>gone – not there any more</option>')
})

test('the page speaks Chinese too', async () => {
  const id = await added('County')
  const admin = await site.as('administrator')
  const headers = {
    'accept-language': 'zh-CN',
    cookie: [...admin.cookies].map(one => one.join('=')).join('; '),
  }
  for (const path of [home, `${home}/${id}`, `${home}/${id}/services`])
    expect((await admin.get(path, headers)).body).toContain('服务器互联')
})

test('a mistake is said beside its field, what was typed stays, and a key is never sent back', async () => {
  const admin = await site.as('administrator')
  const form = { name: 'X', direction: 'to', url: 'http://10.0.0.1/v2', apiKey: 'secret-key' }
  const page = await admin.post(home, form)
  expect(page.statusCode).toBe(422)
  expect(page.body).toContain('value="http://10.0.0.1/v2"')
  expect(page.body).toContain('not on the public internet')
  expect(page.body).not.toContain('secret-key')
  expect((await admin.post(home, {})).statusCode).toBe(422)
})

test('where the other side cannot be asked, the codes can be written', async () => {
  const id = await added('County')
  const admin = await site.as('administrator')
  foreign.instead = { status: 503 }
  const page = await admin.get(`${home}/${id}/services`)
  expect(page.body).toContain('HTTP status 503')
  expect(page.body).toContain('<textarea')
  const wrong = await admin.post(`${home}/${id}/services`, { services: 'road-damage' })
  expect([wrong.statusCode, wrong.body.includes('road-damage is no pair')]).toEqual([422, true])
  const unknown = await admin.post(`${home}/${id}/services`, { services: 'nothing=x' })
  expect(unknown.body).toContain('There is no category nothing')
  expect((await admin.post(`${home}/${id}/services`, { services: 'noise=lamp' })).statusCode).toBe(303)
  foreign.instead = undefined
})

test('it is changed, run, paused, resumed and removed, each on the record', async () => {
  const id = await added('County')
  const admin = await site.as('administrator')
  const change = { name: 'The county', jurisdiction: 'j', apiKey: '', everyMinutes: '5' }
  expect((await admin.post(`${home}/${id}`, change)).statusCode).toBe(303)
  expect(await find(id)).toMatchObject({ name: 'The county', jurisdiction: 'j', hasKey: true })
  expect((await admin.post(`${home}/${id}`, { ...change, everyMinutes: 'often' })).statusCode).toBe(422)
  for (const step of ['run', 'pause', 'resume', 'retry'])
    expect((await admin.post(`${home}/${id}/${step}`)).statusCode, step).toBe(303)
  expect((await admin.post(`${home}/${id}/resume`)).statusCode).toBe(409)
  expect((await admin.post(`${home}/${id}/remove`)).headers.location).toBe(`${home}?done=removed`)
  expect((await admin.get(`${home}/${id}`)).statusCode).toBe(404)
  const { rows } = await database.owner.query(
    `select type from events where data->>'connectionId' = $1 order by seq`,
    [id],
  )
  expect(rows.map(row => row.type)).toEqual(
    ['added', 'changed', 'paused', 'resumed', 'retried', 'removed'].map(what => `connectors.${what}`),
  )
})

describe('nobody else', () => {
  const paths = (id: string) => [
    ['GET', home],
    ['POST', home],
    ['GET', `${home}/${id}`],
    ['POST', `${home}/${id}`],
    ['GET', `${home}/${id}/services`],
    ...['services', 'run', 'pause', 'resume', 'retry', 'remove'].map(step => [
      'POST',
      `${home}/${id}/${step}`,
    ]),
  ]
  const change = { name: 'Mine', jurisdiction: '', apiKey: '', everyMinutes: '5' }

  test.each(['lead', 'supervisor', 'auditor'] as const)('not the %s', async role => {
    const id = await added('County')
    const other = await site.as(role)
    for (const [method, path = ''] of paths(id))
      expect((await (method === 'GET' ? other.get(path) : other.post(path))).statusCode, path).toBe(403)
  })

  test('not the administrator of another town', async () => {
    const id = await added('County')
    const other = await site.elsewhere('administrator')
    for (const [method, path = ''] of paths(id).slice(2))
      expect((await (method === 'GET' ? other.get(path) : other.post(path, change))).statusCode, path).toBe(
        404,
      )
  })
})
