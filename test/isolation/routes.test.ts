import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { acceptCase } from '../../src/cases/actions/staff.ts'
import { addStaff } from '../../src/org/actions.ts'
import { roles } from '../../src/org/may.ts'
import { testApp } from '../support/app.ts'
import { actorOf, fileOne } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { type TestOffice, testOffice } from '../support/office.ts'
import { listRoutes, pathWith, type Route } from '../support/routes.ts'
import { giveTestPassword, signedInVisitor, type Visitor, visitor } from '../support/visitor.ts'

// Every route that takes something in its address, asked by somebody with every role for what is another tenant's:
// the answer is the one for what does not exist at all.

const database = await testDatabase()
const here = await testOffice(database)
const there = await testOffice(database, { host: 'there.example' })
const { app, parts } = await testApp(database, here.clock)
const routes = await listRoutes(app)
// Programs come with a token, not as who is signed in: src/api/refusals.test.ts asks them the same.
const taking = routes.filter(route => route.path.includes(':') && !route.path.startsWith('/api/'))

const secret = 'Kestrel Lane'
const file = {
  id: randomUUID(),
  mediaType: 'image/jpeg',
  size: 10,
  sha256: '0'.repeat(64),
  name: 'secret.jpg',
  thumbnail: false,
}

type Known = { numbers: string[]; ids: string[] }
let own: Known
let foreign: Known
let everybody: Visitor

async function live(office: TestOffice, cases: number): Promise<Known> {
  const head = await actorOf(office, office.staff['unit-head'])
  const numbers: string[] = []
  const ids: string[] = []
  for (let i = 0; i < cases; i++) {
    const { number, caseId } = await fileOne(office, { files: [file], place: { address: `1 ${secret}` } })
    await acceptCase(office, head, { id: caseId })
    numbers.push(number)
    ids.push(caseId)
  }
  return { numbers, ids: [...ids, ...Object.values(office.units), ...Object.values(office.staff), file.id] }
}

beforeAll(async () => {
  own = await live(here, 2)
  const all = await live(there, 8)
  // Numbers count in each tenant, so the first ones are here as well.
  foreign = { ...all, numbers: all.numbers.filter(number => !own.numbers.includes(number)) }
  const email = 'everybody@example.org'
  const grants = roles.flatMap(role =>
    [here.units.root, here.units.oversight].map(unitId => ({ unitId, role })),
  )
  const id = await addStaff(here, 'set-up', { name: 'E. Body', title: {}, email, accountId: null, grants })
  await giveTestPassword(parts, here, id)
  parts.offices.forget()
  everybody = await signedInVisitor(app, email)
})

/** Words that routes know in the place of a name, so that what lies behind them is reached. */
const words: Record<string, string[]> = {
  action: [
    'accept',
    'answer',
    'assign',
    'recuse',
    'add-note',
    'open-identity',
    'propose-redirect',
    'decide-review',
  ],
  act: ['message', 'review', 'agree', 'withdraw'],
  step: ['kind', 'contact'],
  year: ['2026'],
  no: ['1'],
}

/** The addresses of a route for what somebody knows of, one for each combination that is tried. */
function addresses(route: Route, known: { numbers: string[]; ids: string[] }): string[] {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '')
  const choices = names.map(name =>
    name === 'number' ? known.numbers.slice(0, 1) : (words[name] ?? known.ids),
  )
  const most = Math.max(...choices.map(list => list.length))
  return Array.from({ length: most }, (_, i) => {
    const chosen = new Map(names.map((name, n) => [name, choices[n]?.[i % (choices[n]?.length ?? 1)] ?? '']))
    return pathWith(route, name => chosen.get(name) ?? '')
  })
}

/** A form with everything that any route might ask for, all of it the other's. */
const form = () => ({
  text: 'x',
  reason: 'another-unit',
  purpose: 'x',
  to: there.units.east,
  unit: there.units.east,
  unitId: there.units.east,
  parentId: there.units.root,
  staffId: there.staff.lead,
  ownerId: there.staff['case-officer'],
  leadId: there.staff.lead,
  role: 'lead',
  'name-en': 'x',
  'name-zh-CN': 'x',
})

async function ask(browser: Visitor, method: string, address: string) {
  const answer = method === 'GET' ? await browser.get(address) : await browser.post(address, form())
  const { statusCode: status, body, headers } = answer
  return { status, body, location: String(headers.location ?? '') }
}

const namesOf = (route: Route): string[] => [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '')
const byIds = taking.filter(route => namesOf(route).some(name => name === 'number' || !(name in words)))

test('the crawl knows every name that an address may hold', () => {
  const known = new Set(['number', 'id', ...Object.keys(words)])
  expect(taking.flatMap(namesOf).filter(name => !known.has(name))).toEqual([])
  expect(byIds.length).toBeGreaterThan(8)
})

describe.each(byIds)('$path', route => {
  test.each(route.methods)('answers a %s for another tenant’s as for nothing at all', async method => {
    const [number = ''] = foreign.numbers
    for (const address of addresses(route, foreign)) {
      const answer = await ask(everybody, method, address)
      expect([303, 404, 401], `${method} ${address}`).toContain(answer.status)
      expect(answer.body, address).not.toContain(secret)
      // A number with the right check digit that was never given out, and an id of nothing.
      const unknown = { numbers: ['2031-000001-4'], ids: foreign.ids.map(() => randomUUID()) }
      const [like = ''] = addresses(route, unknown)
      const nothing = await ask(everybody, method, like)
      expect(answer.status, `${method} ${address} against ${like}`).toBe(nothing.status)
      expect(answer.location.replaceAll(number, '#')).toBe(nothing.location.replaceAll('2031-000001-4', '#'))
    }
  })
})

test('what is one’s own is found by the same addresses, so that the crawl looks at something', async () => {
  const found = new Set<string>()
  for (const route of byIds)
    for (const address of addresses(route, own))
      if ((await ask(everybody, 'GET', address)).status === 200) found.add(route.path)
  expect([...found]).toEqual(
    expect.arrayContaining(['/cases/:number', '/organisation/units/:id', '/organisation/staff/:id']),
  )
})

test('nothing was written over there, and nothing here names what is there', async () => {
  const { rows } = await database.owner.query<{ type: string }>(
    `select distinct type from events where tenant_id = $1 and actor->>'id' = any ($2)`,
    [there.tenant.id, Object.values(here.staff)],
  )
  expect(rows).toEqual([])
  const everythingHere = await database.owner.query<{ row: string }>(
    `select data::text as row from events where tenant_id = $1 union all
     select state::text from cases where tenant_id = $1 union all
     select t::text from units t where tenant_id = $1 union all select g::text from grants g where tenant_id = $1`,
    [here.tenant.id],
  )
  const theirs = [...Object.values(there.units), ...Object.values(there.staff)]
  for (const { row } of everythingHere.rows) for (const id of theirs) expect(row).not.toContain(id)
})

test('whoever is signed in here is a stranger there', async () => {
  const elsewhere = visitor(app, { host: 'there.example' })
  for (const [name, value] of everybody.cookies) elsewhere.cookies.set(name, value)
  const [number = ''] = foreign.numbers
  for (const address of ['/cases', `/cases/${number}`, '/organisation', '/organisation/staff', '/account']) {
    const answer = await ask(elsewhere, 'GET', address)
    expect(answer.status, address).toBe(303)
    expect(answer.location).toContain('/sign-in')
  }
})

describe('no address is a fault', () => {
  const odd = [
    '%00',
    '%F0%9F%90%A6',
    '%2e%2e%2fetc',
    'x'.repeat(190),
    '-1',
    '99999999999999999999',
    "'--",
    '%ff',
    '0',
  ]
  const queries = [
    '?page=%00',
    '?after=%00&sort=%00',
    '?before=%00',
    '?q=%00',
    '?q=%27%22%5C:*&',
    '?lang=%00',
    '?unit=x&status=x&kind=x&sort=x&after=x',
  ]

  test.each(routes)('$path', async route => {
    const ends = ['/sign-out', '/account'].some(path => route.path.startsWith(path))
    const browser = ends ? await signedInVisitor(app, 'everybody@example.org') : everybody
    for (const method of route.methods) {
      for (const value of route.path.includes(':') ? odd : ['']) {
        const { status } = await ask(
          browser,
          method,
          pathWith(route, () => value),
        )
        expect(status, `${method} ${route.path} with ${value}`).toBeLessThan(500)
      }
    }
    if (route.path.includes(':')) return
    for (const query of queries)
      expect((await ask(browser, 'GET', route.path + query)).status, query).toBeLessThan(500)
  })
})
