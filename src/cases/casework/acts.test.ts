import { beforeAll, describe, expect, it } from 'vitest'
import { actorOf, fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { type StaffSite, staffSite } from '../../../test/support/staff.ts'
import { giveTestPassword, signedInVisitor, visitor } from '../../../test/support/visitor.ts'
import { addStaff } from '../../org/actions.ts'
import type { Role } from '../../org/may.ts'
import { q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { isUuid, v7 } from '../../platform/uuid.ts'
import { askReview } from '../actions/resident.ts'
import { acceptCase, answerCase, proposeRedirect } from '../actions/staff.ts'
import type { StaffAction } from '../allowed-actions.ts'
import type { Filing } from '../rules/filing.ts'

const database = await testDatabase()
let site: StaffSite
beforeAll(async () => {
  site = await staffSite(database)
})

const parts = { asked: 'Fill it.', facts: 'It is 40 cm deep.', rule: 'Section 3.' }
type Case = { id: string; number: string }

const made = {
  async filed(changes: Partial<Filing> = {}): Promise<Case> {
    const { caseId: id, number } = await fileOne(site.office, changes)
    return { id, number }
  },
  async accepted(): Promise<Case> {
    const one = await made.filed()
    await acceptCase(site.office, await actorOf(site.office, site.office.staff['case-officer']), one)
    return one
  },
  async answered(): Promise<Case> {
    const one = await made.accepted()
    const head = await actorOf(site.office, site.office.staff['unit-head'])
    await answerCase(site.office, head, one, { parts, outcome: 'supported', remedyBy: '2026-12-20' })
    return one
  },
  async redirecting(): Promise<Case> {
    const one = await made.filed()
    const officer = await actorOf(site.office, site.office.staff['case-officer'])
    const to = site.office.units.east
    await proposeRedirect(site.office, officer, one, { to, reason: 'another-unit', text: 'Theirs.' })
    return one
  },
}

async function eventsOf({ id }: Case) {
  return inSnapshot(site.office.pool, site.office.tenant.id, tx =>
    tx.all(
      q.selectFrom('events').select(['type', 'actor', 'data']).where('stream_id', '=', id).orderBy('seq'),
    ),
  )
}

/** Each act: from where, by whom and by whom not, what is typed, what is wrong, and the event that says it was done. */
const table: {
  action: Exclude<StaffAction, 'open-identity' | 'decide-review' | 'begin-hearing' | 'end-hearing'>
  from: () => Promise<Case>
  by: Role
  notBy: Role
  typed: () => Record<string, string | string[]>
  /** What is sent instead, and the field whose fault the page then names. */
  bad?: { typed: Record<string, string>; field: string }
  event: string
}[] = [
  {
    action: 'accept',
    from: made.filed,
    by: 'case-officer',
    notBy: 'lead',
    typed: () => ({}),
    event: 'case.accepted',
  },
  {
    action: 'decline',
    from: made.filed,
    by: 'unit-head',
    notBy: 'case-officer',
    typed: () => ({ reason: 'before-a-court', 'text-before-a-court': 'The court has it.' }),
    bad: { typed: { reason: 'before-a-court', 'text-before-a-court': '' }, field: 'text-before-a-court' },
    event: 'case.declined',
  },
  {
    action: 'propose-redirect',
    from: made.filed,
    by: 'case-officer',
    notBy: 'front-desk',
    typed: () => ({ to: site.office.units.east, reason: 'another-unit', text: 'It is in their village.' }),
    bad: { typed: { to: '', reason: 'another-unit', text: 'x' }, field: 'to' },
    event: 'redirect.proposed',
  },
  {
    action: 'confirm-redirect',
    from: made.redirecting,
    by: 'supervisor',
    notBy: 'case-officer',
    typed: () => ({}),
    event: 'redirect.confirmed',
  },
  {
    action: 'refuse-redirect',
    from: made.redirecting,
    by: 'supervisor',
    notBy: 'case-officer',
    typed: () => ({ text: 'Not ours either.' }),
    bad: { typed: { text: '  ' }, field: 'text' },
    event: 'redirect.refused',
  },
  {
    action: 'assign',
    from: made.filed,
    by: 'unit-head',
    notBy: 'case-officer',
    typed: () => ({ ownerId: site.office.staff['case-officer'], leadId: site.office.staff.lead }),
    bad: { typed: { ownerId: v7(), leadId: '' }, field: 'ownerId' },
    event: 'case.assigned',
  },
  {
    action: 'ask-information',
    from: made.accepted,
    by: 'case-officer',
    notBy: 'lead',
    typed: () => ({ text: 'Which side?' }),
    bad: { typed: { text: '' }, field: 'text' },
    event: 'information.asked',
  },
  {
    action: 'extend',
    from: made.accepted,
    by: 'unit-head',
    notBy: 'case-officer',
    typed: () => ({ length: '10', text: 'The material is late.', _step: 'send' }),
    bad: { typed: { length: '31', text: 'x' }, field: 'length' },
    event: 'answer.extended',
  },
  {
    action: 'answer',
    from: made.accepted,
    by: 'lead',
    notBy: 'case-officer',
    typed: () => ({ ...parts, outcome: 'supported', _step: 'send' }),
    bad: { typed: { ...parts, facts: '', outcome: 'supported' }, field: 'facts' },
    event: 'answer.given',
  },
  {
    action: 'correct-answer',
    from: made.answered,
    by: 'lead',
    notBy: 'case-officer',
    typed: () => ({ ...parts, outcome: 'supported', why: 'The depth was wrong.', _step: 'send' }),
    bad: { typed: { ...parts, outcome: 'supported', why: '' }, field: 'why' },
    event: 'answer.corrected',
  },
  {
    action: 'report-remedy',
    from: made.answered,
    by: 'case-officer',
    notBy: 'lead',
    typed: () => ({ text: 'Filled this morning.' }),
    bad: { typed: { text: '' }, field: 'text' },
    event: 'remedy.done',
  },
  {
    action: 'send-message',
    from: made.filed,
    by: 'front-desk',
    notBy: 'lead',
    typed: () => ({ text: 'We are on it.' }),
    bad: { typed: { text: 'x'.repeat(5001) }, field: 'text' },
    event: 'message.sent',
  },
  {
    action: 'add-note',
    from: made.filed,
    by: 'lead',
    notBy: 'front-desk',
    typed: () => ({ text: 'Ask the crew.' }),
    bad: { typed: { text: '' }, field: 'text' },
    event: 'note.added',
  },
  {
    action: 'recuse',
    from: made.filed,
    by: 'auditor',
    notBy: 'case-officer',
    typed: () => ({ staff: [site.office.staff.lead], text: 'He is a neighbour.' }),
    bad: { typed: { text: 'Who?' }, field: 'units' },
    event: 'recusal.added',
  },
]

describe.each(table)('$action', ({ action, from, by, notBy, typed, bad, event }) => {
  it('sends who is not signed in to the sign-in page, and does nothing', async () => {
    const one = await from()
    const before = await eventsOf(one)
    const stranger = visitor(site.app)
    expect((await stranger.get(`/cases/${one.number}/${action}`)).statusCode).toBe(303)
    expect([303, 401]).toContain((await stranger.post(`/cases/${one.number}/${action}`, typed())).statusCode)
    expect(await eventsOf(one)).toEqual(before)
  })

  it(`is not for the ${notBy}`, async () => {
    const one = await from()
    const before = await eventsOf(one)
    const browser = await site.as(notBy)
    expect((await browser.get(`/cases/${one.number}/${action}`)).statusCode).toBe(403)
    expect((await browser.post(`/cases/${one.number}/${action}`, typed())).statusCode).toBe(403)
    expect(await eventsOf(one)).toEqual(before)
  })

  it('does not exist for staff of another town', async () => {
    const one = await from()
    const browser = await site.elsewhere(by)
    expect((await browser.get(`/cases/${one.number}/${action}`)).statusCode).toBe(404)
    expect((await browser.post(`/cases/${one.number}/${action}`, typed())).statusCode).toBe(404)
  })

  it('is done once, however often its form is sent, and says so in the record', async () => {
    const one = await from()
    const browser = await site.as(by)
    const page = await browser.get(`/cases/${one.number}/${action}`)
    expect(page.statusCode).toBe(200)
    const form = { ...typed(), _seen: fieldOf(page.body, '_seen'), _key: fieldOf(page.body, '_key') }
    const before = (await eventsOf(one)).length
    const answers = await Promise.all([1, 2].map(() => browser.post(`/cases/${one.number}/${action}`, form)))
    answers.push(await browser.post(`/cases/${one.number}/${action}`, form))
    for (const answer of answers)
      expect([answer.statusCode, answer.headers.location]).toEqual([
        303,
        `/cases/${one.number}?done=${action}`,
      ])
    const events = (await eventsOf(one)).slice(before)
    expect(events.filter(({ type }) => type === event)).toHaveLength(1)
    expect(events.find(({ type }) => type === event)?.actor).toEqual({
      kind: 'staff',
      id: site.office.staff[by],
    })
    expect((await browser.get(`/cases/${one.number}?done=${action}`)).body).toContain(
      'govuk-notification-banner--success',
    )
  })

  it('names what is wrong and keeps what was typed', async () => {
    if (!bad) return
    const one = await from()
    const browser = await site.as(by)
    const answer = await browser.post(`/cases/${one.number}/${action}`, bad.typed)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(`<a href="#${bad.field}">`)
    const texts = Object.values(bad.typed).filter(value => value.trim() !== '' && !isUuid(value))
    expect(texts.filter(value => !answer.body.includes(value))).toEqual([])
    expect((await eventsOf(one)).some(({ type, actor }) => type === event && isBy(actor, by))).toBe(false)
  })
})

const fieldOf = (body: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''
const isBy = (actor: unknown, role: Role): boolean =>
  (actor as { id?: string }).id === site.office.staff[role]

it('a second text on the same form, after going back in the browser, is not lost', async () => {
  const one = await made.filed()
  const browser = await site.as('case-officer')
  const { body } = await browser.get(`/cases/${one.number}`)
  const form = { _seen: fieldOf(body, '_seen'), _key: fieldOf(body, '_key') }
  expect(
    (await browser.post(`/cases/${one.number}/add-note`, { ...form, text: 'The first.' })).statusCode,
  ).toBe(303)
  const second = await browser.post(`/cases/${one.number}/add-note`, { ...form, text: 'The second.' })
  expect([second.statusCode, second.body.includes('The second.')]).toEqual([409, true])
})

it('a form changes its language without losing what was typed', async () => {
  const one = await made.filed()
  const browser = await site.as('case-officer')
  const answer = await browser.post(`/cases/${one.number}/add-note?lang=zh-CN`, {
    text: 'Half a',
    _language: 'zh-CN',
  })
  await browser.get('/cases?lang=en')
  expect([
    answer.statusCode,
    answer.body.includes('添加内部备注'),
    answer.body.includes('Half a</textarea>'),
  ]).toEqual([200, true, true])
  expect((await eventsOf(one)).map(({ type }) => type)).not.toContain('note.added')
})

describe('when somebody else was faster', () => {
  it('says who and when, keeps what was typed, and lets it be sent as things now stand', async () => {
    const one = await made.filed()
    const browser = await site.as('case-officer')
    const page = await browser.get(`/cases/${one.number}/add-note`)
    const form = {
      text: 'As agreed on the phone.',
      _seen: fieldOf(page.body, '_seen'),
      _key: fieldOf(page.body, '_key'),
    }
    await (await site.as('unit-head')).post(`/cases/${one.number}/add-note`, {
      text: 'Mine first.',
      _key: v7(),
    })
    const answer = await browser.post(`/cases/${one.number}/add-note`, form)
    expect(answer.statusCode).toBe(409)
    expect(answer.body).toContain('The unit-head changed this case after you opened the page')
    expect(answer.body).toContain('As agreed on the phone.')
    const again = { ...form, _seen: fieldOf(answer.body, '_seen'), _key: fieldOf(answer.body, '_key') }
    expect((await browser.post(`/cases/${one.number}/add-note`, again)).statusCode).toBe(303)
  })

  it('shows what was typed, to be copied, where the step is no longer possible', async () => {
    const one = await made.filed()
    const browser = await site.as('case-officer')
    const page = await browser.get(`/cases/${one.number}/propose-redirect`)
    await acceptCase(site.office, await actorOf(site.office, site.office.staff['unit-head']), one)
    const answer = await browser.post(`/cases/${one.number}/propose-redirect`, {
      to: site.office.units.east,
      reason: 'another-unit',
      text: 'A long explanation that took an hour.',
      _seen: fieldOf(page.body, '_seen'),
      _key: fieldOf(page.body, '_key'),
    })
    expect(answer.statusCode).toBe(409)
    expect(answer.body).toContain('A long explanation that took an hour.')
    expect((await browser.get(`/cases/${one.number}/propose-redirect`)).statusCode).toBe(409)
  })
})

describe('what is signed', () => {
  it('is seen as the resident will see it, in their language, before it goes out', async () => {
    const one = await made.filed({ language: 'zh-CN' })
    await acceptCase(site.office, await actorOf(site.office, site.office.staff['case-officer']), one)
    const browser = await site.as('lead')
    const typed = {
      ...parts,
      remedy: 'A sign.',
      outcome: 'supported',
      'remedyBy-day': '27',
      'remedyBy-month': '12',
      'remedyBy-year': '2026',
    }
    const preview = await browser.post(`/cases/${one.number}/answer`, { ...typed, _step: 'preview' })
    expect(preview.statusCode).toBe(200)
    expect(preview.body).toContain('<div lang="zh-CN">')
    expect(preview.body).toContain('予以支持')
    expect(preview.body).toContain('It is 40 cm deep.')
    expect((await eventsOf(one)).map(({ type }) => type)).not.toContain('answer.given')
    const changed = await browser.post(`/cases/${one.number}/answer`, { ...typed, _step: 'edit' })
    expect(changed.body).toContain('It is 40 cm deep.</textarea>')
    await browser.post(`/cases/${one.number}/answer`, { ...typed, _step: 'send' })
    const given = (await eventsOf(one)).find(({ type }) => type === 'answer.given')
    expect(given?.data).toMatchObject({
      outcome: 'supported',
      remedyBy: '2026-12-27',
      leadId: site.office.staff.lead,
    })
  })

  it('shows the new date before the time is extended', async () => {
    const one = await made.accepted()
    const answer = await (await site.as('unit-head')).post(`/cases/${one.number}/extend`, {
      length: '10',
      text: 'Rain.',
      _step: 'preview',
    })
    expect(answer.body).toContain('Due then')
    expect((await eventsOf(one)).map(({ type }) => type)).not.toContain('answer.extended')
  })
})

describe('reviews', () => {
  it('are decided one level up, hearing included, by somebody who signed nothing before', async () => {
    const { office, app, parts: real } = site
    const staffId = await addStaff(office, 'set-up', {
      name: 'The head above',
      title: {},
      email: 'above@example.org',
      accountId: null,
      grants: [{ unitId: office.units.root, role: 'unit-head' }],
    })
    await giveTestPassword(real, office, staffId)
    const above = await signedInVisitor(app, 'above@example.org')
    const one = await made.answered()
    await askReview(office, { id: one.id }, 'Nobody came.')
    const page = `/cases/${one.number}`
    const typesOf = async () => (await eventsOf(one)).map(({ type }) => type)

    // The unit that answered reads it no more: it is not its case now.
    expect((await (await site.as('unit-head')).get(`${page}/decide-review`)).statusCode).toBe(404)
    expect((await (await site.as('supervisor')).get(`${page}/decide-review`)).statusCode).toBe(403)
    expect((await (await site.elsewhere('unit-head')).get(`${page}/decide-review`)).statusCode).toBe(404)
    expect((await visitor(app).get(`${page}/begin-hearing`)).statusCode).toBe(303)

    const past = { 'until-day': '1', 'until-month': '1', 'until-year': '2026' }
    expect((await above.post(`${page}/begin-hearing`, past)).statusCode).toBe(422)
    const soon = office.clock.now().toZonedDateTimeISO('Asia/Shanghai').add({ days: 5 })
    const until = { 'until-day': `${soon.day}`, 'until-month': `${soon.month}`, 'until-year': `${soon.year}` }
    expect((await above.post(`${page}/begin-hearing`, until)).statusCode).toBe(303)
    expect(await typesOf()).toContain('hearing.begun')
    expect((await above.get(`${page}/begin-hearing`)).statusCode).toBe(409)
    expect((await above.post(`${page}/end-hearing`)).statusCode).toBe(303)
    expect(await typesOf()).toContain('hearing.ended')

    const decision = { ...parts, reasons: 'The measurements hold.', outcome: 'upheld' }
    const form = await above.get(`${page}/decide-review`)
    expect(form.body).toContain('Nobody came.</textarea>')
    const bad = await above.post(`${page}/decide-review`, { ...decision, outcome: 'nonsense', reasons: '' })
    expect([
      bad.statusCode,
      bad.body.includes('href="#outcome"'),
      bad.body.includes('href="#reasons"'),
    ]).toEqual([422, true, true])
    const preview = await above.post(`${page}/decide-review`, { ...decision, _step: 'preview' })
    expect(preview.body).toContain('Upheld: the decision stands')
    expect((await above.post(`${page}/decide-review`, { ...decision, _step: 'send' })).statusCode).toBe(303)
    const given = (await eventsOf(one)).findLast(({ type }) => type === 'answer.given')
    expect(given?.data).toMatchObject({ tier: 'review', outcome: 'upheld', leadId: staffId })
    expect((await above.get(page)).body).toContain('Review decision')
  })
})
