import { beforeAll, describe, expect, it } from 'vitest'
import { actorOf } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { type Case, caseMaker, eventsOf, fieldOf, parts } from '../../../test/support/made-cases.ts'
import { type StaffSite, staffSite } from '../../../test/support/staff.ts'
import { visitor } from '../../../test/support/visitor.ts'
import type { Role } from '../../org/may.ts'
import { isUuid, v7 } from '../../platform/uuid.ts'
import { acceptCase } from '../actions/staff.ts'
import type { StaffAction } from '../allowed-actions.ts'

const database = await testDatabase()
let site: StaffSite
beforeAll(async () => {
  site = await staffSite(database)
})

const made = caseMaker(() => site)

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
    const before = await eventsOf(site, one)
    const stranger = visitor(site.app)
    expect((await stranger.get(`/cases/${one.number}/${action}`)).statusCode).toBe(303)
    expect([303, 401]).toContain((await stranger.post(`/cases/${one.number}/${action}`, typed())).statusCode)
    expect(await eventsOf(site, one)).toEqual(before)
  })

  it(`is not for the ${notBy}`, async () => {
    const one = await from()
    const before = await eventsOf(site, one)
    const browser = await site.as(notBy)
    expect((await browser.get(`/cases/${one.number}/${action}`)).statusCode).toBe(403)
    expect((await browser.post(`/cases/${one.number}/${action}`, typed())).statusCode).toBe(403)
    expect(await eventsOf(site, one)).toEqual(before)
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
    const before = (await eventsOf(site, one)).length
    const answers = await Promise.all([1, 2].map(() => browser.post(`/cases/${one.number}/${action}`, form)))
    answers.push(await browser.post(`/cases/${one.number}/${action}`, form))
    for (const answer of answers)
      expect([answer.statusCode, answer.headers.location]).toEqual([
        303,
        `/cases/${one.number}?done=${action}`,
      ])
    const events = (await eventsOf(site, one)).slice(before)
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
    expect((await eventsOf(site, one)).some(({ type, actor }) => type === event && isBy(actor, by))).toBe(
      false,
    )
  })
})

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
  expect((await eventsOf(site, one)).map(({ type }) => type)).not.toContain('note.added')
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
