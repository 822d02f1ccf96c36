import { beforeAll, describe, expect, it } from 'vitest'
import { actorOf } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { caseMaker, eventsOf, parts } from '../../../test/support/made-cases.ts'
import { type StaffSite, staffSite } from '../../../test/support/staff.ts'
import { giveTestPassword, signedInVisitor, visitor } from '../../../test/support/visitor.ts'
import { addStaff } from '../../org/actions.ts'
import { askReview } from '../actions/resident.ts'
import { acceptCase } from '../actions/staff.ts'

const database = await testDatabase()
let site: StaffSite
beforeAll(async () => {
  site = await staffSite(database)
})
const made = caseMaker(() => site)

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
    expect((await eventsOf(site, one)).map(({ type }) => type)).not.toContain('answer.given')
    const changed = await browser.post(`/cases/${one.number}/answer`, { ...typed, _step: 'edit' })
    expect(changed.body).toContain('It is 40 cm deep.</textarea>')
    await browser.post(`/cases/${one.number}/answer`, { ...typed, _step: 'send' })
    const given = (await eventsOf(site, one)).find(({ type }) => type === 'answer.given')
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
    expect((await eventsOf(site, one)).map(({ type }) => type)).not.toContain('answer.extended')
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
    const typesOf = async () => (await eventsOf(site, one)).map(({ type }) => type)

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
    const given = (await eventsOf(site, one)).findLast(({ type }) => type === 'answer.given')
    expect(given?.data).toMatchObject({ tier: 'review', outcome: 'upheld', leadId: staffId })
    expect((await above.get(page)).body).toContain('Review decision')
  })
})
