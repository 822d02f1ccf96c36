import { beforeAll, describe, expect, test } from 'vitest'
import { bodiesFor, furnish, requestTo } from '../../test/support/api-bodies.ts'
import { type ApiClient, apiClient } from '../../test/support/api-client.ts'
import { everyScope, tokenFor } from '../../test/support/api-tokens.ts'
import { testApp } from '../../test/support/app.ts'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { addStaff } from '../org/actions.ts'
import { roles } from '../org/may.ts'
import { operations } from './operations.ts'

// The document and what is served, held against each other: whatever the document forbids is refused, by its field, and
// nothing that is sent is a fault of ours.

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)
let api: ApiClient
beforeAll(async () => {
  const grants = roles.map(role => ({ unitId: office.units.root, role }))
  const person = { name: 'E. Body', title: {}, email: 'e@example.org', accountId: null, grants }
  const staffId = await addStaff(office, 'set-up', person)
  await furnish(office)
  api = await apiClient(app, await tokenFor(office, staffId, everyScope))
})

type Body = Record<string, unknown>

/** Ways in which a body can be wrong, or merely odd. */
function* mutations(body: Body): Generator<Body> {
  yield { ...body, another: 1 }
  for (const name of Object.keys(body)) {
    const { [name]: value, ...rest } = body
    yield rest
    for (const odd of [null, true, 0, -1, 1.5, 1e300, '', ' ', 'x', 'x'.repeat(5001), [], {}, [null], [{}]])
      yield { ...body, [name]: odd }
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const inner of mutations(value as Body)) yield { ...body, [name]: inner }
    if (Array.isArray(value) && typeof value[0] === 'object')
      for (const inner of mutations(value[0])) yield { ...body, [name]: [inner] }
  }
}

const more: Record<string, Body> = {
  'file-case': {
    wanted: 'x',
    place: { address: 'x', area: office.units.east, pin: { latitude: 1, longitude: 2 } },
    about: { unit: office.units.east, named: 'x', retaliation: true },
    questions: { depth: 'x' },
    party: { name: 'x', email: 'x@example.org', phone: '12345' },
    protection: 'named',
    language: 'en',
  },
  'publish-calendar-year': {
    holidays: [{ date: '2026-01-01', name: { en: 'x', 'zh-CN': 'x' } }],
    halfDays: [{ date: '2026-01-02', name: { en: 'x', 'zh-CN': 'x' }, half: 'morning' }],
  },
  'add-unit': { areas: [{ en: 'x', 'zh-CN': 'x' }] },
}

const bodies = bodiesFor(office)

test('every body in the document has one here to be bent', () => {
  const taking = operations.filter(one => one.body !== undefined).map(one => one.id)
  expect(Object.keys(bodies).toSorted()).toEqual(taking.toSorted())
})

describe.each(Object.keys(bodies))('%s', id => {
  test('refuses every body that the document forbids, and is never at fault itself', async () => {
    const body = { ...(bodies[id] as Body), ...more[id] }
    expect(api.takes(id, body)).toBe(true)
    let forbidden = 0
    for (const odd of mutations(body)) {
      const receipt = await fileOne(office)
      const sent = { ...requestTo(id, office, receipt), body: odd, wrong: true }
      const answer = await api.call(id, sent)
      const said = `${id} ${JSON.stringify(odd).slice(0, 200)}: ${answer.body.slice(0, 300)}`
      expect(answer.statusCode, said).toBeLessThan(500)
      if (api.takes(id, odd)) continue
      forbidden++
      expect(answer.statusCode, said).toBe(422)
      expect(answer.json().errors.length, said).toBeGreaterThan(0)
    }
    expect(forbidden).toBeGreaterThan(0)
  }, 120_000)
})
