import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { open311Client, open311Key, parseXml } from '../../test/support/open311.ts'
import { findCase } from '../cases/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'

const database = await testDatabase()
const office = await testOffice(database, { start: '2026-03-02T01:00:00.123Z' })
const { app } = await testApp(database, office.clock)
const client = open311Client(app)
const picture = readFileSync(new URL('../demo/material/pothole.jpg', import.meta.url))
let api_key = ''
beforeAll(async () => {
  api_key = await open311Key(office)
})

const hole = { service_code: 'road-damage', lat: '31.2304', long: '121.4737', description: 'A deep hole.' }
const file = async (more: Record<string, string> | [string, string][] = {}, headers = {}) => {
  const pairs = Array.isArray(more) ? more : Object.entries(more)
  const replaced = new Set(pairs.map(([name]) => name))
  const base = Object.entries({ api_key, ...hole }).filter(([name]) => !replaced.has(name))
  return client.post('requests.json', [...base, ...pairs], headers)
}
const numberOf = (body: string): string => JSON.parse(body)[0].service_request_id

async function recordOf(number: string) {
  const { rows } = await database.owner.query('select id from cases where number = $1', [number])
  const record = await inSnapshot(office.pool, office.tenant.id, tx => findCase(office, tx, rows[0].id))
  if (!record) throw new Error('no such case')
  return record
}
const saidIn = async (number: string) => (await recordOf(number)).events[0]?.text as Record<string, unknown>

describe('a request', () => {
  test('is filed at once, and answered with its number, the day of its answer and the receipt', async () => {
    const answer = await file()
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    const [{ service_request_id: number, service_notice: notice, account_id, ...rest }] = answer.json()
    expect(number).toMatch(/^2026-\d{6}-\d$/)
    expect(account_id).toBeNull()
    expect(rest).toEqual({})
    expect(notice).toContain(number)
    expect(notice).toMatch(/\d{4} \d{4} \d{4} \d{4}/)
    expect(notice).toContain('http://localhost/follow')
    const { state } = await recordOf(number)
    expect(state).toMatchObject({
      channel: 'open311',
      protection: 'anonymous',
      category: 'road-damage',
      kind: 'grievance',
      unitId: office.units.roads,
      leadId: office.staff['unit-head'],
    })
    expect(state.obligations.map(one => one.kind)).toContain('answer')
    expect(await saidIn(number)).toMatchObject({
      what: 'A deep hole.',
      place: { address: '', pin: { latitude: 31.2304, longitude: 121.4737 } },
    })
  })

  test('with a name, an e-mail address or a phone is filed by a person, whom no table and no event shows', async () => {
    const person = {
      first_name: 'Zyxomma',
      last_name: 'Petiolatum',
      email: 'zyxomma@markers.example',
      phone: '555 0190',
    }
    const number = numberOf((await file(person)).body)
    const { state } = await recordOf(number)
    expect(state).toMatchObject({ protection: 'named', contact: true })
    const { rows } = await database.owner.query(`
      select (select string_agg(to_jsonb(e)::text, ' ') from events e) || (select string_agg(to_jsonb(c)::text, ' ') from cases c)
        || (select string_agg(to_jsonb(o)::text, ' ') from open311_requests o) as everything`)
    for (const word of ['Zyxomma', 'Petiolatum', 'markers.example', '555 0190'])
      expect(rows[0].everything).not.toContain(word)
  })

  test('keeps no device and no account: they would link what one person files', async () => {
    const said = await saidIn(numberOf((await file({ device_id: 'device-7', account_id: 'account-9' })).body))
    expect(JSON.stringify(said)).not.toMatch(/device-7|account-9/)
  })

  test('may say where by an address, by the address’s id, or by both', async () => {
    const where = async (place: Record<string, string>) =>
      (await saidIn(numberOf((await file({ lat: '', long: '', ...place })).body))).place
    expect(await where({ address_string: '12 Willow Street, East Village' })).toEqual({
      address: '12 Willow Street, East Village',
    })
    expect(await where({ address_id: '545483' })).toEqual({ address: '[545483]' })
    expect(await where({ address_string: '12 Willow Street', address_id: '5' })).toEqual({
      address: '12 Willow Street [5]',
    })
    // The sender reads back what it sent, each in its own field.
    for (const sent of [{ address_string: '12 Willow Street', address_id: '5' }, { address_id: '5' }]) {
      const number = numberOf((await file({ lat: '', long: '', ...sent })).body)
      const [told] = (await client.get(`requests/${number}.json?api_key=${api_key}`)).json()
      expect(told).toMatchObject({ address: sent.address_string ?? null, address_id: '5' })
    }
  })

  test('answers its service’s questions, one or several values each; other attributes stay as text', async () => {
    const number = numberOf(
      (
        await file([
          ['service_code', 'noise'],
          ['attribute[when][]', 'night'],
          ['attribute[when][]', 'day'],
          ['attribute[easting]', '53421'],
        ])
      ).body,
    )
    const said = await saidIn(number)
    expect(said.answers).toEqual({ when: ['night', 'day'] })
    expect(said.what).toBe('A deep hole.\neasting: 53421')
    const single = await saidIn(numberOf((await file({ 'attribute[size]': 'wheel' })).body))
    expect(single.answers).toEqual({ size: ['wheel'] })
  })

  test('carries every link and every file, whatever the part is called', async () => {
    const links = await file([
      ['media_url', 'https://example.org/1.jpg'],
      ['media_url', 'https://example.org/2.jpg'],
    ])
    expect((await saidIn(numberOf(links.body))).what).toBe(
      'A deep hole.\nmedia_url: https://example.org/1.jpg\nmedia_url: https://example.org/2.jpg',
    )
    const sent = await client.postParts('requests.xml', [
      ...Object.entries({ api_key, ...hole }).map(([name, value]) => ({ name, value })),
      { name: 'media', filename: 'a.jpg', content: picture },
      { name: 'photo2', filename: 'b.jpg', content: picture },
    ])
    expect(sent.statusCode, sent.body).toBe(200)
    const { node } = parseXml(sent.body)
    const [request] = node.request as Record<string, string>[]
    const { events } = await recordOf(request?.service_request_id ?? '')
    const files = events.filter(event => event.type === 'document.added')
    expect(files.map(event => event.data.mediaType)).toEqual(['image/jpeg', 'image/jpeg'])
  })

  test('goes to the unit of its place, and a complaint about conduct to none that it may be about', async () => {
    const conduct = await recordOf(numberOf((await file({ service_code: 'staff-conduct' })).body))
    expect(conduct.state.unitId).toBe(office.units.oversight)
    expect(conduct.state.aboutUnits).toEqual([office.units.root])
    const retaliation = await recordOf(numberOf((await file({ service_code: 'retaliation' })).body))
    expect(retaliation.state).toMatchObject({ retaliation: true, unitId: office.units.oversight })
  })

  test('in a form of another type is told how to send it', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/open311/v2/requests.xml',
      headers: { 'content-type': 'text/xml' },
      payload: '<request/>',
    })
    expect(answer.statusCode).toBe(400)
    expect(parseXml(answer.body).root).toBe('errors')
  })

  test('is taken as JSON too', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/open311/v2/requests.json',
      payload: { api_key, ...hole, lat: 31.2, long: 121.4, attribute: { ignored: true } },
    })
    expect(answer.statusCode, answer.body).toBe(200)
  })
})

describe('a request sent twice under one reference of its sender', () => {
  test.each([
    ['header', (name: string) => [{}, { 'idempotency-key': name }] as const],
    ['field', (name: string) => [{ idempotency_key: name }, {}] as const],
    ['id of FixMyStreet', (name: string) => [{ service_request_id_ext: name }, {}] as const],
  ])('files one case and shows one receipt: %s', async (name, how) => {
    const [fields, headers] = how(`once ${name}`)
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => file(fields, headers)))
    const again = await file(fields, headers)
    for (const answer of [...others, again]) expect(answer.json()).toEqual(first?.json())
    const token = encodeURIComponent(`once ${name}`)
    const found = await client.get(`tokens/${token}.json?api_key=${api_key}`)
    expect(found.json()).toEqual([
      { service_request_id: first?.json()[0].service_request_id, token: `once ${name}` },
    ])
  })

  test('is another case under another key, and without a reference', async () => {
    const [first] = (await file({}, { 'idempotency-key': 'mine' })).json()
    const [second] = (await file({ api_key: await open311Key(office) }, { 'idempotency-key': 'mine' })).json()
    const [third] = (await file()).json()
    const [fourth] = (await file()).json()
    expect(new Set([first, second, third, fourth].map(one => one.service_request_id)).size).toBe(4)
  })

  test('leaves no second set of files', async () => {
    const parts = [
      ...Object.entries({ api_key, ...hole, idempotency_key: 'with file' }).map(([name, value]) => ({
        name,
        value,
      })),
      { name: 'media', filename: 'a.jpg', content: picture },
    ]
    const first = await client.postParts('requests.json', parts)
    const second = await client.postParts('requests.json', parts)
    expect(second.json()).toEqual(first.json())
    const { events } = await recordOf(numberOf(first.body))
    expect(events.filter(event => event.type === 'document.added')).toHaveLength(1)
  })

  test('its token is nobody else’s', async () => {
    const mine = await file({}, { 'idempotency-key': 'secret token' })
    expect(mine.statusCode).toBe(200)
    expect((await client.get('tokens/secret%20token.json')).statusCode).toBe(404)
    const theirs = await open311Key(office)
    expect((await client.get(`tokens/secret%20token.json?api_key=${theirs}`)).statusCode).toBe(404)
    expect((await client.get(`tokens/none.json?api_key=${api_key}`)).statusCode).toBe(404)
  })
})

describe('what cannot be filed', () => {
  const refusals: [string, Record<string, string>, number, string[]][] = [
    ['no service', { service_code: '' }, 400, ['service_code']],
    ['a service that there is not', { service_code: 'mobsters' }, 404, ['service_code']],
    ['a group, which is no service', { service_code: 'streets' }, 404, ['service_code']],
    ['no place', { lat: '', long: '' }, 400, ['lat']],
    ['half a place', { long: '' }, 400, ['lat']],
    ['a place beyond the poles', { lat: '91', long: 'east' }, 400, ['lat', 'long']],
    ['no e-mail address', { email: 'robin' }, 400, ['email']],
    ['too much', { description: 'x'.repeat(5001) }, 400, ['description']],
    ['an answer that is none', { 'attribute[size]': 'huge' }, 400, ['attribute[size]']],
    [
      'two answers where one is asked',
      { 'attribute[size]': 'wheel', 'attribute[size][]': 'hand' },
      400,
      ['size'],
    ],
    ['several faults at once', { email: 'x', lat: '', long: '' }, 400, ['lat', 'email']],
    ['another jurisdiction', { jurisdiction_id: 'elsewhere.example' }, 404, ['jurisdiction_id']],
  ]
  test.each(refusals)('%s', async (_name, fields, status, words) => {
    const before = await database.owner.query('select count(*) from cases')
    const json = await file(fields)
    expect(json.statusCode, json.body).toBe(status)
    const errors = json.json() as { code: number; description: string }[]
    expect(errors.map(error => error.code)).toEqual(errors.map(() => status))
    for (const word of words) expect(errors.some(error => error.description.includes(word))).toBe(true)
    const xml = await client.post('requests.xml', { api_key, ...hole, ...fields })
    expect(xml.statusCode).toBe(status)
    const { root, node } = parseXml(xml.body)
    expect(root).toBe('errors')
    expect(node.error).toEqual(
      errors.map(error => ({ code: String(error.code), description: error.description })),
    )
    expect((await database.owner.query('select count(*) from cases')).rows).toEqual(before.rows)
  })

  test('by whom: without a key, with a wrong, revoked or other one', async () => {
    const others = ['', 'xyz', await open311Key(office, { scopes: ['residents'] })]
    for (const other of others) {
      const answer = await file({ api_key: other })
      expect(answer.statusCode, answer.body).toBe(403)
      expect(answer.json()[0]).toMatchObject({ code: 403 })
    }
    expect((await client.post('requests.xml', hole)).statusCode).toBe(403)
  })

  test('a file that is none, and then nothing of it stays', async () => {
    const answer = await client.postParts('requests.json', [
      ...Object.entries({ api_key, ...hole }).map(([name, value]) => ({ name, value })),
      { name: 'media', filename: 'virus.exe', content: Buffer.from('MZ no picture at all') },
    ])
    expect(answer.statusCode).toBe(400)
    expect(answer.json()[0].description).toContain('virus.exe')
  })

  test('too often with one key', async () => {
    const few = await open311Key(office, { limitPerMinute: 2 })
    const statuses = []
    for (let n = 0; n < 3; n++) statuses.push((await file({ api_key: few })).statusCode)
    expect(statuses).toEqual([200, 200, 429])
    expect((await file({ api_key: few })).headers['retry-after']).toMatch(/^\d+$/)
  })
})

describe('the key', () => {
  test('may come in the form, in the address or as a bearer token', async () => {
    const { api_key: _, ...rest } = { api_key, ...hole }
    expect((await client.post(`requests.json?api_key=${api_key}`, rest)).statusCode).toBe(200)
    const bearer = { authorization: `Bearer ${api_key}` }
    expect((await client.post('requests.json', rest, bearer)).statusCode).toBe(200)
  })
})

describe('other sites’ scripts', () => {
  test('may ask and file: the browser is told so beforehand and in the answer', async () => {
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/open311/v2/requests.json',
      headers: { origin: 'https://map.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.statusCode).toBe(204)
    expect(preflight.headers['access-control-allow-origin']).toBe('*')
    expect(preflight.headers['access-control-allow-methods']).toContain('POST')
    const answer = await file({}, { origin: 'https://map.example', 'sec-fetch-site': 'cross-site' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(
      (await file({ api_key: '' }, { origin: 'https://map.example' })).headers['access-control-allow-origin'],
    ).toBe('*')
  })

  test('still may not send a form of ours', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/raise/send',
      headers: { origin: 'https://map.example', 'sec-fetch-site': 'cross-site' },
    })
    expect(answer.statusCode).toBe(403)
  })
})
