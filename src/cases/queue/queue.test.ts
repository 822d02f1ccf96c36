import { beforeAll, describe, expect, it } from 'vitest'
import { actorOf, fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { type StaffSite, staffSite } from '../../../test/support/staff.ts'
import { giveTestPassword, signedInVisitor, visitor } from '../../../test/support/visitor.ts'
import { addStaff } from '../../org/actions.ts'
import { withdraw } from '../actions/resident.ts'
import { acceptCase, proposeRedirect } from '../actions/staff.ts'

const database = await testDatabase()
let site: StaffSite

/** The numbers of the cases on a page, in order. */
const numbersOn = (body: string): string[] =>
  [...body.matchAll(/href="\/cases\/(\d{4}-\d{6}-\d)"/g)].map(([, number]) => number ?? '')
const list = async (role: Parameters<StaffSite['as']>[0], address: string) => {
  const answer = await (await site.as(role)).get(address)
  expect(answer.statusCode).toBe(200)
  return answer.body
}
const linkIn = (body: string, rel: string): string =>
  (new RegExp(`href="([^"]*)" rel="${rel}"`).exec(body)?.[1] ?? '').replaceAll('&amp;', '&')

beforeAll(async () => {
  site = await staffSite(database)
})

describe('who sees a list', () => {
  it('nobody who is not signed in', async () => {
    const answer = await visitor(site.app).get('/cases')
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe('/sign-in?next=%2Fcases')
  })

  it('the administrator, who reads no cases, sees an empty one', async () => {
    await fileOne(site.office)
    expect(numbersOn(await list('administrator', '/cases?tab=all'))).toEqual([])
  })

  it('the administrator begins where their own work is', async () => {
    const answer = await (await site.as('administrator')).get('/cases')
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/organisation'])
  })

  it('staff of another town see nothing of this one', async () => {
    const answer = await (await site.elsewhere('supervisor')).get('/cases?tab=all')
    expect(answer.statusCode).toBe(200)
    expect(numbersOn(answer.body)).toEqual([])
  })

  it('the auditor sees cases of every unit, the unit head those of the unit', async () => {
    const { number } = await fileOne(site.office)
    expect(numbersOn(await list('auditor', '/cases?tab=all'))).toContain(number)
    expect(numbersOn(await list('unit-head', '/cases?tab=units'))).toContain(number)
  })
})

describe('what stands in which list', () => {
  it('of a unit that is not one’s own nothing, and that is no fault', async () => {
    const { office } = site
    const { number } = await fileOne(office)
    const elsewhere = office.units.oversight
    for (const tab of ['unassigned', 'units', 'mine', 'all', 'overdue'])
      for (const more of ['', '&q=light', '&kind=hazard', '&sort=filed', '&stage=finished']) {
        const page = await list('case-officer', `/cases?tab=${tab}&unit=${elsewhere}${more}`)
        expect(numbersOn(page), tab + more).not.toContain(number)
      }
  })

  it('a case is mine once I have accepted it, and then is unassigned no more', async () => {
    const { office } = site
    const { caseId: id, number } = await fileOne(office)
    expect(numbersOn(await list('case-officer', '/cases?tab=unassigned'))).toContain(number)
    expect(numbersOn(await list('case-officer', '/cases'))).not.toContain(number)
    await acceptCase(office, await actorOf(office, office.staff['case-officer']), { id })
    expect(numbersOn(await list('case-officer', '/cases'))).toContain(number)
    expect(numbersOn(await list('case-officer', '/cases?tab=unassigned'))).not.toContain(number)
  })

  it('a case that another unit is asked to take over is in the list of that unit too', async () => {
    const { office, app, parts } = site
    const staffId = await addStaff(office, 'set-up', {
      name: 'Somebody in the East',
      title: {},
      email: 'east@example.org',
      accountId: null,
      grants: [{ unitId: office.units.east, role: 'case-officer' }],
    })
    await giveTestPassword(parts, office, staffId)
    const east = await signedInVisitor(app, 'east@example.org')
    const { caseId: id, number } = await fileOne(office)
    expect((await east.get(`/cases/${number}`)).statusCode).toBe(404)
    const head = await actorOf(office, office.staff['unit-head'])
    const input = { to: office.units.east, reason: 'another-unit', text: 'It is theirs.' }
    await proposeRedirect(office, head, { id }, input)
    expect(numbersOn((await east.get('/cases?tab=units')).body)).toEqual([number])
    expect((await east.get(`/cases/${number}`)).statusCode).toBe(200)
    expect(numbersOn(await list('unit-head', '/cases?tab=units'))).toContain(number)
  })

  it('a withdrawn case leaves the lists and is found among the finished', async () => {
    const { caseId: id, number } = await fileOne(site.office)
    await withdraw(site.office, { id }, '')
    expect(numbersOn(await list('supervisor', '/cases?tab=all'))).not.toContain(number)
    expect(numbersOn(await list('supervisor', '/cases?tab=all&status=finished'))).toContain(number)
    expect(numbersOn(await list('supervisor', '/cases?tab=overdue&status=finished'))).toEqual([])
  })

  it('a late case is overdue, and stands first', async () => {
    const late = await fileOne(site.office, { kind: 'question' })
    site.office.clock.advance({ hours: 24 * 9 })
    const fresh = await fileOne(site.office)
    const overdue = numbersOn(await list('supervisor', '/cases?tab=overdue'))
    expect(overdue).toContain(late.number)
    expect(overdue).not.toContain(fresh.number)
    const all = numbersOn(await list('supervisor', '/cases?tab=all'))
    expect(all.indexOf(late.number)).toBeLessThan(all.indexOf(fresh.number))
  })
})

describe('a long list', () => {
  beforeAll(async () => {
    for (let i = 0; i < 60; i++) {
      await fileOne(site.office, { kind: i % 2 ? 'hazard' : 'grievance', channel: i % 3 ? 'web' : 'phone' })
      if (i % 7 === 0) site.office.clock.advance({ hours: 20 })
    }
  })

  for (const sort of ['due', '-due', 'filed', '-filed', 'number', '-number']) {
    it(`sorted by ${sort} is read page by page to its end and back, without gap or repetition`, async () => {
      const seen: string[] = []
      let address = `/cases?tab=all&sort=${sort}`
      let last = address
      while (address) {
        const body = await list('supervisor', address)
        seen.push(...numbersOn(body))
        last = address
        address = linkIn(body, 'next')
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.length).toBeGreaterThan(50)
      if (sort === 'number') expect(seen).toEqual(seen.toSorted())
      if (sort === '-number') expect(seen).toEqual(seen.toSorted().reverse())
      const back: string[] = []
      for (address = last; address; ) {
        const body = await list('supervisor', address)
        back.unshift(...numbersOn(body))
        address = linkIn(body, 'prev')
      }
      expect(back).toEqual(seen)
    })
  }

  it('is narrowed by what stands in its address, which can be sent on', async () => {
    const body = await list(
      'supervisor',
      `/cases?tab=all&kind=hazard&channel=phone&unit=${site.office.units.roads}&status=filed&category=road-damage&due=30`,
    )
    expect(numbersOn(body).length).toBeGreaterThan(5)
    expect(body).toContain('Remove filter')
    expect(numbersOn(await list('supervisor', '/cases?tab=all&status=answered'))).toEqual([])
    expect(numbersOn(await list('supervisor', '/cases?tab=all&due=1&sort=due')).length).toBeGreaterThan(0)
  })

  it('shows itself whatever nonsense stands in its address', async () => {
    for (const nonsense of [
      'tab=x&sort=y&status=z&unit=1&due=q',
      'after=x~y',
      'sort=number&after=none~1',
      'q=%00%27&category=%3Cb%3E',
      'tab=mine&tab=all',
    ])
      await list('supervisor', `/cases?${nonsense}`)
  })
})

describe('searching', () => {
  it('finds words of what happened and where, in Chinese and in English', async () => {
    const { number } = await fileOne(site.office, {
      what: 'The weathervane squeaks. 井盖松动了。',
      place: { address: '9 Zephyr Lane' },
    })
    for (const words of ['weathervane', 'squeaking', '井盖', 'zephyr lane'])
      expect(numbersOn(await list('supervisor', `/cases?tab=all&q=${encodeURIComponent(words)}`))).toEqual([
        number,
      ])
  })

  it('never finds a person, by name, phone or address of mail', async () => {
    await fileOne(site.office, {
      what: 'Call 13800138000, or write to quokka@example.org.',
      party: { name: 'Quokka Wallaby', email: 'quokka@example.org', phone: '13800138000' },
    })
    for (const words of ['Quokka', 'Wallaby', '13800138000', 'quokka@example.org'])
      expect(numbersOn(await list('auditor', `/cases?tab=all&q=${encodeURIComponent(words)}`))).toEqual([])
  })

  it('opens a case by its number, however it is typed, where one may see it', async () => {
    const { number } = await fileOne(site.office)
    for (const typed of [number, number.replaceAll('-', ''), ` ${number.replaceAll('-', ' ')} `]) {
      const answer = await (await site.as('supervisor')).get(`/cases?q=${encodeURIComponent(typed)}`)
      expect([answer.statusCode, answer.headers.location]).toEqual([303, `/cases/${number}`])
    }
    const answer = await (await site.elsewhere('supervisor')).get(`/cases?q=${number}`)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).not.toContain(`/cases/${number}`)
  })

  it('walks through the list where more cases have the words than can be gathered', async () => {
    const { office } = site
    const { caseId: id } = await fileOne(office, { what: 'An ubiquitous thing.' })
    const copies = `select gen_random_uuid() as id, n from generate_series(1, 1100) as n`
    await database.owner.query(
      `with copies as materialized (${copies}), made as (
         insert into cases (tenant_id, id, number, receipt_digest, kind, category, status, open, unit_id, protected, channel,
           language, pack_id, pack_version, subject, filed_at, due_at, due_kind, due_from, state, updated_at)
         select tenant_id, copies.id, '2025-' || lpad(n::text, 6, '0') || '-0', receipt_digest, kind, category, status, open,
           unit_id, protected, channel, language, pack_id, pack_version, subject, filed_at, due_at, due_kind, due_from, state,
           updated_at from cases, copies where cases.id = $1)
       insert into case_texts select tenant_id, copies.id, words from case_texts, copies where case_id = $1`,
      [id],
    )
    const seen = new Set<string>()
    for (let address = '/cases?tab=all&q=ubiquitous'; address; ) {
      const body = await list('supervisor', address)
      for (const number of numbersOn(body)) seen.add(number)
      address = linkIn(body, 'next')
    }
    expect(seen.size).toBe(1101)
    await database.owner.query(`delete from cases where number like '2025-%'`)
  })

  it('says what to do when nothing is found', async () => {
    const body = await list('supervisor', '/cases?tab=mine&q=xylophone')
    expect(body).toContain('No case in this list has “xylophone”')
    expect(body).toContain('/cases?tab=all&amp;q=xylophone')
  })
})
