import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { open311Client, open311Key, parseXml } from '../../test/support/open311.ts'
import { agree, withdraw } from '../cases/actions/resident.ts'
import { acceptCase, answerCase } from '../cases/actions/staff.ts'
import type { Filing } from '../cases/rules/filing.ts'

const database = await testDatabase()
const office = await testOffice(database, { start: '2026-03-02T01:00:00.123Z' })
const other = await testOffice(database, { host: 'other.example', start: '2026-03-02T01:00:00.123Z' })
const { app } = await testApp(database, office.clock)
const client = open311Client(app)

const secret = 'Kestrel Lane 7, where the Abernathys live'
const person = { name: 'Quillon Abernathy', email: 'quillon@example.org', phone: '555 0190' }
const fileCase = async (changes: Partial<Filing> = {}) =>
  (await fileOne(office, { what: secret, place: { address: secret }, party: person, ...changes })).number
const about = (changes: Partial<Filing['about']>) => ({
  about: { units: [], staff: [], named: '', retaliation: false, ...changes },
})

const numbers: Record<string, string> = {}
const keys: Record<string, string> = {}
beforeAll(async () => {
  keys.app = await open311Key(office)
  keys.other = await open311Key(office)
  keys.officer = await open311Key(office, {
    scopes: ['open311', 'cases:read'],
    staffId: office.staff['case-officer'],
  })
  keys.desk = await open311Key(office, {
    scopes: ['open311', 'cases:read'],
    staffId: office.staff.administrator,
  })
  numbers.named = await fileCase()
  numbers.protected = await fileCase({ protection: 'protected' })
  numbers.nobody = await fileCase({ protection: 'anonymous', party: undefined })
  numbers.unit = await fileCase(about({ units: [office.units.roads] }))
  numbers.official = await fileCase(about({ staff: [office.staff.lead] }))
  numbers.retaliation = await fileCase(about({ retaliation: true }))
  const sent = await client.post('requests.json', {
    api_key: keys.app,
    service_code: 'street-light',
    address_string: secret,
    lat: '31.23',
    long: '121.47',
    description: `Dark at ${secret}`,
    media_url: 'https://example.org/1.jpg',
    email: person.email,
    last_name: 'Abernathy',
  })
  numbers.sent = sent.json()[0].service_request_id
})

const one = async (number: string | undefined, key?: string) => {
  const answer = await client.get(`requests/${number}.json${key ? `?api_key=${key}` : ''}`)
  expect(answer.statusCode, answer.body).toBe(200)
  expect(answer.json()).toHaveLength(1)
  return answer.json()[0]
}
const listed = async (query = '') => {
  const answer = await client.get(`requests.json${query}`)
  expect(answer.statusCode, answer.body).toBe(200)
  return answer
    .json()
    .map((request: { service_request_id: string }) => request.service_request_id) as string[]
}

describe('a request, to the public', () => {
  test('is what it is about, where it stands, and the days, the unit and the times for a key, and no word of it', async () => {
    const open = {
      service_request_id: numbers.named,
      status: 'open',
      status_notes: 'Received. It has a responsible unit, which has still to take it in hand.',
      service_name: 'Damaged road or pavement',
      service_code: 'road-damage',
      description: null,
      agency_responsible: null,
      service_notice: null,
      requested_datetime: '2026-03-02T00:00:00+08:00',
      updated_datetime: '2026-03-02T00:00:00+08:00',
      expected_datetime: '2026-04-01T23:59:59+08:00',
      address: null,
      address_id: null,
      zipcode: null,
      media_url: null,
    }
    expect(await one(numbers.named)).toEqual(open)
    expect(await one(numbers.named, keys.other)).toEqual({
      ...open,
      agency_responsible: 'Roads Office',
      requested_datetime: '2026-03-02T09:00:00+08:00',
      updated_datetime: '2026-03-02T09:00:00+08:00',
    })
  })

  test('is a number and a status where it came from the records of another system; a key is told the rest', async () => {
    const number = await fileCase({ channel: 'import' })
    expect(await one(number)).toEqual({ service_request_id: number, status: 'open' })
    expect(await listed()).not.toContain(number)
    expect((await one(number, keys.other)).service_code).toBe('road-damage')
    expect(await listed(`?api_key=${keys.other}`)).toContain(number)
    const { state } = await fileOne(office, { channel: 'import' })
    await acceptCase(office, await actorOf(office, office.staff['unit-head']), { id: state.id })
    const updates = async (key = '') =>
      (
        await client.get(`servicerequestupdates.json?service_request_id=${state.number}&api_key=${key}`)
      ).json()
    expect(await updates()).toEqual([])
    expect(await updates(keys.other)).toHaveLength(1)
  })

  test('says the same in XML', async () => {
    const { root, node } = parseXml((await client.get(`requests/${numbers.named}.xml`)).body)
    expect(root).toBe('service_requests')
    const [request] = node.request as Record<string, unknown>[]
    const json = await one(numbers.named)
    expect(Object.keys(request ?? {})).toEqual(Object.keys(json))
    for (const [name, value] of Object.entries(json)) expect(request?.[name]).toBe(value ?? '')
  })

  test.each(['protected', 'nobody', 'unit', 'official', 'retaliation'])(
    'is a number and a status where it must not be known: %s',
    async which => {
      const known = { service_request_id: numbers[which], status: 'open' }
      expect(await one(numbers[which])).toEqual(known)
      for (const key of Object.values(keys)) expect(await one(numbers[which], key)).toEqual(known)
      // No list has it, so that nobody finds out by asking for a service or a day whether it is one of them.
      expect(await listed()).not.toContain(numbers[which])
      expect(await listed(`?service_code=road-damage&api_key=${keys.officer}`)).not.toContain(numbers[which])
      expect(await listed(`?service_request_id=${numbers[which]}`)).toEqual([numbers[which]])
    },
  )

  test('no answer of any kind has a word that was sealed', async () => {
    const paths = [
      'requests',
      `requests/${numbers.named}`,
      `requests/${numbers.sent}`,
      'servicerequestupdates',
    ]
    for (const path of paths)
      for (const format of ['xml', 'json'])
        for (const key of ['', keys.other]) {
          const { body } = await client.get(`${path}.${format}?api_key=${key}`)
          expect(body).not.toMatch(/Kestrel|Abernathy|quillon|0190|121\.47|1\.jpg/)
        }
  })

  test('is in the language that was asked for', async () => {
    const path = `requests/${numbers.named}.json?api_key=${keys.other}`
    const answer = await client.get(path, { 'accept-language': 'zh-CN' })
    expect(answer.json()[0]).toMatchObject({
      agency_responsible: '道路科',
      status_notes: expect.stringContaining('已收到'),
    })
  })
})

describe('what was said', () => {
  test('is for the key it was filed with', async () => {
    expect(await one(numbers.sent, keys.app)).toMatchObject({
      description: `Dark at ${secret}\nmedia_url: https://example.org/1.jpg`,
      address: secret,
      lat: 31.23,
      long: 121.47,
      media_url: 'https://example.org/1.jpg',
    })
    expect((await one(numbers.sent, keys.other)).description).toBeNull()
    expect((await one(numbers.named, keys.app)).description).toBeNull()
  })

  test('is for a member of staff who may read the case, and for nobody else on the staff', async () => {
    expect((await one(numbers.named, keys.officer)).description).toBe(secret)
    expect((await one(numbers.named, keys.desk)).description).toBeNull()
  })

  test('never is a name, an e-mail address or a phone, whoever asks', async () => {
    for (const key of Object.values(keys))
      for (const number of [numbers.named, numbers.sent]) {
        const { body } = await client.get(`requests/${number}.json?api_key=${key}`)
        expect(body).not.toMatch(/Quillon|quillon|0190/)
      }
  })

  test('needs a key that is good: a wrong one is refused and not ignored, an empty one is none', async () => {
    expect((await client.get('requests.json?api_key=xyz')).statusCode).toBe(403)
    expect((await client.get('requests.json?api_key=')).statusCode).toBe(200)
  })
})

describe('of several requests', () => {
  const filed: string[] = []
  let closed = ''
  beforeAll(async () => {
    const head = await actorOf(office, office.staff['unit-head'])
    for (const [day, category] of [
      ['2026-03-10T00:00:00.900Z', 'road-damage'],
      ['2026-03-11T00:00:00.000Z', 'noise'],
      ['2026-03-12T00:00:00.500Z', 'road-damage'],
      ['2026-03-13T00:00:00.000Z', 'noise'],
    ] as const) {
      office.clock.set(Temporal.Instant.from(day))
      const { number, caseId } = await fileOne(office, { category, kind: 'grievance' })
      filed.push(number)
      if (day.startsWith('2026-03-11')) {
        await withdraw(office, { id: caseId }, 'It is quiet now.')
        closed = number
      }
      if (day.startsWith('2026-03-12')) {
        office.clock.set(Temporal.Instant.from('2026-03-20T00:00:00Z'))
        await acceptCase(office, head, { id: caseId })
      }
    }
    office.clock.set(Temporal.Instant.from('2026-03-21T00:00:00Z'))
  })
  const [a, b, c, d] = [0, 1, 2, 3]
  const pick = (...which: number[]) => which.map(n => filed[n])

  test('the newest come first, and all of the last 90 days', async () => {
    expect((await listed()).slice(0, 4)).toEqual(pick(d, c, b, a))
    expect(await listed('?start_date=&end_date=&status=&service_code=')).toEqual(await listed())
  })

  test('are found by service, by status, and by both', async () => {
    expect((await listed('?service_code=noise')).slice(0, 2)).toEqual(pick(d, b))
    expect(await listed('?service_code=noise,road-damage&start_date=2026-03-09T00:00:00Z')).toEqual(
      pick(d, c, b, a),
    )
    expect(
      await listed('?service_code=noise&service_code=road-damage&start_date=2026-03-09T00:00:00Z'),
    ).toEqual(pick(d, c, b, a))
    expect(await listed('?status=closed')).toEqual([closed])
    expect(await listed('?status=open&service_code=noise')).toEqual(pick(d))
    // As Ruby, PHP and jQuery write a list.
    expect(await listed('?status[]=open&service_code[]=noise')).toEqual(pick(d))
    expect(await listed('?status=OPEN,closed&service_code=noise')).toEqual(pick(d, b))
    expect(await listed('?service_code=no-such-service')).toEqual([])
  })

  test('are found by day of filing, both ends in it, and by when something changed', async () => {
    expect(await listed('?start_date=2026-03-10T00:00:00Z&end_date=2026-03-12T00:00:00Z')).toEqual(
      pick(c, b, a),
    )
    // The public asks for whole days: what it is not told it cannot find out by asking again and again.
    const narrow = '?start_date=2026-03-10T08:00:01%2B08:00&end_date=2026-03-12T07:59:59 08:00'
    expect(await listed(narrow)).toEqual(pick(c, b, a))
    expect(await listed(`${narrow}&api_key=${keys.other}`)).toEqual(pick(b))
    expect(await listed('?end_date=2026-03-10T00:00:00Z&start_date=2026-03-09')).toEqual(pick(a))
    expect(await listed('?updated_after=2026-03-19T00:00:00Z')).toEqual(pick(c))
    expect(await listed('?updated_before=2026-03-10T13:00:00Z&updated_after=2026-03-10')).toEqual(pick(a))
  })

  test('are found by number, whatever else is said, and however it was typed', async () => {
    const [first = '', second = ''] = pick(a, b)
    const query = `?service_request_id=${first},${second.replaceAll('-', '')},2031-000001-4,x&status=closed&page=9`
    expect(await listed(query)).toEqual([second, first])
    expect(await listed(`?service_request_id=${first}&service_request_id=${second}`)).toEqual([second, first])
  })

  test('come in pages', async () => {
    const all = await listed()
    const pages = []
    for (let page = 1; page <= Math.ceil(all.length / 2) + 1; page++)
      pages.push(await listed(`?page_size=2&page=${page}`))
    expect(pages.at(-1)).toEqual([])
    expect(pages.flat()).toEqual(all)
    expect(await listed('?page_size=5000')).toEqual(all)
  })

  test('a span of more than 90 days, and what is no date, status or page, is refused with the name of it', async () => {
    for (const [query, word] of [
      ['start_date=2025-01-01T00:00:00Z&end_date=2026-03-01T00:00:00Z', 'end_date'],
      ['start_date=yesterday', 'start_date'],
      ['updated_after=01-31-2026', 'updated_after'],
      ['status=fixed', 'fixed'],
      ['page=0', 'page'],
      ['page_size=ten', 'page_size'],
    ] as const) {
      const answer = await client.get(`requests.json?${query}`)
      expect(answer.statusCode, query).toBe(400)
      expect(answer.json()[0].description).toContain(word)
    }
    const whole = await client.get(
      'requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-04-01T00:00:00Z',
    )
    expect(whole.statusCode).toBe(200)
  })

  test('a request is closed on the day it was closed, open while an answer waits for the resident', async () => {
    const head = await actorOf(office, office.staff['unit-head'])
    const { number, caseId } = await fileOne(office, {})
    await acceptCase(office, head, { id: caseId })
    const parts = { asked: 'a', facts: 'b', rule: 'c', reasons: 'd' }
    await answerCase(office, head, { id: caseId }, { parts, outcome: 'resolved' })
    expect(await one(number)).toMatchObject({
      status: 'open',
      status_notes: expect.stringContaining('Answered'),
    })
    office.clock.set(Temporal.Instant.from('2026-03-22T00:00:00.700Z'))
    await agree(office, { id: caseId }, null)
    expect(await one(number)).toMatchObject({
      status: 'closed',
      updated_datetime: '2026-03-22T00:00:00+08:00',
    })
  })
})

describe('what is not here', () => {
  test.each([
    'requests/2031-000001-4',
    'requests/x',
    'services/x',
    'services/streets',
    'unknown',
    'requests/a/b',
    'discovery/x',
    '',
  ])('is a 404 in both formats: %s', async path => {
    const xml = await client.get(`${path}.xml`)
    expect(xml.statusCode).toBe(404)
    expect(xml.headers['content-type']).toBe('text/xml; charset=utf-8')
    expect(parseXml(xml.body).root).toBe('errors')
    expect((parseXml(xml.body).node.error as unknown[])[0]).toMatchObject({ code: '404' })
    const json = await client.get(`${path}.json`)
    expect(json.statusCode).toBe(404)
    expect(json.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(json.json()).toMatchObject([{ code: 404 }])
  })

  test('another jurisdiction is not; one’s own is, in its name or without one', async () => {
    for (const own of ['', 'localhost', 'LOCALHOST'])
      expect((await client.get(`services.xml?jurisdiction_id=${own}`)).statusCode).toBe(200)
    const answer = await client.get('services.json?jurisdiction_id=city.example')
    expect(answer.statusCode).toBe(404)
    expect(answer.json()[0].description).toContain('city.example')
  })

  test('another town’s request is not, under any address, nor is its key good here', async () => {
    const foreign = (await fileOne(other, { category: 'noise', kind: 'grievance' })).number
    const their = await open311Key(other)
    const own = await one(foreign).catch(() => undefined)
    // Numbers count in each town; what is behind this one here, if anything, is ours.
    expect(own?.service_code).not.toBe('noise')
    expect((await client.get(`requests.json?api_key=${their}`)).statusCode).toBe(403)
    const there = await app.inject({
      url: `/open311/v2/requests.json?service_request_id=${numbers.sent}&api_key=${their}`,
      headers: { host: 'other.example' },
    })
    expect(there.body).not.toMatch(/Kestrel|street-light/)
  })
})

describe('an address', () => {
  test('may have a slash too many, or no format', async () => {
    expect((await app.inject('/open311/v2//services.json')).statusCode).toBe(200)
    expect((await app.inject('/open311/v2/services')).headers['content-type']).toBe('text/xml; charset=utf-8')
    const json = await app.inject({ url: '/open311/v2/services', headers: { accept: 'application/json' } })
    expect(json.headers['content-type']).toBe('application/json; charset=utf-8')
    expect((await app.inject('/open311/discovery.json')).json().endpoints).toHaveLength(1)
    expect((await app.inject('/open311/services.json')).statusCode).toBe(404)
  })
})

test('what was filed more than 90 days ago is not in the list that names no day, and is by its number', async () => {
  office.clock.set('2026-06-15T00:00:00Z')
  expect(await listed()).toHaveLength(1)
  expect(await listed(`?service_request_id=${numbers.named}`)).toEqual([numbers.named])
  expect(await listed('?start_date=2026-03-01')).toContain(numbers.named)
})

test('whoever asks too often without a key is told when to come again', async () => {
  const statuses = new Map<number, number>()
  for (let n = 0; n < 700; n++) {
    const { statusCode } = await client.get('services.json')
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
  }
  expect(statuses.get(429)).toBeGreaterThan(50)
  const refused = await client.get('services.xml')
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(parseXml(refused.body).root).toBe('errors')
  expect((await client.get(`services.json?api_key=${keys.app}`)).statusCode).toBe(200)
})
