import { beforeEach, describe, expect, test } from 'vitest'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { type ForeignServer, foreignServer } from '../../test/support/foreign-server.ts'
import { here, listeningTown } from '../../test/support/two-towns.ts'
import { addToken } from '../access/actions.ts'
import { addOwnDocuments } from '../cases/actions/resident.ts'
import { acceptCase, recuse } from '../cases/actions/staff.ts'
import { findCase } from '../cases/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput } from '../platform/errors.ts'
import {
  addConnection,
  pauseConnection,
  removeConnection,
  resumeConnection,
  retryConnection,
} from './actions/connections.ts'
import { rebuildConnections } from './actions/rebuild.ts'
import { pausedLetters } from './paused-letter.ts'
import { countCopies, findConnection, listConnections, listCopies } from './reads.ts'
import { insertWaiting } from './store.ts'

const a = await listeningTown()
const b = await listeningTown()
const { office, town } = a
let foreign: ForeignServer
beforeEach(async () => {
  for (const side of [a, b])
    for (const one of await inSnapshot(side.office.pool, side.office.tenant.id, listConnections))
      await removeConnection(side.office, 'set-up', one.id)
  // What was filed before a connection was made is not copied.
  for (const side of [a, b]) side.clock.advance({ minutes: 10 })
  foreign = await foreignServer()
})

const services = [{ category: 'road-damage', service: 'pothole' }]
const send = (more = {}) =>
  a.connect({
    name: 'County',
    direction: 'to',
    url: foreign.endpoint,
    apiKey: 'their-key',
    services,
    ...more,
  })
const fetchFrom = (more = {}) =>
  a.connect({ name: 'County', direction: 'from', url: foreign.endpoint, services, ...more })
const connection = (id: string) => inSnapshot(office.pool, office.tenant.id, tx => findConnection(tx, id))
const copies = (id: string) => inSnapshot(office.pool, office.tenant.id, tx => listCopies(tx, id, 100))
const eventsOf = async (caseId: string, type: string) =>
  (await inSnapshot(office.pool, office.tenant.id, tx => findCase(office, tx, caseId)))?.events.filter(
    one => one.type === type,
  ) ?? []
const head = () => actorOf(office, town.staff['unit-head'])
const request = (more: Record<string, unknown> = {}) => ({
  service_request_id: 'R-1',
  service_code: 'pothole',
  description: 'A hole by the school.',
  address: '3 School Lane',
  requested_datetime: a.clock.now().toString(),
  updated_datetime: a.clock.now().toString(),
  ...more,
})

describe('a case that is sent', () => {
  test('is what the resident said of the problem, and nothing of who they are', async () => {
    const id = await send({ jurisdiction: 'county.example' })
    const { caseId, number } = await fileOne(office, {
      place: { address: '12 Willow Street', pin: { latitude: 31.2, longitude: 121.4 } },
    })
    await a.relay()
    expect(await a.run(id)).toMatchObject({ end: 'done', copied: 1 })
    const [post] = foreign.posted
    expect(Object.fromEntries(post?.form ?? [])).toEqual({
      api_key: 'their-key',
      jurisdiction_id: 'county.example',
      service_code: 'pothole',
      description:
        'There is a deep hole in the road. A cyclist fell yesterday.\n\nFill it, and put a sign there until then.',
      address_string: '12 Willow Street',
      lat: '31.2',
      long: '121.4',
      service_request_id_ext: `${a.endpoint}/requests/${number}`,
    })
    expect(post?.headers['idempotency-key']).toBe(`${a.endpoint}/requests/${number}`)
    const [said] = await eventsOf(caseId, 'copy.sent')
    expect(said).toMatchObject({
      actor: { kind: 'system', name: 'connectors' },
      data: { number: '1000', url: foreign.endpoint, fetched: false },
      text: { notice: 'Code: 1234' },
    })
    expect(await copies(id)).toMatchObject([{ number, status: 'copied', remoteId: '1000' }])
    expect(await a.run(id)).toMatchObject({ copied: 0 })
    expect(foreign.posted).toHaveLength(1)
  })

  test('tells its resident what the other server says to them, and staff only where it is', async () => {
    const id = await send()
    const { number, receiptCode } = await fileOne(office)
    await a.relay()
    await a.run(id)
    const tokens = { residents: undefined, 'cases:read': town.staff['unit-head'] } as const
    const told = async (scope: keyof typeof tokens, path: string) => {
      const { token } = await addToken(office, 'set-up', {
        name: scope,
        scopes: [scope],
        staffId: tokens[scope],
      })
      const headers = { authorization: `Bearer ${token}`, 'receipt-code': receiptCode }
      const { events } = JSON.parse(
        await (await fetch(`${a.address}/api/v1/${path}`, { headers })).text(),
      ) as {
        events: { type: string; title: string; text: string | null }[]
      }
      return events.find(one => one.type === 'copy.sent')
    }
    const title = 'A copy was sent to County, where it is number 1000'
    expect(await told('residents', `follow/${number}/events`)).toMatchObject({ title, text: 'Code: 1234' })
    expect(await told('cases:read', `cases/${number}/events`)).toMatchObject({ title, text: null })
  })

  test('is never one that is protected, anonymous, about somebody, of another category, or older', async () => {
    const older = await fileOne(office)
    a.clock.advance({ seconds: 1 })
    const id = await send()
    await fileOne(office, { protection: 'protected' })
    await fileOne(office, { protection: 'anonymous', party: undefined })
    await fileOne(office, { about: { units: [town.units.roads], staff: [], named: '', retaliation: false } })
    await fileOne(office, { category: 'noise' })
    await a.relay()
    expect((await copies(id)).filter(one => one.caseId === older.caseId)).toEqual([])
    expect(await a.run(id)).toMatchObject({ copied: 0 })
    expect(foreign.posted).toEqual([])
  })

  test('stays where it is once it turns out to be about somebody', async () => {
    const id = await send()
    const { caseId } = await fileOne(office)
    await a.relay()
    const input = { units: [town.units.roads], staff: [], text: 'It is about them.' }
    await recuse(office, await actorOf(office, town.staff.supervisor), { id: caseId }, input)
    expect(await a.run(id)).toMatchObject({ copied: 0 })
    expect(foreign.posted).toEqual([])
  })

  test('is followed by its steps in a sentence of ours, in order, each once', async () => {
    const id = await send()
    const { caseId, number } = await fileOne(office)
    await acceptCase(office, await head(), { id: caseId })
    await addOwnDocuments(office, { id: caseId }, []).catch(() => {})
    await a.relay()
    expect(await a.run(id)).toMatchObject({ copied: 1, updates: 1 })
    await a.run(id)
    const updates = foreign.posted.filter(one => one.resource === 'servicerequestupdates')
    expect(updates).toHaveLength(1)
    expect(Object.fromEntries(updates[0]?.form ?? [])).toMatchObject({
      service_request_id: '1000',
      status: 'IN_PROGRESS',
      update_id: expect.stringMatching(new RegExp(`^${number}_\\d+$`)),
    })
  })

  test('has no steps where the other side knows none, and that is said once', async () => {
    foreign.can.updates = false
    const id = await send()
    const { caseId } = await fileOne(office)
    await acceptCase(office, await head(), { id: caseId })
    await a.relay()
    expect(await a.run(id)).toMatchObject({ end: 'done', copied: 1, updates: 0 })
    expect((await connection(id))?.takesUpdates).toBe(false)
    const asked = foreign.asked.length
    await a.run(id)
    expect(foreign.asked.slice(asked).map(one => one.pathname)).toEqual(['/v2/services.json'])
  })

  test('that nobody has filed yet is no reason to say that the other side works', async () => {
    const id = await send()
    foreign.instead = { status: 503 }
    expect(await a.run(id)).toMatchObject({ end: 'failed', fault: 'http-503' })
    foreign.instead = undefined
    expect(await a.run(id)).toMatchObject({ end: 'done', fault: null })
  })

  test('is sent, with its steps, in the language of its resident', async () => {
    const id = await send()
    const { caseId } = await fileOne(office, { language: 'zh-CN' })
    await acceptCase(office, await head(), { id: caseId })
    await a.relay()
    await a.run(id)
    expect(foreign.posted.map(one => one.headers['accept-language'])).toEqual(['zh-CN', 'zh-CN'])
    expect(foreign.posted.at(-1)?.form.get('description')).toMatch(/^柳镇：/)
  })

  test('that is refused holds nobody up, says why without its words, and can be tried again', async () => {
    const id = await send()
    const what = 'Please refuse this: my neighbour shouts.'
    await fileOne(office, { what })
    await fileOne(office)
    await a.relay()
    expect(await a.run(id)).toMatchObject({ end: 'done', copied: 1, refused: 1 })
    const refused = (await copies(id)).find(one => one.status === 'refused')
    expect(refused?.fault).toMatch(/^description is not nice: …/)
    expect(refused?.fault).not.toContain('neighbour')
    await retryConnection(office, 'set-up', id)
    const counts = await inSnapshot(office.pool, office.tenant.id, countCopies)
    expect(counts.get(id)).toMatchObject({ waiting: 1, refused: 0, copied: 1 })
  })

  test('whose answer was lost is sent again under the same name', async () => {
    const id = await send()
    const { number } = await fileOne(office)
    await a.relay()
    foreign.loseAnswers = true
    expect(await a.run(id)).toMatchObject({ end: 'failed' })
    foreign.loseAnswers = false
    // Also where the server is reached by another address since.
    expect(await a.run(id, { baseUrl: 'https://new.example.org' })).toMatchObject({ copied: 1 })
    expect(foreign.posted.map(one => one.headers['idempotency-key'])).toEqual(
      [0, 1].map(() => `${a.endpoint}/requests/${number}`),
    )
  })
})

describe('a request that is fetched', () => {
  test('becomes one case of nobody, however often it is listed, and says where it is from', async () => {
    const id = await fetchFrom()
    foreign.requests = [
      request({ media_url: 'https://county.example/1.jpg' }),
      request({ service_request_id: 'R-2', service_code: 'lamp' }),
    ]
    expect(await a.run(id)).toMatchObject({ end: 'done', copied: 1 })
    expect(await a.run(id)).toMatchObject({ copied: 0 })
    const [copy] = await copies(id)
    const record = await inSnapshot(office.pool, office.tenant.id, tx =>
      findCase(office, tx, copy?.caseId ?? ''),
    )
    expect(record?.state).toMatchObject({
      channel: 'open311',
      protection: 'anonymous',
      category: 'road-damage',
    })
    expect(record?.events[0]?.text).toMatchObject({
      what: 'A hole by the school.\nmedia_url: https://county.example/1.jpg',
      place: { address: '3 School Lane' },
    })
    expect((await eventsOf(copy?.caseId ?? '', 'copy.taken'))[0]?.data).toEqual({
      url: `${foreign.endpoint}/requests/R-1`,
      number: 'R-1',
    })
  })

  test('brings its updates as messages, each once', async () => {
    const id = await fetchFrom()
    foreign.requests = [request()]
    foreign.updates = [
      {
        update_id: 1,
        service_request_id: 'R-1',
        status: 'closed',
        description: 'Filled.',
        updated_datetime: a.clock.now().toString(),
      },
      {
        update_id: 3,
        service_request_id: 'R-1',
        status: 'closed',
        description: '',
        updated_datetime: a.clock.now().toString(),
      },
      { update_id: 2, service_request_id: 'R-99', status: 'open', description: 'Not ours.' },
    ]
    expect(await a.run(id)).toMatchObject({ copied: 1, updates: 2 })
    expect(await a.run(id)).toMatchObject({ updates: 0 })
    const [copy] = await copies(id)
    const messages = await eventsOf(copy?.caseId ?? '', 'message.sent')
    expect(messages.map(one => one.text)).toEqual([
      { text: 'County: Filled.\n[closed]' },
      { text: '[closed]' },
    ])
  })

  test.each([
    ['knows no pages', { pages: false }],
    ['knows no changes', { changes: false }],
    ['knows no updates', { updates: false }],
    ['knows none of all that', { pages: false, changes: false, updates: false }],
  ])('comes too from a server that %s', async (_, can) => {
    Object.assign(foreign.can, can)
    const id = await fetchFrom()
    foreign.requests = Array.from({ length: 40 }, (_, i) => request({ service_request_id: i }))
    expect(await a.run(id)).toMatchObject({ end: 'done', copied: 40 })
    expect(await a.run(id)).toMatchObject({ end: 'done', copied: 0 })
  })

  test('comes from every page', async () => {
    const id = await fetchFrom()
    foreign.requests = Array.from({ length: 410 }, (_, i) => request({ service_request_id: i }))
    expect(await a.run(id)).toMatchObject({ end: 'done', copied: 410 })
  }, 30_000)

  test('is none that was there before the connection, and none that is a copy itself', async () => {
    const id = await fetchFrom()
    const before = a.clock.now().subtract({ hours: 1 }).toString()
    const copyOf = { service_request_id: 'R-2', service_request_id_ext: 'https://else.example/v2/requests/9' }
    foreign.requests = [request({ requested_datetime: before }), request(copyOf)]
    expect(await a.run(id)).toMatchObject({ copied: 0 })
  })

  test('is left alone while it may be a case of ours whose sending was not answered', async () => {
    const to = await send()
    const from = await fetchFrom({ name: 'County, back' })
    await fileOne(office)
    await a.relay()
    foreign.loseAnswers = true
    expect(await a.run(to)).toMatchObject({ end: 'failed' })
    for (const one of foreign.requests) one['requested_datetime'] = a.clock.now().toString()
    expect(await a.run(from)).toMatchObject({ end: 'done', copied: 0 })
    foreign.loseAnswers = false
    foreign.requests = []
    expect(await a.run(to)).toMatchObject({ copied: 1 })
    foreign.requests = [request({ service_request_id: 1000 }), request()]
    expect(await a.run(from)).toMatchObject({ copied: 1 })
    expect(await copies(from)).toMatchObject([{ remoteId: 'R-1' }])
  })
})

describe('between two servers of ours', () => {
  const back = { services: [{ category: 'road-damage', service: 'road-damage' }] }

  test('a case is on each side once, whichever way it comes first, and is never copied on', async () => {
    const to = await a.connect({
      name: 'B',
      direction: 'to',
      url: b.endpoint,
      apiKey: await b.key(),
      ...back,
    })
    const from = await b.connect({
      name: 'A',
      direction: 'from',
      url: a.endpoint,
      apiKey: await a.key('cases:read'),
      ...back,
    })
    const backTo = await b.connect({
      name: 'A, back',
      direction: 'to',
      url: a.endpoint,
      apiKey: await a.key(),
      ...back,
    })
    const backFrom = await a.connect({
      name: 'B, back',
      direction: 'from',
      url: b.endpoint,
      apiKey: await b.key('cases:read'),
      ...back,
    })
    const first = await fileOne(office)
    expect(await b.run(from)).toMatchObject({ copied: 1 })
    const second = await fileOne(office)
    await a.relay()
    expect(await a.run(to)).toMatchObject({ copied: 2 })
    expect(Object.fromEntries((await copies(to)).map(one => [one.number, one.status]))).toEqual({
      [first.number]: 'there',
      [second.number]: 'copied',
    })
    for (const [side, ids] of [
      [b, [from, backTo]],
      [a, [to, backFrom]],
    ] as const) {
      await side.relay()
      for (const id of ids) expect(await side.run(id)).toMatchObject({ end: 'done', copied: 0 })
    }
    const { rows } = await b.database.owner.query('select url from open311_origins order by url')
    expect(rows.map(row => row.url)).toEqual(
      [first, second].map(one => `${a.endpoint}/requests/${one.number}`),
    )
  })
})

describe('while the other side fails', () => {
  test.each([
    ['down', { status: 503 }, 'http-503'],
    ['refusing the key', { status: 403, body: '[{"code":403,"description":"no"}]' }, 'key'],
    ['speaking XML', { status: 200, body: '<requests/>' }, 'not-json'],
    ['elsewhere', { status: 301, headers: { location: 'http://127.0.0.1/' } }, 'http-301'],
  ])('%s, everything waits and is tried again later', async (_, instead, fault) => {
    const id = await send()
    await fileOne(office)
    await a.relay()
    foreign.instead = instead
    expect(await a.run(id)).toMatchObject({ end: 'failed', fault, copied: 0 })
    expect(await connection(id)).toMatchObject({ fault, failingSince: a.clock.now() })
    expect(await a.run(id, { now: false })).toMatchObject({ end: 'waiting' })
    foreign.instead = undefined
    a.clock.advance({ hours: 2 })
    expect(await a.run(id, { now: false })).toMatchObject({ end: 'done', copied: 1 })
    expect(await connection(id)).toMatchObject({
      fault: null,
      failingSince: null,
      succeededAt: a.clock.now(),
    })
  })

  test('it is left alone for as long as it asks', async () => {
    const id = await fetchFrom()
    foreign.instead = { status: 429, headers: { 'retry-after': '4000' } }
    await a.run(id)
    expect((await connection(id))?.nextAt.since(a.clock.now()).total('seconds')).toBeGreaterThanOrEqual(4000)
  })

  test('five days long, the connection is paused and administrators are told; resumed, nothing is lost', async () => {
    const id = await send()
    await fileOne(office)
    await a.relay()
    foreign.instead = { status: 500 }
    await a.run(id)
    a.clock.advance({ hours: 119 })
    await a.run(id)
    expect((await connection(id))?.pausedAt).toBe(null)
    a.clock.advance({ hours: 1 })
    await a.run(id)
    expect(await connection(id)).toMatchObject({ pausedBecause: 'failing' })
    const link = 'https://town.example.org/organisation/connections/1'
    const letters = await pausedLetters(office, id, { address: 'town@example.org', link })
    expect(letters.map(one => one.to)).toEqual(['administrator@example.org'])
    expect(letters[0]?.text).toContain('“County”')
    foreign.instead = undefined
    expect(await a.run(id)).toMatchObject({ end: 'paused' })
    await fileOne(office)
    await a.relay()
    await resumeConnection(office, 'set-up', id)
    expect(await a.run(id)).toMatchObject({ end: 'done', copied: 2 })
  })
})

describe('a connection', () => {
  const refusalOf = async (input: Partial<Parameters<typeof addConnection>[2]>, setting = {}) => {
    const full = {
      name: 'X',
      direction: 'to' as const,
      url: foreign.endpoint,
      apiKey: 'k',
      services,
      ...input,
    }
    const error = await addConnection(office, 'set-up', full, {
      allowed: here,
      baseUrl: 'https://town.example.org',
      ...setting,
    }).catch((error: unknown) => error)
    return error instanceof BadInput ? error.faults.map(one => `${one.field}: ${one.text}`) : error
  }

  test('is refused with everything that is wrong with it', async () => {
    expect(await refusalOf({ url: 'http://10.0.0.1/v2' })).toEqual(['url: connectors.fault.private'])
    expect(await refusalOf({ url: 'ftp://x', apiKey: '', name: '' })).toEqual([
      'name: connectors.fault.name',
      'url: connectors.fault.url',
      'apiKey: connectors.fault.key-missing',
    ])
    expect(await refusalOf({ url: 'https://town.example.org/open311/v2' })).toEqual([
      'url: connectors.fault.self',
    ])
    expect(await refusalOf({}, { baseUrl: undefined })).toEqual(['direction: connectors.fault.base-url'])
    expect(await refusalOf({ services: [{ category: 'no-such', service: 'x' }] })).toEqual([
      'services: connectors.fault.category',
    ])
    expect(await refusalOf({ everyMinutes: 0 })).toEqual(['everyMinutes: connectors.fault.every'])
    await send()
    expect(await refusalOf({ name: 'County' })).toEqual([
      'name: connectors.fault.known',
      'url: connectors.fault.url-known',
    ])
  })

  test('keeps its key sealed, in the table and in the record', async () => {
    const id = await send()
    const { rows } = await a.database.owner.query('select api_key from connections where id = $1', [id])
    expect(String(rows[0]?.api_key)).not.toContain('their-key')
    const { rows: events } = await a.database.owner.query(
      `select data from events where type = 'connectors.added'`,
    )
    expect(JSON.stringify(events)).not.toMatch(/their-key|County|127[.]0[.]0[.]1/)
  })

  test('takes what was filed before every process knew of it', async () => {
    const id = await send()
    await fileOne(office)
    const { inTransaction } = await import('../platform/database/tx.ts')
    await inTransaction(office.pool, office.tenant.id, tx =>
      tx.run(insertWaiting(tx.tenant, { connectionId: id }, a.clock.now())),
    )
    expect(await a.run(id)).toMatchObject({ copied: 1 })
  })

  test('that is not as the record says is paused', async () => {
    const id = await send()
    const found: string[] = []
    const look = () => rebuildConnections(office, one => found.push(`${one.what} ${one.mended}`))
    await look()
    expect(found).toEqual([])
    await pauseConnection(office, 'set-up', id)
    await look()
    await resumeConnection(office, 'set-up', id)
    await look()
    expect(found).toEqual([])
    await a.database.owner.query(`update connections set url = 'https://evil.example/v2' where id = $1`, [id])
    await look()
    expect(found).toEqual([`connections.${id} true`])
    expect(await connection(id)).toMatchObject({ pausedBecause: 'rebuilt' })
  })
})
