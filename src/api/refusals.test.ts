import { beforeAll, describe, expect, test } from 'vitest'
import { furnish, requestTo } from '../../test/support/api-bodies.ts'
import { type ApiClient, apiClient } from '../../test/support/api-client.ts'
import { everyScope } from '../../test/support/api-tokens.ts'
import { testApp } from '../../test/support/app.ts'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice } from '../../test/support/office.ts'
import { addToken, revokeToken } from '../access/actions.ts'
import type { Scope } from '../access/rules.ts'
import { addStaff } from '../org/actions.ts'
import { roles } from '../org/may.ts'
import { operations } from './operations.ts'

// What no token opens: every operation without one, without its scope, for another town's cases and units, and by
// everybody whose roles do not include it.

const database = await testDatabase()
const here = await testOffice(database)
const there = await testOffice(database, { host: 'there.example' })
const { app } = await testApp(database, here.clock)

const tokenOf = async (
  office: TestOffice,
  staffId: string | undefined,
  scopes: readonly Scope[] = everyScope,
) => addToken(office, 'set-up', { name: 'Test', scopes, staffId, limitPerMinute: 100_000 })

let api: ApiClient
let everybody: string
let own: { number: string; receiptCode: string; caseId: string }
let foreign: { number: string; receiptCode: string; caseId: string }
beforeAll(async () => {
  const grants = roles.flatMap(role =>
    [here.units.root, here.units.oversight].map(unitId => ({ unitId, role })),
  )
  const person = { name: 'E. Body', title: {}, email: 'e@example.org', accountId: null, grants }
  const id = await addStaff(here, 'set-up', person)
  everybody = (await tokenOf(here, id)).token
  api = await apiClient(app, everybody)
  await Promise.all([here, there].map(furnish))
  own = await fileOne(here)
  // Numbers count in each town, so that theirs must not be one of ours.
  await fileOne(there)
  foreign = await fileOne(there)
})

const ids = operations.map(one => one.id)

describe('without a valid token', () => {
  test.each(ids)('%s is refused with 401, and says how to come in', async id => {
    const gone = await tokenOf(here, here.staff.lead)
    await revokeToken(here, 'set-up', gone.id)
    for (const token of ['', 'ans_00000000000000000000000000000000', gone.token]) {
      const answer = await api.call(id, { ...requestTo(id, here, own), token })
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="api"')
      expect(answer.json()).toMatchObject({ code: 'no-token', status: 401 })
    }
    // Time enough for the limit on strangers, which has a test of its own.
    here.clock.advance({ seconds: 10 })
  })

  test('who is signed in in a browser is nobody here', async () => {
    const answer = await app.inject({ url: '/api/v1/me', headers: { cookie: 'session=x' } })
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  test('and at another town than its own a token opens nothing', async () => {
    for (const id of ids) {
      const sent = requestTo(id, here, own)
      const answer = await api.call(id, { ...sent, headers: { ...sent.headers, host: 'there.example' } })
      expect(answer.statusCode, id).toBe(401)
      here.clock.advance({ seconds: 1 })
    }
    here.clock.advance({ minutes: 5 })
  })
})

describe('without its scope', () => {
  test.each(operations.filter(one => one.scope).map(one => one.id))('%s is refused with 403', async id => {
    const { scope } = operations.find(one => one.id === id) ?? {}
    const others = everyScope.filter(one => one !== scope)
    const { token } = await tokenOf(here, here.staff.administrator, others)
    const answer = await api.call(id, { ...requestTo(id, here, own), token })
    expect(answer.statusCode).toBe(403)
    expect(answer.headers['www-authenticate']).toContain(`scope="${scope}"`)
    expect(answer.json().detail).toContain(scope)
  })
})

describe('what is another town’s', () => {
  const taking = operations.filter(one => /\{(number|id)\}/.test(one.path)).map(one => one.id)
  test.each(taking)('%s answers as for nothing at all', async id => {
    here.clock.advance({ hours: 25 }) // past the waits for wrong receipt codes
    const theirs = await api.call(id, requestTo(id, there, foreign))
    const nothing = await api.call(id, requestTo(id, there, { ...foreign, number: '2031-000001-4' }))
    expect([theirs.statusCode, nothing.statusCode]).toEqual([404, 404])
    const told = ({ requestId: _, ...problem }: Record<string, unknown>) => problem
    expect(told(theirs.json())).toEqual(told(nothing.json()))
  })

  test('and nothing was written there', async () => {
    const { rows } = await database.owner.query(
      `select 1 from events where tenant_id = $1 and actor->>'kind' = 'staff'`,
      [there.tenant.id],
    )
    expect(rows).toEqual([])
  })
})

describe('roles that do not include it', () => {
  const never: Record<string, readonly string[]> = {
    'open-identity': ['front-desk', 'case-officer', 'lead', 'supervisor', 'administrator'],
    assign: ['front-desk', 'case-officer', 'lead', 'auditor', 'administrator'],
    'add-unit': ['front-desk', 'case-officer', 'lead', 'unit-head', 'supervisor', 'auditor'],
    'list-staff': ['front-desk', 'case-officer', 'lead', 'unit-head', 'supervisor', 'auditor'],
    'find-staff': ['unit-head', 'auditor'],
    'issue-link': ['unit-head', 'auditor'],
    'change-settings': ['unit-head', 'auditor'],
    'publish-calendar-year': ['unit-head', 'auditor'],
    'export-list': ['unit-head', 'supervisor', 'auditor'],
    'list-imports': ['unit-head', 'supervisor', 'auditor'],
    'add-import': ['unit-head', 'auditor'],
    'find-import': ['unit-head', 'auditor'],
    'check-import': ['unit-head', 'auditor'],
    'discard-import': ['unit-head', 'auditor'],
    'list-webhooks': ['unit-head', 'supervisor', 'auditor'],
    'find-webhook': ['unit-head', 'auditor'],
    'list-deliveries': ['unit-head', 'auditor'],
    'change-webhook': ['unit-head', 'auditor'],
    'test-webhook': ['unit-head', 'auditor'],
    'remove-webhook': ['unit-head', 'auditor'],
    'find-belonging': ['lead', 'supervisor', 'auditor', 'administrator'],
    'register-case': ['lead', 'supervisor', 'auditor', 'administrator'],
  }
  test.each(Object.entries(never))('are refused %s', async (id, roles) => {
    for (const role of roles) {
      const { token } = await tokenOf(here, here.staff[role as keyof typeof here.staff])
      const answer = await api.call(id, { ...requestTo(id, here, own), token })
      // A case that is not theirs to read does not exist for them.
      expect([403, 404], `${id} as ${role}`).toContain(answer.statusCode)
    }
  })

  test('and a resident’s case is for the receipt alone', async () => {
    for (const code of ['', '0000 0000 0000 0000', foreign.receiptCode]) {
      const answer = await api.call('follow-case', {
        params: { number: own.number },
        headers: { 'receipt-code': code },
      })
      expect(answer.statusCode).toBe(404)
    }
  })
})
