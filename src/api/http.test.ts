import { beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../test/support/api-client.ts'
import { everyScope } from '../../test/support/api-tokens.ts'
import { testApp } from '../../test/support/app.ts'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { multipart } from '../../test/support/upload.ts'
import { visitor } from '../../test/support/visitor.ts'
import { addToken } from '../access/actions.ts'
import type { Scope } from '../access/rules.ts'
import { runDeadlinePass } from '../cases/actions/deadline-pass.ts'
import { pdf } from '../platform/files/fixtures/documents.ts'
import { createLog } from '../platform/log.ts'

// What holds for every operation: problems, versions, keys, rates, pages.

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock, { log: createLog('silent') })
const all: Scope[] = [...everyScope]
const tokenOf = async (staffId: string | undefined, limitPerMinute = 100_000): Promise<string> =>
  (await addToken(office, 'set-up', { name: 'Test', scopes: all, staffId, limitPerMinute })).token

let api: ApiClient
let zh: ApiClient
let head: string
let admin: string
beforeAll(async () => {
  head = await tokenOf(office.staff['unit-head'])
  admin = await tokenOf(office.staff.administrator)
  api = await apiClient(app, head)
  zh = await apiClient(app, head, 'zh-CN')
})
const eventsOf = async (number: string): Promise<string[]> => {
  const { rows } = await database.owner.query<{ type: string }>(
    'select type from events join cases on cases.id = stream_id where number = $1 order by seq',
    [number],
  )
  return rows.map(row => row.type)
}
const newCase = async () => ({ number: (await fileOne(office)).number })
const raw = (url: string, payload: string, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    payload,
    headers: { authorization: `Bearer ${head}`, 'content-type': 'application/json', ...headers },
  })

describe('a request that cannot be taken', () => {
  const filing = {
    kind: 'wish',
    category: 'road-damage',
    protection: 'named',
    place: { pin: { latitude: 200 } },
    colour: 'red',
  }

  test('names every field at once, with a pointer to it, in the language of the caller', async () => {
    const answer = await api.call('file-case', { body: filing, wrong: true })
    expect(answer.statusCode).toBe(422)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['content-language']).toBe('en')
    const problem = answer.json()
    expect(problem).toMatchObject({ code: 'input', status: 422, type: '/api/v1/#problem-input' })
    expect(
      Object.fromEntries(problem.errors.map((one: { field: string; text: string }) => [one.field, one.text])),
    ).toEqual({
      kind: 'This must be one of: grievance, dispute, hazard, suggestion, question.',
      what: 'This is missing.',
      'place.pin.latitude': 'The most is 90.',
      'place.pin.longitude': 'This is missing.',
      colour: 'There is no such field here.',
    })
    expect(problem.errors[0].pointer).toMatch(/^#\//)
    const inChinese = (await zh.call('file-case', { body: filing, wrong: true })).json()
    expect(inChinese.title).toBe('有内容需要更正')
    for (const { text } of inChinese.errors) expect(text).toMatch(/\p{Script=Han}/u)
  })

  test('is checked as the forms check it, and says where in the body it is', async () => {
    const body = {
      kind: 'hazard',
      category: 'nothing',
      what: 'x',
      protection: 'named',
      party: { name: 'A', email: 'no address' },
    }
    const { errors } = (await api.call('file-case', { body })).json()
    expect(errors.map((one: { field: string; pointer: string }) => [one.field, one.pointer])).toEqual([
      ['category', '#/category'],
      ['place.address', '#/place/address'],
      ['party.email', '#/party/email'],
    ])
  })

  test('of an act is refused as its form would be', async () => {
    const params = await newCase()
    const field = async (id: string, body: unknown) =>
      (await api.call(id, { params, body, wrong: true }))
        .json()
        .errors?.map((one: { field: string }) => one.field)
    await api.call('accept', { params })
    expect(await field('answer', { outcome: 'done', facts: 'x'.repeat(5001) })).toEqual(['facts'])
    expect(await field('answer', { outcome: 'done', facts: 'x', remedyBy: '2020-01-01' })).toEqual(
      expect.arrayContaining(['asked', 'rule', 'remedyBy']),
    )
    expect(await field('extend', { length: 1000, text: 'x' })).toEqual(['length'])
    const other = await newCase()
    const declined = await api.call('decline', { params: other, body: { reason: 'whim', text: 'x' } })
    expect(declined.json().errors).toMatchObject([{ field: 'reason' }])
  })

  test.each([
    ['{"what":', 400, 'unreadable', 'application/json'],
    ['{"__proto__": {"a": 1}}', 400, 'unreadable', 'application/json'],
    ['[]', 422, 'input', 'application/json'],
    ['"text"', 422, 'input', 'application/json'],
    ['null', 422, 'input', 'application/json'],
    ['', 422, 'input', 'application/json'],
    ['what=x', 415, 'media-type', 'application/x-www-form-urlencoded'],
    ['what', 415, 'media-type', 'text/plain'],
    [`{"what":"${'x'.repeat(1_100_000)}"}`, 413, 'too-large', 'application/json'],
  ])('is answered with what is wrong: %#', async (payload, status, code, type) => {
    const answer = await raw('/filings', payload, { 'content-type': type })
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ code, status })
  })

  test('with characters that no database keeps is taken without them', async () => {
    const params = await newCase()
    const text = 'a\u0000b\ud800c'
    expect((await api.call('add-note', { params, body: { text } })).statusCode).toBe(200)
    const { events } = (await api.call('list-case-events', { params })).json()
    expect(events.at(-1).text).toBe('ab\ufffdc')
    for (const q of ['\u0000', "'", '%', '\\', ':*&|', '！'])
      expect((await api.call('list-cases', { query: { q } })).statusCode, q).toBe(200)
  })

  test('to an address that is none is answered as a problem too', async () => {
    for (const url of ['/nothing', '/cases/2026-000001-1/fly', '/units/x', '/units/%00', '/calendar/20/x']) {
      const answer = await app.inject({ url: `/api/v1${url}`, headers: { authorization: `Bearer ${head}` } })
      expect(answer.statusCode, url).toBe(404)
      expect(answer.json(), url).toMatchObject({ code: 'not-found' })
    }
  })

  test('with an unknown filter is refused rather than read as another list', async () => {
    const answer = await api.call('list-cases', { query: { owner: 'me', sort: 'name', unit: 'x' } })
    expect(
      answer
        .json()
        .errors.map((one: { field: string }) => one.field)
        .toSorted(),
    ).toEqual(['query.owner', 'query.sort', 'query.unit'])
  })

  test('from another site in a browser is refused', async () => {
    const answer = await raw('/filings', '{}', {
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    })
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({ code: 'forbidden' })
  })
})

describe('a fault of ours', () => {
  test('is told as one, with its request, and nothing else of it', async () => {
    await database.owner.query('alter table api_tokens rename to api_tokens_away')
    try {
      const answer = await app.inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${head}` } })
      expect(answer.statusCode).toBe(500)
      expect(answer.json()).toMatchObject({ code: 'fault', requestId: expect.any(String) })
      expect(answer.body).not.toContain('api_tokens')
    } finally {
      await database.owner.query('alter table api_tokens_away rename to api_tokens')
    }
  })
})

describe('the version of a case', () => {
  test('is its ETag; who has it is told that nothing changed', async () => {
    const params = await newCase()
    const first = await api.call('find-case', { params })
    const etag = String(first.headers.etag)
    expect(etag).toBe(`"${first.json().version}"`)
    const same = await api.call('find-case', { params, headers: { 'if-none-match': `"0", ${etag}` } })
    expect([same.statusCode, same.body]).toEqual([304, ''])
    const weak = await api.call('find-case', { params, headers: { 'if-none-match': `W/${etag}` } })
    expect(weak.statusCode).toBe(304)
    const after = await api.call('accept', { params })
    expect(after.headers.etag).not.toBe(etag)
    const newer = await api.call('find-case', { params, headers: { 'if-none-match': etag } })
    expect(newer.headers.etag).toBe(after.headers.etag)
  })

  test('that has moved on stops what was meant for the one before, the clock’s own events included', async () => {
    const params = await newCase()
    const seen = String((await api.call('find-case', { params })).headers.etag)
    const with_ = (tag: string) => ({ params, headers: { 'if-match': tag } })
    await api.call('add-note', { params, body: { text: 'somebody else' } })
    const before = await eventsOf(params.number)
    const late = await api.call('accept', with_(seen))
    expect([late.statusCode, late.json().code]).toEqual([412, 'moved-on'])
    expect(await eventsOf(params.number)).toEqual(before)
    for (const never of ['"0"', '"99999"', `W/${seen}`, 'x'])
      expect((await api.call('accept', with_(never))).statusCode, never).toBe(412)
    const now = String((await api.call('find-case', { params })).headers.etag)
    office.clock.advance({ hours: 24 * 20 })
    await runDeadlinePass(office, createLog('error'))
    expect((await api.call('accept', with_(now))).statusCode).toBe(412)
    const newest = String((await api.call('find-case', { params })).headers.etag)
    expect((await api.call('accept', with_(`"1", ${newest}`))).statusCode).toBe(200)
    expect((await api.call('add-note', { ...with_('*'), body: { text: 'x' } })).statusCode).toBe(200)
  })

  test('lets one of two through who act on the same one at once', async () => {
    const params = await newCase()
    const tag = String((await api.call('find-case', { params })).headers.etag)
    const both = await Promise.all(
      ['a', 'b'].map(text => api.call('add-note', { params, body: { text }, headers: { 'if-match': tag } })),
    )
    expect(both.map(answer => answer.statusCode).toSorted()).toEqual([200, 412])
  })
})

describe('a request that names itself', () => {
  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })

  test('is done once, however often it comes, and gets the first result', async () => {
    const params = await newCase()
    const sent = { params, ...keyed('k-1') }
    const first = await api.call('accept', sent)
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    for (let again = 0; again < 3; again++) {
      const answer = await api.call('accept', sent)
      expect([answer.statusCode, answer.headers['idempotency-replayed']]).toEqual([200, 'true'])
      expect(answer.json()).toEqual(first.json())
    }
    expect((await eventsOf(params.number)).filter(type => type === 'case.accepted')).toHaveLength(1)
    // Without its name it is another request, and too late.
    expect((await api.call('accept', { params })).statusCode).toBe(409)
  })

  test('is done once also when it comes many times at once', async () => {
    const params = await newCase()
    const note = { params, body: { text: 'once' }, ...keyed('k-2') }
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.call('add-note', note)))
    expect(answers.map(answer => answer.statusCode)).toEqual(Array(8).fill(200))
    expect((await eventsOf(params.number)).filter(type => type === 'note.added')).toHaveLength(1)
    const step = { params, ...keyed('k-3') }
    const steps = await Promise.all(Array.from({ length: 8 }, () => api.call('accept', step)))
    expect(steps.map(answer => answer.statusCode)).toEqual(Array(8).fill(200))
  })

  test('cannot stand for another: the same key with something else is refused', async () => {
    const params = await newCase()
    await api.call('add-note', { params, body: { text: 'one' }, ...keyed('k-4') })
    for (const other of [
      api.call('add-note', { params, body: { text: 'two' }, ...keyed('k-4') }),
      api.call('add-note', { params: await newCase(), body: { text: 'one' }, ...keyed('k-4') }),
      api.call('send-message', { params, body: { text: 'one' }, ...keyed('k-4') }),
    ]) {
      const answer = await other
      expect(answer.statusCode).toBe(422)
      expect(answer.json().errors).toMatchObject([{ field: 'header.Idempotency-Key' }])
    }
    // Another token's keys are its own.
    const token = await tokenOf(office.staff['unit-head'])
    expect(
      (await api.call('add-note', { params, body: { text: 'two' }, ...keyed('k-4'), token })).statusCode,
    ).toBe(200)
  })

  test('that was refused may come again, mended', async () => {
    const params = await newCase()
    const bad = await api.call('extend', { params, body: { length: 1, text: 'x' }, ...keyed('k-5') })
    expect(bad.statusCode).toBe(409)
    expect((await api.call('add-note', { params, body: { text: 'x' }, ...keyed('k-5') })).statusCode).toBe(
      200,
    )
  })

  test('files one case with one receipt, and no other case under that key', async () => {
    const body = {
      kind: 'hazard',
      category: 'road-damage',
      what: 'A hole',
      place: { address: '1 Lane' },
      protection: 'anonymous',
    }
    const sent = { body, ...keyed('filing') }
    const receipts = await Promise.all([1, 2, 3].map(() => api.call('file-case', sent)))
    receipts.push(await api.call('file-case', sent))
    expect(receipts.at(-1)?.headers['idempotency-replayed']).toBe('true')
    expect(receipts.map(one => one.statusCode)).toEqual([201, 201, 201, 201])
    expect(new Set(receipts.map(one => one.body)).size).toBe(1)
    const other = await api.call('file-case', { body: { ...body, what: 'Another' }, ...keyed('filing') })
    expect(other.statusCode).toBe(422)
    const { rows } = await database.owner.query("select 1 from cases where subject = 'A hole'")
    expect(rows).toHaveLength(1)
  })

  test('adds documents, units and people once', async () => {
    const params = await newCase()
    const form = multipart([{ field: 'files', name: 'a.pdf', content: pdf() }])
    for (let i = 0; i < 3; i++) {
      const { documents } = (await api.call('add-document', { params, form, ...keyed('doc') })).json()
      expect(documents).toHaveLength(1)
    }
    // Another boundary, the same documents; then others, as long to the byte.
    const again = multipart([{ field: 'files', name: 'a.pdf', content: pdf() }])
    expect(again.headers).not.toEqual(form.headers)
    const same = await api.call('add-document', { params, form: again, ...keyed('doc') })
    expect(same.headers['idempotency-replayed']).toBe('true')
    const altered = pdf()
    altered.write('%PDF-1.3')
    for (const other of [
      multipart([{ field: 'files', name: 'a.pdf', content: altered }]),
      multipart([{ field: 'files', name: 'b.pdf', content: pdf() }]),
    ]) {
      expect(other.payload.length).toBe(form.payload.length)
      const refused = await api.call('add-document', { params, form: other, ...keyed('doc') })
      expect(refused.json().errors).toMatchObject([{ field: 'header.Idempotency-Key' }])
    }
    const both = [1, 2, 3].map(() => api.call('add-document', { params, form, ...keyed('doc-at-once') }))
    expect((await Promise.all(both)).map(answer => answer.statusCode)).toEqual([200, 200, 200])
    const { documents } = (await api.call('find-case', { params })).json()
    expect(documents).toHaveLength(2)
    const unit = {
      parentId: office.units.root,
      name: { en: 'Once', 'zh-CN': '一次' },
      functions: [],
      areas: [],
    }
    const made = [1, 2].map(() => api.call('add-unit', { token: admin, body: unit, ...keyed('unit') }))
    const ids = (await Promise.all(made)).map(answer => answer.json().id)
    expect(new Set(ids).size).toBe(1)
    const person = { name: 'P', email: 'p@example.org', roles: [{ unitId: office.units.root, role: 'lead' }] }
    const people = [1, 2].map(() => api.call('add-staff', { token: admin, body: person, ...keyed('person') }))
    expect((await Promise.all(people)).map(answer => answer.statusCode)).toEqual([201, 201])
  })

  test('by a name that is none is refused', async () => {
    const params = await newCase()
    for (const key of ['', 'x'.repeat(201), 'a b'])
      expect((await api.call('accept', { params, ...keyed(key) })).statusCode, key).toBe(422)
  })

  test('leaves nobody’s identity behind among the results that are kept', async () => {
    const params = await newCase()
    const sent = { params, body: { purpose: 'To call' }, ...keyed('identity') }
    for (let i = 0; i < 2; i++)
      expect((await api.call('open-identity', sent)).json().name).toBe('Robin Example')
    expect((await eventsOf(params.number)).filter(type => type === 'identity.opened')).toHaveLength(2)
    const { rows } = await database.owner.query(
      "select 1 from idempotency_keys where result::text like '%Robin%'",
    )
    expect(rows).toEqual([])
  })
})

describe('the rate of a token', () => {
  test('is told with each answer, and a token that has used it up waits as long as it is told', async () => {
    const token = await tokenOf(office.staff.lead, 3)
    const answers = []
    for (let i = 0; i < 4; i++) answers.push(await api.call('find-me', { token }))
    expect(answers.map(answer => answer.statusCode)).toEqual([200, 200, 200, 429])
    expect(answers.map(answer => answer.headers.ratelimit)).toEqual([
      '"token";r=2;t=20',
      '"token";r=1;t=40',
      '"token";r=0;t=60',
      '"token";r=0;t=60',
    ])
    expect(answers[0]?.headers['ratelimit-policy']).toBe('"token";q=3;w=60')
    const wait = Number(answers[3]?.headers['retry-after'])
    expect(wait).toBe(20)
    expect(answers[3]?.json()).toMatchObject({ code: 'too-many' })
    office.clock.advance({ seconds: wait })
    expect((await api.call('find-me', { token })).statusCode).toBe(200)
  })

  test('wrong tokens are counted by where they come from', async () => {
    const statuses = new Set<number>()
    for (let i = 0; i < 70; i++) statuses.add((await app.inject({ url: '/api/v1/me' })).statusCode)
    expect([...statuses]).toEqual([401, 429])
    expect((await api.call('find-me')).statusCode).toBe(200)
    office.clock.advance({ minutes: 5 })
  })

  test('wrong receipt codes are counted by case, and the right one is let in after its wait', async () => {
    const { number, receiptCode } = await fileOne(office)
    const ask = (code: string) =>
      api.call('follow-case', { params: { number }, headers: { 'receipt-code': code } })
    const statuses = []
    for (let i = 0; i < 7; i++) statuses.push((await ask('1234 5678 9012 3456')).statusCode)
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404, 429])
    office.clock.advance({ hours: 1 })
    expect((await ask(receiptCode)).statusCode).toBe(200)
  })
})

describe('wrong receipt codes', () => {
  test('are counted together with those on the page', async () => {
    const { number, receiptCode } = await fileOne(office)
    const resident = visitor(app, { address: '127.0.0.1' })
    const wrong = '1234 5678 9012 3456'
    for (let i = 0; i < 3; i++)
      expect((await resident.post('/follow', { number, code: wrong })).statusCode).toBe(422)
    const ask = (code: string) =>
      api.call('follow-case', { params: { number }, headers: { 'receipt-code': code } })
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await ask(wrong)).statusCode)
    expect(statuses).toEqual([404, 404, 404, 429])
    expect((await resident.post('/follow', { number, code: receiptCode })).statusCode).toBe(429)
    office.clock.advance({ hours: 1 })
    expect((await ask(receiptCode)).statusCode).toBe(200)
    expect((await resident.post('/follow', { number, code: receiptCode })).statusCode).toBe(303)
  })
})

describe('a list', () => {
  test('goes forth and back by its cursors without gaps or repeats, while cases are filed', async () => {
    for (let i = 0; i < 55; i++) await fileOne(office)
    const forth: string[][] = []
    let query: Record<string, string> = { list: 'all', sort: '-filed' }
    let previous: string | null = null
    for (;;) {
      const page = (await api.call('list-cases', { query })).json()
      forth.push(page.cases.map((one: { number: string }) => one.number))
      await fileOne(office)
      if (!page.next) {
        previous = page.previous
        break
      }
      query = Object.fromEntries(new URL(page.next, 'http://x').searchParams)
    }
    const numbers = forth.flat()
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(forth.length).toBeGreaterThan(2)
    const back = Object.fromEntries(new URL(previous ?? '', 'http://x').searchParams)
    const page = (await api.call('list-cases', { query: back })).json()
    expect(page.cases.map((one: { number: string }) => one.number)).toEqual(forth.at(-2))
  })

  test('takes no cursor of another list, nor one that was made up', async () => {
    const { next } = (await api.call('list-cases', { query: { sort: 'number' } })).json()
    const cursor = new URL(next, 'http://x').searchParams.get('cursor') ?? ''
    for (const wrong of [cursor, 'x', 'bnVsbA', Buffer.from('["due","a","now","1"]').toString('base64url')]) {
      const answer = await api.call('list-cases', { query: { sort: 'due', cursor: wrong } })
      expect(answer.statusCode).toBe(422)
      expect(answer.json().errors).toMatchObject([{ field: 'query.cursor' }])
    }
  })
})

test('a form that breaks off, or brings what is no document, leaves nothing', async () => {
  const params = await newCase()
  const form = multipart([{ field: 'files', name: 'a.exe', content: Buffer.from('MZ not a document') }])
  const refused = await api.call('add-document', { params, form })
  expect(refused.json().errors).toMatchObject([{ field: 'files' }])
  const { payload, headers } = multipart([{ field: 'files', name: 'a.pdf', content: pdf() }])
  const cut = await api.call('add-document', { params, form: { payload: payload.subarray(0, -60), headers } })
  expect(cut.statusCode).toBe(422)
  expect((await api.call('add-document', { params, form: multipart([]) })).statusCode).toBe(422)
  expect((await api.call('add-document', { params, body: {}, wrong: true })).statusCode).toBe(415)
  expect((await eventsOf(params.number)).filter(type => type === 'document.added')).toEqual([])
})

describe('what is no address of the interface', () => {
  test('by its method is told which methods there are', async () => {
    for (const [method, url, allow] of [
      ['DELETE', '/api/v1/cases', 'GET, POST'],
      ['POST', '/api/v1/me', 'GET'],
    ] as const) {
      const answer = await app.inject({ method, url, headers: { host: 'localhost' } })
      expect([answer.statusCode, answer.headers.allow, answer.json().code]).toEqual([405, allow, 'method'])
    }
  })

  test('cannot be decoded, or is endless, is a problem as any other', async () => {
    for (const url of ['/api/v1/cases/%zz', `/api/v1/cases/${'9'.repeat(3000)}`, '/api/v1/%'])
      expect(
        await app.inject({ url, headers: { host: 'localhost', authorization: `Bearer ${head}` } }),
      ).toMatchObject({
        statusCode: 404,
        headers: { 'content-type': 'application/problem+json; charset=utf-8' },
      })
  })
})

describe('a body', () => {
  const post = (payload: Buffer, type: string) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/filings',
      payload,
      headers: { host: 'localhost', authorization: `Bearer ${head}`, 'content-type': type },
    })

  test('that is not UTF-8 is refused, not kept with marks for what was lost', async () => {
    const gbk = Buffer.from([0x22, 0xb5, 0xe7, 0xcc, 0xdd, 0x22])
    expect((await post(gbk, 'application/json')).json()).toMatchObject({ status: 400, code: 'unreadable' })
    expect((await post(gbk, 'application/json; charset=gbk')).json()).toMatchObject({
      code: expect.stringMatching(/media-type|unreadable/),
    })
  })
})
