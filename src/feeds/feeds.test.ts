import ICAL from 'ical.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { type StaffSite, staffSite } from '../../test/support/staff.ts'
import { visitor } from '../../test/support/visitor.ts'
import { endRetention } from '../cases/actions/end-retention.ts'
import { rebuildCases } from '../cases/actions/rebuild-cases.ts'
import { renewCalendar, withdraw } from '../cases/actions/resident.ts'
import { acceptCase, addNote, askInformation } from '../cases/actions/staff.ts'
import { givePass } from '../cases/follow/pass.ts'
import { findCase } from '../cases/reads.ts'
import { endStaff } from '../org/actions.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { translator } from '../platform/i18n/translator.ts'
import { calendarText } from './calendar.ts'
import { entriesOfStaff } from './rules.ts'

const database = await testDatabase()
let site: StaffSite
beforeAll(async () => {
  site = await staffSite(database)
})

const page = '/account/calendars'
const stranger = () => visitor(site.app)

/** The addresses of a member of staff's calendars, made if there are none. */
async function addresses(role: Parameters<StaffSite['as']>[0]): Promise<{ mine: string; unit: string }> {
  const browser = await site.as(role)
  if (!(await browser.get(page)).body.includes('.ics')) await browser.post(`${page}/renew`)
  const { body } = await browser.get(page)
  const path = (name: string) => new RegExp(`/feeds/staff/[\\w-]+/${name}\\.ics`).exec(body)?.[0] ?? ''
  return { mine: path('mine'), unit: path('unit') }
}

/** The entries of a calendar as another program reads them. */
async function read(path: string) {
  const answer = await stranger().get(path)
  expect(answer.statusCode).toBe(200)
  expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8')
  expect(answer.body).not.toMatch(/[^\r]\n/)
  for (const line of answer.body.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  const calendar = new ICAL.Component(ICAL.parse(answer.body))
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0')
  const events = calendar.getAllSubcomponents('vevent').map(one => new ICAL.Event(one))
  return { answer, calendar, events }
}

const about = (events: ICAL.Event[], number: string) => events.filter(one => one.summary.includes(number))

async function filedAndAccepted(): Promise<{ caseId: string; number: string }> {
  const { caseId, number } = await fileOne(site.office)
  await acceptCase(site.office, await actorOf(site.office, site.office.staff['unit-head']), { id: caseId })
  return { caseId, number }
}

describe('the calendar of a member of staff', () => {
  test('speaks the language that its page was read in, whatever its program names', async () => {
    const { number } = await filedAndAccepted()
    const browser = await site.as('unit-head')
    await addresses('unit-head')
    const cookie = [...browser.cookies].map(one => one.join('=')).join('; ')
    const { body } = await browser.get(page, { cookie, 'accept-language': 'zh-CN' })
    expect(body).toContain('href="webcal://')
    const [, path = ''] = /(\/feeds\/staff\/[^"<]+mine[.]ics[^"<]*)/.exec(body) ?? []
    expect(path).toMatch(/lang=zh-CN$/)
    const { events } = await read(path)
    expect(
      about(events, number)
        .map(one => one.summary)
        .join(),
    ).toContain('答复')
  })

  test('shows what is due in cases that carry their name, all day where it is due by the end of one', async () => {
    const { number, caseId } = await filedAndAccepted()
    const { mine } = await addresses('unit-head')
    const { events } = await read(mine)
    const ours = about(events, number)
    expect(ours.length).toBeGreaterThan(0)
    const answer = ours.find(one => one.summary.startsWith('Answer'))
    expect(answer?.startDate.isDate).toBe(true)
    const { rows } = await database.owner.query(
      `select due_at from obligations where stream_id = $1 and kind = 'answer'`,
      [caseId],
    )
    const due = Temporal.Instant.fromEpochMilliseconds(new Date(String(rows[0].due_at)).getTime())
    expect(answer?.startDate.toString()).toBe(
      due.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString(),
    )
    expect(answer?.component.getFirstPropertyValue('categories')).toBe('Damaged road or pavement')
    expect(answer?.component.getFirstPropertyValue('status')).toBe('CONFIRMED')
    expect(answer?.component.getFirstPropertyValue('url')).toContain(`/cases/${number}`)
    for (const event of events) expect(String(event.component.getFirstPropertyValue('dtstamp'))).toMatch(/Z$/)
    expect(new Set(events.map(one => one.uid)).size).toBe(events.length)
  })

  test('names the hour, in the office’s own zone, where something is due by an hour', async () => {
    const { state } = await fileOne(site.office)
    const [first] = state.obligations
    if (!first) throw new Error('nothing is owed')
    // The last two are the same hour of the clock, which is set back in between: those are told in UTC.
    for (const due of [
      '2026-07-01T10:30:00.000Z',
      '2026-12-01T10:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]) {
      const timed = { ...state, obligations: [{ ...first, due }] }
      const text = calendarText(entriesOfStaff([timed], 'Europe/Berlin', site.office.clock.now()), {
        name: 'x',
        for: 'staff',
        t: translator('en'),
        tenant: 1,
        timeZone: 'Europe/Berlin',
        organisation: { units: new Map(), officers: new Map() },
        linkTo: number => `https://town.example/cases/${number}`,
      })
      const calendar = new ICAL.Component(ICAL.parse(text))
      const [event] = calendar.getAllSubcomponents('vevent').map(one => new ICAL.Event(one))
      const zone = due.includes('10-25') ? 'UTC' : 'Europe/Berlin'
      expect(event?.startDate.zone?.tzid).toBe(zone)
      expect(event?.startDate.toUnixTime()).toBe(Date.parse(due) / 1000)
    }
  })

  test('of a unit shows its cases to who works there and to nobody else', async () => {
    const { number } = await filedAndAccepted()
    expect(about((await read((await addresses('case-officer')).unit)).events, number).length).toBeGreaterThan(
      0,
    )
    expect(about((await read((await addresses('supervisor')).unit)).events, number).length).toBeGreaterThan(0)
    expect(about((await read((await addresses('administrator')).unit)).events, number)).toEqual([])
    expect(about((await read((await addresses('auditor')).mine)).events, number)).toEqual([])
  })

  test('says that the clock stands still, with a higher number', async () => {
    const { caseId, number } = await filedAndAccepted()
    const { unit } = await addresses('unit-head')
    const find = async () =>
      about((await read(unit)).events, number).find(one => one.summary.startsWith('Answer'))
    const before = await find()
    site.office.clock.advance({ hours: 1 })
    const head = await actorOf(site.office, site.office.staff['unit-head'])
    await askInformation(site.office, head, { id: caseId }, { text: 'Which side?' })
    const after = await find()
    expect(after?.uid).toBe(before?.uid)
    expect(after?.sequence).toBeGreaterThan(before?.sequence ?? 99)
    expect(after?.component.getFirstPropertyValue('status')).toBe('TENTATIVE')
  })

  test('shows what was withdrawn as called off, for a month', async () => {
    const { caseId, number } = await filedAndAccepted()
    const { mine, unit } = await addresses('unit-head')
    const before = about((await read(mine)).events, number)[0]
    site.office.clock.advance({ hours: 1 })
    await withdraw(site.office, { id: caseId }, 'It was mended.')
    for (const path of [mine, unit]) {
      const after = about((await read(path)).events, number).find(one => one.uid === before?.uid)
      expect(after?.component.getFirstPropertyValue('status')).toBe('CANCELLED')
      expect(after?.sequence).toBeGreaterThan(before?.sequence ?? 99)
    }
    site.office.clock.advance({ hours: 24 * 31 })
    expect(about((await read(mine)).events, number)).toEqual([])
    site.office.clock.advance({ hours: -24 * 31 })
  })

  test('tells nobody’s name and nothing that was said', async () => {
    const { caseId } = await filedAndAccepted()
    const head = await actorOf(site.office, site.office.staff['unit-head'])
    await addNote(site.office, head, { id: caseId }, { text: 'A note about Robin' })
    for (const role of ['unit-head', 'supervisor'] as const)
      for (const path of Object.values(await addresses(role))) {
        const { body } = (await read(path)).answer
        for (const word of ['Robin', 'deep hole', 'Willow Street', 'note', 'mended'])
          expect(body).not.toContain(word)
      }
  })

  test('of a protected case shows its number and dates alone', async () => {
    const { number } = await fileOne(site.office, { protection: 'protected' })
    const ours = about((await read((await addresses('unit-head')).unit)).events, number)
    expect(ours.length).toBeGreaterThan(0)
    for (const event of ours) {
      expect(event.component.getFirstProperty('categories')).toBeNull()
      expect(event.description).not.toContain('Roads')
    }
  })

  test('is the same to the byte while nothing changes, and then not sent again', async () => {
    await filedAndAccepted()
    const { unit } = await addresses('unit-head')
    const first = await stranger().get(unit)
    site.office.clock.advance({ minutes: 5 })
    const etag = String(first.headers.etag)
    const again = await stranger().get(unit, { 'if-none-match': `W/"x", ${etag}` })
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
    await filedAndAccepted()
    expect((await stranger().get(unit, { 'if-none-match': etag })).statusCode).toBe(200)
  })

  test('ends when it is renewed, ended, or its member of staff leaves', async () => {
    const browser = await site.as('lead')
    const { mine } = await addresses('lead')
    await browser.post(`${page}/renew`)
    expect((await stranger().get(mine)).statusCode).toBe(404)
    const { mine: second } = await addresses('lead')
    expect((await stranger().get(second)).statusCode).toBe(200)
    await browser.post(`${page}/end`)
    expect((await stranger().get(second)).statusCode).toBe(404)
    expect((await browser.get(page)).body).toContain('Make a calendar address')
    const { mine: third } = await addresses('lead')
    await endStaff(site.office, 'set-up', site.office.staff.lead)
    expect((await stranger().get(third)).statusCode).toBe(404)
    const { rows } = await database.owner.query(
      `select type from events where data->>'staffId' = $1 and type like 'feeds.%' order by seq`,
      [site.office.staff.lead],
    )
    expect(rows.map(row => row.type)).toEqual([
      'feeds.address-made',
      'feeds.address-made',
      'feeds.address-ended',
      'feeds.address-made',
    ])
  })

  test('is nobody’s to guess, and no other town’s', async () => {
    const { mine } = await addresses('unit-head')
    const [, , , token = ''] = mine.split('/')
    const bytes = Buffer.from(token, 'base64url')
    for (const at of [0, 15, 16, 31]) {
      const altered = Buffer.from(bytes)
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at)
      const path = mine.replace(token, altered.toString('base64url'))
      expect((await stranger().get(path)).statusCode).toBe(404)
    }
    const elsewhere = visitor(site.app, { host: 'other.example' })
    expect((await elsewhere.get(mine)).statusCode).toBe(404)
    expect((await stranger().get(page)).statusCode).toBe(303)
  })
})

describe('the calendar of a case', () => {
  function residentOf(caseId: string, number: string) {
    const browser = visitor(site.app)
    const reply = { setCookie: (name: string, value: string) => browser.cookies.set(name, value) }
    givePass(reply as never, site.office, caseId, number)
    return browser
  }

  async function addressOf(caseId: string, number: string): Promise<string> {
    const browser = residentOf(caseId, number)
    expect((await browser.get(`/follow/${number}`)).body).toContain(`/follow/${number}/calendar`)
    const { body } = await browser.get(`/follow/${number}/calendar`)
    return new RegExp(`/feeds/case/${number}/[\\w-]+/due\\.ics`).exec(body)?.[0] ?? ''
  }

  test('shows its resident every date, in their language, and no words', async () => {
    const { caseId, number } = await fileOne(site.office, { language: 'zh-CN' })
    const path = await addressOf(caseId, number)
    const { events, answer, calendar } = await read(path)
    expect(events.length).toBeGreaterThan(0)
    expect(calendar.getFirstPropertyValue('name')).toBe(`事项 ${number} – 柳镇`)
    expect(events.every(one => one.summary.includes(number))).toBe(true)
    for (const word of ['Robin', 'hole', 'Willow Street']) expect(answer.body).not.toContain(word)
    site.office.clock.advance({ hours: 1 })
    await withdraw(site.office, { id: caseId }, 'No more.')
    const after = (await read(path)).events
    const open = after.filter(one => one.component.getFirstPropertyValue('status') === 'CANCELLED')
    expect(open.length).toBeGreaterThan(0)
  })

  test.each(['en', 'zh-CN'] as const)('has a new address when its resident wants one, in %s', async lang => {
    const { caseId, number } = await fileOne(site.office)
    const first = await addressOf(caseId, number)
    const browser = residentOf(caseId, number)
    const inLang = { 'accept-language': lang }
    const t = translator(lang)
    const before = (await browser.get(`/follow/${number}/calendar`, inLang)).body
    expect(before).toContain(`action="/follow/${number}/calendar/renew"`)
    expect(before).toContain(t('feeds.case.secret'))
    const { headers } = await browser.post(`/follow/${number}/calendar/renew`)
    expect((await browser.get(String(headers.location), inLang)).body).toContain(t('feeds.case.done.renewed'))
    const second = await addressOf(caseId, number)
    expect(second).not.toBe(first)
    expect((await stranger().get(first)).statusCode).toBe(404)
    expect((await stranger().get(second)).statusCode).toBe(200)
    expect((await browser.get(`/follow/${number}`, inLang)).body).toContain(t('cases.event.calendar.renewed'))
    const { rows } = await database.owner.query(
      `select type, actor->>'kind' as who from events where stream_id = $1 order by seq desc limit 1`,
      [caseId],
    )
    expect(rows).toEqual([{ type: 'calendar.renewed', who: 'resident' }])
  })

  test('gets a new address from its own resident alone, and is no reason to refuse what staff were writing', async () => {
    const { caseId, number } = await fileOne(site.office)
    const path = await addressOf(caseId, number)
    const other = await fileOne(site.office)
    for (const browser of [stranger(), residentOf(other.caseId, other.number)])
      expect((await browser.post(`/follow/${number}/calendar/renew`)).statusCode).toBe(401)
    expect((await stranger().get(path)).statusCode).toBe(200)
    const record = await inSnapshot(site.office.pool, site.office.tenant.id, tx =>
      findCase(site.office, tx, caseId),
    )
    const seenSeq = record?.events.at(-1)?.seq
    await renewCalendar(site.office, { id: caseId })
    const head = await actorOf(site.office, site.office.staff['unit-head'])
    await acceptCase(site.office, head, { id: caseId, seenSeq })
    await renewCalendar(site.office, { id: caseId })
    await expect(acceptCase(site.office, head, { id: caseId, seenSeq })).rejects.toThrow('moved-on')
    const found: unknown[] = []
    await rebuildCases(site.office, difference => found.push(difference), { mend: false })
    expect(found).toEqual([])
  })

  test('opens by its own address alone', async () => {
    const one = await fileOne(site.office)
    const other = await fileOne(site.office)
    const path = await addressOf(one.caseId, one.number)
    expect((await stranger().get(path)).statusCode).toBe(200)
    expect((await stranger().get(path.replace(one.number, other.number))).statusCode).toBe(404)
    expect((await stranger().get(path.replace('/due.ics', 'x/due.ics'))).statusCode).toBe(404)
    expect((await stranger().get(`/feeds/case/${one.number}/x/due.ics`)).statusCode).toBe(404)
    expect((await stranger().get(`/follow/${one.number}/calendar`)).statusCode).toBe(303)
  })

  test('ends with the retention period of the case', async () => {
    const { caseId, number } = await fileOne(site.office)
    const path = await addressOf(caseId, number)
    await withdraw(site.office, { id: caseId }, 'No more.')
    site.office.clock.advance({ hours: 24 * 366 * 12 })
    await endRetention(site.office)
    expect((await stranger().get(path)).statusCode).toBe(404)
  })
})
