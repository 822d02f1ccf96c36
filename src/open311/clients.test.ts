import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { actorOf } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { open311Client, open311Key, parseXml } from '../../test/support/open311.ts'
import { agree } from '../cases/actions/resident.ts'
import { acceptCase, answerCase, declineCase, proposeRedirect } from '../cases/actions/staff.ts'
import { findCaseByNumber } from '../cases/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'

// How programs of others speak to a GeoReport server, read from their source: each asks here as it asks, and what it takes
// out of an answer must be there as it takes it. Where two of them cannot both be right, docs/api.md says what is served.

const database = await testDatabase()
const office = await testOffice(database, { start: '2026-03-02T01:00:00.123Z' })
const { app } = await testApp(database, office.clock)
const picture = readFileSync(new URL('../demo/material/pothole.jpg', import.meta.url))

let api_key = ''
const sent: string[] = []
beforeAll(async () => {
  api_key = await open311Key(office)
  const client = open311Client(app)
  for (let n = 0; n < 5; n++) {
    const fields = {
      api_key,
      service_code: 'road-damage',
      lat: '31.2',
      long: '121.4',
      description: `Hole ${n}`,
    }
    sent.push((await client.post('requests.json', fields)).json()[0].service_request_id)
  }
  const head = await actorOf(office, office.staff['unit-head'])
  const ids: string[] = await inSnapshot(office.pool, office.tenant.id, async tx =>
    (await Promise.all(sent.map(number => findCaseByNumber(tx, number)))).map(found => found?.id ?? ''),
  )
  const [a = '', b = '', c = '', d = ''] = ids
  const parts = { asked: 'a', facts: 'b', rule: 'c', reasons: 'd' }
  office.clock.set('2026-03-03T01:00:00.123Z')
  await acceptCase(office, head, { id: a })
  await answerCase(office, head, { id: a }, { parts, outcome: 'resolved' })
  await agree(office, { id: a }, null)
  await acceptCase(office, head, { id: b })
  await declineCase(office, head, { id: c }, { reason: 'another-body', text: 'x' }).catch(() => undefined)
  await proposeRedirect(office, head, { id: d }, { to: office.units.east, reason: 'another-unit', text: 'x' })
  office.clock.set('2026-03-04T01:00:00Z')
})

type Element = Record<string, string>
const textsOf = (body: string, root: string, item: string): Element[] => {
  const parsed = parseXml(body)
  expect(parsed.root).toBe(root)
  return (parsed.node[item] ?? []) as Element[]
}

describe('FixMyStreet (mysociety/fixmystreet, perllib/Open311.pm: XML::Simple, every list forced to an array)', () => {
  // The path of a resource is put directly behind the endpoint, which therefore ends in a slash.
  const client = open311Client(app, '/open311/v2/')

  test('fills its categories from the services, and their extra fields from the definitions', async () => {
    const services = textsOf(
      (await client.get('services.xml?jurisdiction_id=localhost')).body,
      'services',
      'service',
    )
    expect(services.length).toBeGreaterThan(40)
    for (const service of services) {
      expect(service.service_code).toMatch(/^[a-z0-9-]+$/)
      // A name with a blank at its end upsets its look-ups.
      expect(service.service_name).toBe(service.service_name?.trim())
      expect(service.group).not.toBe('')
      if (service.metadata?.toLowerCase() !== 'true') continue
      const { node } = parseXml((await client.get(`services/${service.service_code}.xml`)).body)
      const { attribute } = node.attributes as { attribute: Element[] }
      const orders = attribute.map(one => Number(one.order))
      expect(orders).toEqual(orders.toSorted((x, y) => x - y))
      expect(new Set(orders).size).toBe(orders.length)
      for (const one of attribute) {
        expect(['true', 'false']).toContain(one.required)
        expect(one.description).not.toBe('')
      }
    }
    expect(new Set(services.map(one => one.service_name)).size).toBe(services.length)
  })

  test('sends a report, with all its photos as links, and takes the id out of the first request', async () => {
    const answer = await client.post('requests.xml', [
      ['jurisdiction_id', 'localhost'],
      ['api_key', api_key],
      [
        'description',
        'title: Hole\n\ndetail: Deep\n\nurl: http://fms.example/report/7\n\nSubmitted via FixMyStreet\n',
      ],
      ['service_code', 'road-damage'],
      ['first_name', 'Ada'],
      ['last_name', ''],
      ['email', 'ada@example.org'],
      ['lat', '31.2'],
      ['long', '121.4'],
      ['media_url', 'http://fms.example/1.jpeg'],
      ['media_url', 'http://fms.example/2.jpeg'],
      ['deviceid', 'iOS'],
      ['attribute[size]', 'hand'],
      ['attribute[fixmystreet_id]', '7'],
    ])
    expect(answer.statusCode, answer.body).toBe(200)
    const [request] = textsOf(answer.body, 'service_requests', 'request')
    expect(request?.service_request_id).toMatch(/\S/)
    expect(request?.token).toBeUndefined()
  })

  test('reads errors as codes with their descriptions', async () => {
    const answer = await client.post('requests.xml', { api_key: 'wrong', service_code: 'road-damage' })
    const [error] = textsOf(answer.body, 'errors', 'error')
    expect(error?.code).toBe('403')
    expect(error?.description).toContain('api_key')
  })

  test('polls for updates of a span of time and finds in each what it looks for', async () => {
    // Its states, after lower-casing and spaces for underscores; one that is not among them changes nothing there.
    const states = [
      ...['open', 'closed', 'fixed', 'investigating', 'in progress', 'action scheduled', 'internal referral'],
      ...['no further action', 'not councils responsibility', 'duplicate'],
    ]
    const span = 'start_date=2026-03-02T01%3A00%3A00%2B00%3A00&end_date=2026-03-03T01%3A00%3A00%2B00%3A00'
    const { body } = await client.get(`servicerequestupdates.xml?api_key=&${span}&jurisdiction_id=localhost`)
    const updates = textsOf(body, 'service_request_updates', 'request_update')
    expect(updates.length).toBeGreaterThanOrEqual(4)
    for (const update of updates) {
      expect(states).toContain(update.status?.toLowerCase().replaceAll('_', ' '))
      expect(sent).toContain(update.service_request_id)
      expect(update.update_id).toMatch(/\S/)
      expect(update.description).toMatch(/\S/)
      // It compares the times as text, in UTC and without fractions, and drops what is outside of what it asked for.
      const utc = Temporal.Instant.from(update.updated_datetime ?? '').toString({ smallestUnit: 'second' })
      expect(utc >= '2026-03-02T01:00:00Z' && utc <= '2026-03-03T01:00:00Z').toBe(true)
      expect(update.updated_datetime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/)
    }
  })

  test('sends an update of a report, and keeps the id it is given', async () => {
    const answer = await client.post('servicerequestupdates.xml', {
      jurisdiction_id: 'localhost',
      api_key,
      updated_datetime: '2026-03-04T01:00:00Z',
      service_request_id: sent[1] ?? '',
      service_request_id_ext: '7',
      status: 'OPEN',
      description: 'Still there',
      last_name: '-',
      first_name: 'Ada',
      email: 'ada@example.org',
      update_id: '99',
      media_url: 'http://fms.example/3.jpeg',
      public_anonymity_required: 'FALSE',
      email_alerts_requested: 'FALSE',
    })
    const [update] = textsOf(answer.body, 'service_request_updates', 'request_update')
    expect(update?.update_id).toMatch(/\S/)
  })

  test('asks for the state of many reports at once, separated by commas', async () => {
    const { body } = await client.get(
      `requests.xml?service_request_id=${sent.join('%2C')}&jurisdiction_id=localhost`,
    )
    const requests = textsOf(body, 'service_requests', 'request')
    expect(requests.map(one => one.service_request_id).toSorted()).toEqual(sent.toSorted())
    for (const one of requests) expect(one.updated_datetime).toMatch(/\S/)
  })
})

describe('three (codeforamerica/three, three/core.py: JSON by the requests library)', () => {
  const client = open311Client(app, '/open311/v2/')

  test('reads discovery, services, a definition, requests and a token as plain JSON', async () => {
    expect((await client.get('discovery.json')).json()).toHaveProperty('endpoints')
    expect((await client.get('services.json?jurisdiction_id=localhost')).json()[0]).toHaveProperty(
      'service_code',
    )
    expect((await client.get('services/noise.json')).json()).toMatchObject({ service_code: 'noise' })
    expect((await client.get(`requests/${sent[0]}.json`)).json()).toHaveLength(1)
  })

  test('counts with page_size, and dates without a time of day', async () => {
    const dates = 'start_date=2026-03-01T00%3A00%3A00Z&end_date=2026-03-04T00%3A00%3A00Z'
    expect(
      (await client.get(`requests.json?page_size=2&${dates}&service_code=road-damage`)).json(),
    ).toHaveLength(2)
  })

  test('posts a form, or with a file one of several parts, and an empty key where it has none', async () => {
    const form = {
      service_code: 'road-damage',
      address_string: '123 Any St',
      first_name: 'Zach',
      last_name: 'Williams',
      phone: '555-5555',
      description: 'My issue description.',
    }
    expect((await client.post('requests.json', { ...form, api_key })).json()[0]).toHaveProperty(
      'service_request_id',
    )
    const file = { name: 'media', filename: 'photo.png', content: picture }
    const parts = Object.entries({ ...form, api_key }).map(([name, value]) => ({ name, value }))
    expect((await client.postParts('requests.json', [...parts, file])).json()[0]).toHaveProperty(
      'service_request_id',
    )
    const refused = await client.post('requests.json', { ...form, api_key: '' })
    expect(refused.json()).toMatchObject([{ code: 403 }])
  })
})

describe('the Ruby gem open311 (codeforamerica/open311: Faraday, XML into a hash)', () => {
  const client = open311Client(app, '/open311/v2/')

  test('finds each list below its root, and takes the one request where there is one', async () => {
    const jurisdiction = 'jurisdiction_id=localhost'
    expect(
      textsOf((await client.get(`services.xml?${jurisdiction}`)).body, 'services', 'service'),
    ).not.toHaveLength(0)
    expect(parseXml((await client.get(`services/noise.xml?${jurisdiction}`)).body).root).toBe(
      'service_definition',
    )
    const one = textsOf(
      (await client.get(`requests/${sent[0]}.xml?${jurisdiction}`)).body,
      'service_requests',
      'request',
    )
    expect(one).toHaveLength(1)
  })

  test('raises by the HTTP status: 403 for the key, 404 for what there is not', async () => {
    expect(
      (
        await client.post('requests.xml', {
          service_code: 'noise',
          jurisdiction_id: 'localhost',
          api_key: '',
        })
      ).statusCode,
    ).toBe(403)
    expect((await client.get('requests/none.xml')).statusCode).toBe(404)
  })
})

describe('open311_java (codeforamerica/open311_java: DOM, dates by a strict pattern, numbers by parseInt)', () => {
  const client = open311Client(app, '/open311/v2/')
  // dateTimeNoMillis() of Joda: a fraction of a second makes a date unreadable.
  const strict = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/

  test('finds an endpoint by its formats, type and changeset', async () => {
    const { root, node } = parseXml((await client.get('discovery.xml')).body)
    expect(root).toBe('discovery')
    expect(node.changeset).toMatch(strict)
    const [endpoint] = (node.endpoints as { endpoint: Record<string, unknown>[] }).endpoint
    expect(endpoint).toMatchObject({
      specification: 'http://wiki.open311.org/GeoReport_v2',
      type: 'production',
      formats: { format: ['text/xml', 'application/json'] },
    })
    expect(endpoint?.changeset).toMatch(strict)
  })

  test('asks with a content type in a GET, and reads every field of a service, a definition and a request', async () => {
    const answer = await client.get('services.xml', { 'content-type': 'text/xml', charset: 'utf-8' })
    expect(answer.statusCode).toBe(200)
    expect(answer.body.startsWith('<?xml')).toBe(true)
    const { node } = parseXml((await client.get('services/road-damage.xml')).body)
    for (const one of (node.attributes as { attribute: Record<string, unknown>[] }).attribute) {
      expect(String(one.order)).toMatch(/^[1-9]\d*$/)
      expect(one.datatype_description).toBe('')
      for (const value of (one.values as { value: Element[] }).value)
        expect(Object.keys(value)).toEqual(['key', 'name'])
    }
    for (const one of textsOf((await client.get('requests.xml')).body, 'service_requests', 'request')) {
      for (const name of ['requested_datetime', 'updated_datetime', 'expected_datetime'])
        expect(one[name]).toMatch(strict)
      // An address it cannot make a URL of ends the reading of the whole list; an empty one is none.
      expect(one.media_url).toBe('')
    }
  })

  test('wants in JSON an array of values for every attribute, also for one that has none to choose from', async () => {
    for (const code of ['street-light', 'power-cut', 'noise'])
      for (const one of (await client.get(`services/${code}.json`)).json().attributes) {
        expect(Array.isArray(one.values)).toBe(true)
        expect(typeof one.variable).toBe('boolean')
        expect(typeof one.required).toBe('boolean')
        expect(Number.isInteger(one.order)).toBe(true)
      }
  })

  test('calls the address of a new request as the standard calls it in a list', async () => {
    const answer = await client.post('requests.xml', {
      api_key,
      service_code: 'noise',
      address: '12 Willow Street',
    })
    expect(answer.statusCode, answer.body).toBe(200)
    expect(textsOf(answer.body, 'service_requests', 'request')).toHaveLength(1)
  })
})

describe('GeoReporter (City-of-Bloomington/open311-android, models/Open311.java)', () => {
  // Puts "/requests.json" behind the endpoint, whether that ends in a slash or not.
  const clients = [open311Client(app, '/open311/v2/'), open311Client(app, '/open311/v2//')]

  test('groups the services and loads every definition', async () => {
    for (const client of clients) {
      const services = (await client.get('services.json')).json() as Record<string, unknown>[]
      expect(services.every(one => typeof one.group === 'string')).toBe(true)
      expect(services.filter(one => String(one.metadata) === 'true').length).toBeGreaterThan(0)
      expect((await client.get('services/noise.json')).json().attributes).toHaveLength(1)
    }
  })

  test('takes nothing but 200 for a yes, and shows the first error’s description', async () => {
    const [client = open311Client(app)] = clients
    const form: [string, string][] = [
      ['service_code', 'noise'],
      ['jurisdiction_id', ''],
      ['api_key', api_key],
      ['lat', '31.2'],
      ['long', '121.4'],
      ['address_string', ''],
      ['attribute[when][]', 'night'],
      ['attribute[when][]', 'day'],
      ['device_id', '3f1a'],
    ]
    const answer = await client.post('requests.json', form)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()[0].service_request_id).toEqual(expect.any(String))
    const refused = await client.post(
      'requests.json',
      form.filter(([name]) => name !== 'lat'),
    )
    expect(refused.json()[0].description).toEqual(expect.any(String))
  })

  test('sends its picture as a part called media, and a date in the words of Java', async () => {
    const [client = open311Client(app)] = clients
    const fields = {
      service_code: 'power-cut',
      api_key,
      lat: '31.2',
      long: '121.4',
      'attribute[since]': '2026-03-01T09:30:00GMT+08:00',
    }
    const parts = Object.entries(fields).map(([name, value]) => ({ name, value }))
    const answer = await client.postParts('requests.json', [
      ...parts,
      { name: 'media', filename: 'media.png', content: picture },
    ])
    expect(answer.statusCode, answer.body).toBe(200)
  })
})

describe('validators', () => {
  const client = open311Client(app, '/open311/v2/')

  test('SeeClickFix/open311-validator: discovery in both formats, at an address that ends in “discovery”', async () => {
    const xml = parseXml((await app.inject('/open311/discovery.xml')).body).node
    const json = (await app.inject('/open311/discovery.json')).json()
    for (const document of [xml, json]) {
      expect(String(document.contact)).toMatch(/\S/)
      expect(String(document.key_service)).toMatch(/\S/)
    }
    expect(xml.contact).toBe(json.contact)
    const [endpoint] = json.endpoints
    expect(endpoint.formats).toContain('text/xml')
    // Each format's second half is what stands behind the point of a resource.
    for (const format of endpoint.formats) {
      const path = new URL(endpoint.url).pathname
      expect((await app.inject(`${path}/services.${format.split('/')[1]}?jurisdiction_id=`)).statusCode).toBe(
        200,
      )
    }
    const now = office.clock.now()
    expect(Temporal.Instant.compare(Temporal.Instant.from(endpoint.changeset), now)).toBeLessThan(0)
  })

  test('kvlahromei/validopen311: status, encoding, and the elements that must be there', async () => {
    const required = {
      'services.xml': ['service', ['service_code', 'service_name', 'metadata', 'type', 'keywords']],
      'requests.xml': [
        'request',
        ['service_request_id', 'status', 'service_name', 'service_code', 'zipcode'],
      ],
      'requests.xml?service_code=road-damage&status=closed': ['request', ['service_request_id']],
      // isoformat() of the time in UTC, with a fraction and without a zone.
      'requests.xml?start_date=2026-03-01T00:00:00.123456': ['request', ['service_request_id']],
    } as const
    for (const [path, [item, names]] of Object.entries(required)) {
      const answer = await client.get(path)
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['content-type']).toBe('text/xml; charset=utf-8')
      const { node } = parseXml(answer.body)
      expect(node[item], path).not.toHaveLength(0)
      for (const one of node[item] as Element[]) for (const name of names) expect(one).toHaveProperty(name)
    }
    for (const one of textsOf((await client.get('requests.xml')).body, 'service_requests', 'request'))
      expect(['open', 'closed']).toContain(one.status)
  })

  test('open311/schema-validation: strings are strings, what is empty is null, flags are flags', async () => {
    const nullable = ['status_notes', 'service_name', 'description', 'agency_responsible', 'service_notice']
    for (const one of (await client.get(`requests.json?api_key=${api_key}`)).json()) {
      for (const name of ['service_request_id', 'service_code']) expect(one[name]).toEqual(expect.any(String))
      for (const name of [...nullable, 'address', 'address_id', 'zipcode', 'media_url'])
        expect(one[name] === null || typeof one[name] === 'string', name).toBe(true)
      expect(one.description?.length ?? 0).toBeLessThanOrEqual(4000)
      for (const name of ['lat', 'long']) expect(['number', 'undefined']).toContain(typeof one[name])
    }
    for (const one of (await client.get('services.json')).json()) {
      expect(one.metadata).toEqual(expect.any(Boolean))
      expect(['realtime', 'batch', 'blackbox']).toContain(one.type)
    }
  })

  test('Libre311’s Open311Validator: the fields it requires, ids of letters, digits and hyphens, coordinates that are numbers', async () => {
    for (const one of (await client.get(`requests.json?api_key=${api_key}`)).json()) {
      for (const name of [
        'service_request_id',
        'status',
        'service_code',
        'description',
        'requested_datetime',
      ])
        expect(one).toHaveProperty(name)
      expect(one.service_request_id).toMatch(/^[A-Za-z0-9\-_]+$/)
      expect(Number.isNaN(Date.parse(one.requested_datetime))).toBe(false)
      if ('lat' in one && 'long' in one)
        expect(Number.isFinite(one.lat) && Number.isFinite(one.long)).toBe(true)
    }
    const definition = (await client.get('services/burst-pipe.json')).json()
    expect(definition).toEqual({ service_code: 'burst-pipe', attributes: [] })
  })
})
