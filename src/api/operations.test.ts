import { beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../test/support/api-client.ts'
import { everyScope } from '../../test/support/api-tokens.ts'
import { testApp } from '../../test/support/app.ts'
import { fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { drivesAll } from '../../test/support/driven.ts'
import { testOffice } from '../../test/support/office.ts'
import { multipart } from '../../test/support/upload.ts'
import { addToken } from '../access/actions.ts'
import type { Scope } from '../access/rules.ts'
import { caseProofHolds } from '../audit/case-proof.ts'
import { makeCheckpoint } from '../audit/checkpoint.ts'
import { addUnit } from '../org/actions.ts'
import { pdf } from '../platform/files/fixtures/documents.ts'

// Every operation, called as the document says by a client that knows nothing else. The client fails on any answer that
// the document does not have.

const database = await testDatabase()
const office = await testOffice(database, { packId: 'cn-2022', start: '2026-03-02T01:00:00Z' })
const { app } = await testApp(database, office.clock)
const { staff, units } = office

const everything: Scope[] = [...everyScope]
const tokenFor = async (staffId: string | undefined, scopes: Scope[] = everything): Promise<string> =>
  (await addToken(office, 'set-up', { name: 'Test', scopes, staffId, limitPerMinute: 100_000 })).token

let api: ApiClient
const tokens: Record<string, string> = {}
beforeAll(async () => {
  for (const [role, id] of Object.entries(staff)) tokens[role] = await tokenFor(id)
  // Below the roads office, so that a case of theirs has two units above it for its reviews.
  const functions = ['street-lighting']
  const name = { en: 'Lighting Team', 'zh-CN': '路灯组' }
  await addUnit(office, 'set-up', { parentId: units.roads, name, functions, areas: [] })
  tokens.resident = await tokenFor(undefined, ['residents'])
  api = await apiClient(app, tokens['unit-head'] ?? '')
})
drivesAll(import.meta.filename, () => api)

const form = (name = 'letter.pdf') => multipart([{ field: 'files', name, content: pdf() }])
const decision = {
  asked: 'The hole',
  facts: 'We looked.',
  rule: 'Art. 1',
  reasons: 'It is ours.',
  remedy: 'Filled.',
}
const newCase = async () => (await fileOne(office, {})).number

describe('to begin with', () => {
  test('a program learns who it is and by which rules it works', async () => {
    const me = (await api.call('find-me')).json()
    expect(me.staff).toMatchObject({ id: staff['unit-head'], mayRegister: true })
    expect(me.staff.roles).toEqual([{ role: 'unit-head', unit: { id: units.roads, name: 'Roads Office' } }])
    expect((await api.call('find-me', { token: tokens.resident })).json().staff).toBeNull()
    const rules = (await api.call('find-rules')).json()
    expect(rules.id).toBe('cn-2022@1')
    expect(rules.categories.length).toBeGreaterThan(20)
    const inChinese = await apiClient(app, tokens.lead ?? '', 'zh-CN')
    expect((await inChinese.call('find-rules')).json().kinds[0].name).toMatch(/\p{Script=Han}/u)
    expect((await api.call('list-units')).json().units).toHaveLength(5)
    expect((await api.call('find-unit', { params: { id: units.east } })).json().name.en).toBe('East Village')
    expect((await api.call('find-calendar')).json().id).toBe('cn')
  })
})

describe('an officer', () => {
  test('finds a case in the list, page by page, and by its words', async () => {
    const filed = new Set<string>()
    for (let i = 0; i < 28; i++) filed.add(await newCase())
    const seen: string[] = []
    let query: Record<string, string> = { list: 'units', sort: 'filed' }
    for (let page = 0; page < 3; page++) {
      const answer = await api.call('list-cases', { query })
      const { cases, next } = answer.json()
      seen.push(...cases.map((one: { number: string }) => one.number))
      expect(answer.headers.link ?? '').toContain(next ?? '')
      if (!next) break
      query = Object.fromEntries(new URL(next, 'http://x').searchParams)
    }
    expect(seen.toSorted()).toEqual([...filed].toSorted())
    const back = await api.call('list-cases', { query: { list: 'units', sort: 'filed', q: 'cyclist' } })
    expect(back.json().cases).toHaveLength(25)
    expect(back.json().counts.units).toBe(28)
    const none = await api.call('list-cases', { query: { status: 'finished' } })
    expect(none.json()).toMatchObject({ cases: [], next: null, partial: false })
  })

  test('takes a case from filing to a review’s end, by what the case says can be done', async () => {
    const receipt = (
      await api.call('file-case', {
        token: tokens.resident,
        body: {
          kind: 'hazard',
          category: 'street-light',
          what: 'A lamp is dark.',
          place: { address: '12 Willow Street' },
          protection: 'named',
          party: { name: 'Robin Example', email: 'robin@example.org' },
        },
      })
    ).json()
    expect(receipt.unit.name).toBe('Lighting Team')
    const params = { number: receipt.number }
    const resident = { params, token: tokens.resident, headers: { 'receipt-code': receipt.receiptCode } }
    const actionsOf = async (token = tokens['unit-head']) =>
      (await api.call('find-case', { params, token })).json().actions.map((one: { name: string }) => one.name)

    expect(await actionsOf()).toContain('accept')
    expect((await api.call('accept', { params })).json().status).toBe('in-hand')
    expect(await actionsOf()).not.toContain('accept')
    const { officers } = (await api.call('list-case-officers', { params })).json()
    expect(officers.map((one: { id: string }) => one.id)).toContain(staff['case-officer'])
    const assigned = await api.call('assign', {
      params,
      body: { ownerId: staff['case-officer'], leadId: staff.lead },
    })
    expect(assigned.json()).toMatchObject({ owner: { id: staff['case-officer'] }, lead: { id: staff.lead } })

    const asked = await api.call('ask-information', { params, body: { text: 'Which side of the road?' } })
    expect(asked.json().status).toBe('awaiting-resident')
    const given = await api.call('follow-message', { ...resident, body: { text: 'The left side.' } })
    expect(given.json().status).toBe('in-hand')
    await api.call('send-message', { params, body: { text: 'Thank you.' } })
    await api.call('add-note', { params, body: { text: 'Call the depot.' } })
    await api.call('add-document', { params, form: form('plan.pdf') })
    await api.call('follow-add-document', { ...resident, form: form('photo.pdf') })
    const extended = await api.call('extend', { params, body: { length: 10, text: 'The plant is shut.' } })
    const answerDue = extended.json().dues.find((one: { kind: string }) => one.kind === 'answer')
    expect(answerDue.due > answerDue.firstDue).toBe(true)
    const told = await api.call('explain-due', { params: { ...params, id: answerDue.id } })
    expect(told.json().steps.length).toBeGreaterThan(0)
    const toldThem = await api.call('follow-explain-due', {
      ...resident,
      params: { ...params, id: answerDue.id },
    })
    expect(toldThem.json()).toEqual(told.json())

    const answered = await api.call('answer', {
      params,
      token: tokens.lead,
      body: { outcome: 'supported', ...decision, remedyBy: '2026-04-30' },
    })
    expect(answered.json().answers).toMatchObject([
      { no: 1, signedBy: { id: staff.lead }, parts: { facts: 'We looked.' }, remedyBy: '2026-04-30' },
    ])
    const corrected = await api.call('correct-answer', {
      params,
      token: tokens.lead,
      body: { why: 'A slip.', outcome: 'supported', ...decision, facts: 'We looked twice.' },
    })
    expect(corrected.json().answers[0]).toMatchObject({
      corrections: 1,
      parts: { facts: 'We looked twice.' },
    })
    await api.call('report-remedy', { params, body: { text: 'It is filled.' } })
    await api.call('follow-rate', { ...resident, body: { rating: 2 } })

    const own = (await api.call('follow-case', resident)).json()
    expect(own.actions.map((one: { name: string }) => one.name)).toContain('review')
    const asked1 = await api.call('follow-review', { ...resident, body: { text: 'It is dark again.' } })
    expect(asked1.json()).toMatchObject({ status: 'under-review', tier: 'review', unit: { id: units.roads } })
    const upheld = { outcome: 'upheld', ...decision }
    expect(await actionsOf(tokens.lead)).not.toContain('decide-review') // who signed the answer
    expect((await api.call('decide-review', { params, body: upheld })).json()).toMatchObject({
      tier: 'review',
    })
    const asked2 = await api.call('follow-review', { ...resident, body: { text: 'It is still dark.' } })
    expect(asked2.json()).toMatchObject({ tier: 'final-review', unit: { id: units.root } })
    const chief = await chiefToken()
    expect(await actionsOf(chief)).toEqual(expect.arrayContaining(['decide-review', 'begin-hearing']))
    await api.call('begin-hearing', { params, token: chief, body: { until: '2026-03-20' } })
    await api.call('end-hearing', { params, token: chief })
    const reviewed = await api.call('decide-review', { params, token: chief, body: upheld })
    expect(reviewed.json()).toMatchObject({ status: 'answered', tier: 'final-review' })
    expect((await api.call('follow-agree', { ...resident, body: { rating: 4 } })).json().status).toBe(
      'closed',
    )
    await api.call('follow-reopen', { ...resident, body: { text: 'Not again!' } })
    expect((await api.call('follow-withdraw', { ...resident, body: {} })).json().status).toBe('withdrawn')

    await makeCheckpoint(office)
    const proof = (await api.call('follow-proof', resident)).json()
    expect(caseProofHolds(proof, proof.publicKey)).toBe(true)

    const { documents } = (await api.call('find-case', { params, token: chief })).json()
    expect(documents.map((one: { name: string; from: string }) => [one.name, one.from])).toEqual([
      ['plan.pdf', 'staff'],
      ['photo.pdf', 'resident'],
    ])
    const [first, second] = documents
    const file = await api.call('find-case-document', { params: { ...params, id: second.id }, token: chief })
    expect(file.headers['content-disposition']).toContain('photo.pdf')
    expect(file.rawPayload.length).toBe(second.size)
    const theirs = await api.call('follow-document', { ...resident, params: { ...params, id: first.id } })
    expect(theirs.rawPayload.length).toBe(first.size)

    const { events } = (
      await api.call('list-case-events', { params, token: chief, query: { limit: '100' } })
    ).json()
    expect(events.map((one: { type: string }) => one.type)).toEqual(
      expect.arrayContaining(['case.filed', 'note.added', 'answer.corrected', 'hearing.ended']),
    )
    const later = await api.call('list-case-events', {
      params,
      token: chief,
      query: { after: String(events.at(-2).seq) },
    })
    expect(later.json().events).toHaveLength(1)
    const heard = (await api.call('follow-events', { ...resident, query: { limit: '100' } })).json().events
    expect(heard.map((one: { type: string }) => one.type)).not.toContain('note.added')
    expect(heard.find((one: { type: string }) => one.type === 'information.asked').text).toBe(
      'Which side of the road?',
    )
  })

  test('passes a case on, and it leaves the sight of who passed it', async () => {
    const params = { number: await newCase() }
    const reasons = (await api.call('find-rules')).json()
    const passed = { to: units.east, reason: reasons.notOurs[0].code, text: 'It is in the village.' }
    const chief = await chiefToken()
    await api.call('propose-redirect', { params, body: passed })
    await api.call('refuse-redirect', { params, token: chief, body: { text: 'It is yours.' } })
    await api.call('propose-redirect', { params, body: passed })
    expect((await api.call('confirm-redirect', { params, token: chief })).json().unit.id).toBe(units.east)
    expect((await api.call('find-case', { params })).statusCode).toBe(404)

    const other = { number: await newCase() }
    const declined = await api.call('decline', {
      params: other,
      body: { reason: reasons.notAccepted[0].code, text: 'A court has it.' },
    })
    expect(declined.json()).toMatchObject({
      status: 'declined',
      declined: { reason: reasons.notAccepted[0].code },
    })
    const gone = await api.call('recuse', {
      params: { number: await newCase() },
      body: { units: [units.roads], staff: [], text: 'They laid that road.' },
    })
    expect([gone.statusCode, gone.body]).toEqual([204, ''])
  })

  test('opens an identity for a purpose alone, and the record says so', async () => {
    const params = { number: await newCase() }
    const empty = await api.call('open-identity', { params, body: { purpose: ' ' }, wrong: true })
    expect(empty.json().errors).toMatchObject([{ field: 'purpose' }])
    const opened = await api.call('open-identity', { params, body: { purpose: 'To agree on a time' } })
    expect(opened.json()).toEqual({ name: 'Robin Example', email: 'robin@example.org' })
    expect(opened.headers['cache-control']).toContain('no-store')
    const { events } = (await api.call('list-case-events', { params })).json()
    expect(events.at(-1)).toMatchObject({ type: 'identity.opened', text: 'To agree on a time' })
    expect((await api.call('find-case', { params })).body).not.toContain('Robin Example')
  })
})

test('the desk registers a case for somebody on the phone', async () => {
  const where = await api.call('find-belonging', {
    token: tokens['front-desk'],
    body: { kind: 'question', category: 'road-damage' },
  })
  expect(where.json()).toMatchObject({
    unit: { id: units.roads },
    lead: { id: staff['unit-head'] },
    answer: { length: { unit: expect.any(String) } },
  })
  const nowhere = await api.call('find-belonging', {
    token: tokens['front-desk'],
    body: { kind: 'question', category: 'dragons' },
  })
  expect(nowhere.json().errors).toMatchObject([{ field: 'category' }])
  const answer = await api.call('register-case', {
    token: tokens['front-desk'],
    body: {
      channel: 'phone',
      kind: 'question',
      category: 'road-damage',
      what: 'When is the road mended?',
      protection: 'anonymous',
      language: 'zh-CN',
    },
  })
  const { number, receiptCode } = answer.json()
  expect(answer.headers.location).toBe(`/api/v1/cases/${number}`)
  const headers = { 'receipt-code': receiptCode }
  const own = await api.call('follow-case', { params: { number }, token: tokens.resident, headers })
  expect(own.json()).toMatchObject({ protection: 'anonymous', language: 'zh-CN', number })
})

test('an administrator looks after the organisation', async () => {
  const admin = { token: tokens.administrator }
  const unit = { name: { en: 'Lighting', 'zh-CN': '照明科' }, functions: ['street-lighting'], areas: [] }
  const added = await api.call('add-unit', { ...admin, body: { parentId: units.root, ...unit } })
  const { id } = added.json()
  expect(added.headers.location).toBe(`/api/v1/units/${id}`)
  const area = { en: 'Mill Lane', 'zh-CN': '磨坊巷' }
  const changed = { ...unit, areas: [area], intake: false, active: true }
  const after = await api.call('change-unit', { ...admin, params: { id }, body: changed })
  expect(after.json()).toMatchObject({ areas: [area], path: [units.root, id] })

  const person = { name: 'Lu Xun', email: 'Lu.Xun@example.org', title: { en: 'Engineer', 'zh-CN': '工程师' } }
  const role = { unitId: id, role: 'case-officer' }
  const made = (await api.call('add-staff', { ...admin, body: { ...person, roles: [role] } })).json()
  expect(made).toMatchObject({ email: 'lu.xun@example.org', roles: [role], active: true })
  const params = { id: made.id }
  await api.call('change-staff', { ...admin, params, body: { ...person, name: 'Lu X.', title: null } })
  await api.call('grant-role', { ...admin, params, body: { unitId: units.roads, role: 'lead' } })
  const less = await api.call('revoke-role', { ...admin, params, body: role })
  expect(less.json()).toMatchObject({
    name: 'Lu X.',
    title: null,
    roles: [{ unitId: units.roads, role: 'lead' }],
  })
  expect((await api.call('issue-link', { ...admin, params, body: {} })).json().url).toMatch(
    /\/sign-in\/link\?token=/,
  )
  expect((await api.call('end-staff', { ...admin, params })).json().active).toBe(false)
  expect((await api.call('restore-staff', { ...admin, params })).json().active).toBe(true)
  expect((await api.call('find-staff', { ...admin, params })).json()).toMatchObject({ active: true })
  expect((await api.call('list-staff', admin)).json().staff.length).toBeGreaterThan(8)

  const settings = (await api.call('find-settings', admin)).json()
  const renamed = { ...settings, name: { en: 'Willow', 'zh-CN': '柳镇' } }
  expect((await api.call('change-settings', { ...admin, body: renamed })).json()).toEqual(renamed)
  expect((await api.call('find-settings', admin)).json()).toEqual(renamed)

  const days = { holidays: [{ date: '2027-01-01', name: { en: 'New Year', 'zh-CN': '元旦' } }], makeup: [] }
  const before = await api.call('find-calendar', admin)
  const published = await api.call('publish-calendar-year', {
    ...admin,
    params: { year: '2027' },
    headers: { 'if-match': String(before.headers.etag) },
    body: days,
  })
  expect(published.json().years['2027'].holidays).toEqual(days.holidays)
  expect(published.headers.etag).not.toBe(before.headers.etag)
})

let chief: Promise<string> | undefined
/** The token of a head of the whole institution, who was added through the interface. */
function chiefToken(): Promise<string> {
  chief ??= (async () => {
    const roles = [{ unitId: units.root, role: 'unit-head' }]
    const body = { name: 'The chief', email: 'chief@example.org', roles }
    const made = await api.call('add-staff', { token: tokens.administrator ?? '', body })
    return tokenFor(made.json().id)
  })()
  return chief
}
