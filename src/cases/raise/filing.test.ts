import { describe, expect, test } from 'vitest'
import { testApp } from '../../../test/support/app.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { answerAll, seenOnCheckPage, send } from '../../../test/support/resident.ts'
import { visitor } from '../../../test/support/visitor.ts'
import { q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { findCase, openParty } from '../reads.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)

let addresses = 0
const newBrowser = () => visitor(app, { address: `198.51.100.${++addresses}` })

const draftRows = () =>
  inSnapshot(office.pool, office.tenant.id, tx => tx.all(q.selectFrom('drafts').select(['id', 'sealed'])))

async function caseOf(receiptPage: string) {
  const number = /\d{4}-\d{6}-\d/.exec(receiptPage)?.[0] ?? ''
  return inSnapshot(office.pool, office.tenant.id, async tx => {
    const { id } = await tx.one(q.selectFrom('cases').select('id').where('number', '=', number))
    const record = await findCase(office, tx, id)
    if (!record) throw new Error('no such case')
    return { record, party: await openParty(office, tx, id) }
  })
}

describe('raising a problem', () => {
  test('goes from question to question to a receipt, and leaves a case and no draft', async () => {
    const browser = newBrowser()
    expect((await browser.get('/raise')).headers.location).toBe('/raise/kind')
    const kind = await browser.get('/raise/kind')
    expect(kind.statusCode).toBe(200)
    expect(kind.body).toContain('Question 1 of 8')
    expect((await browser.post('/raise/kind', { kind: 'hazard' })).headers.location).toBe('/raise/category')
    await answerAll(browser)
    const check = await browser.get('/raise/check')
    expect(check.body).toContain('A deep hole.\nA cyclist fell.')
    expect(check.body).toContain('href="/raise/what?back=check"')
    const sent = await send(browser)
    expect(sent.headers.location).toBe('/raise/receipt')
    const receipt = await browser.get('/raise/receipt')
    expect(receipt.body).toMatch(/2026-\d{6}-\d/)
    expect(receipt.body).toMatch(/(\d{4}<\/span>\s*<span[^>]*>){3}\d{4}/)
    expect(receipt.body).toContain('Roads Office')
    expect(receipt.body).toContain('The unit-head')
    expect(receipt.headers['content-encoding']).toBeUndefined()
    const { record, party } = await caseOf(receipt.body)
    expect(record.state).toMatchObject({
      kind: 'hazard',
      category: 'road-damage',
      channel: 'web',
      contact: true,
    })
    expect(record.events[0]?.type).toBe('case.filed')
    expect(record.events[0]?.text).toMatchObject({
      what: 'A deep hole.\nA cyclist fell.',
      wanted: 'Fill it.',
    })
    expect(record.events[0]?.actor).toEqual({ kind: 'resident' })
    expect(party).toEqual({ name: 'Robin Example', email: 'robin@example.org' })
    expect(await draftRows()).toEqual([])
  })

  test('shows one receipt however often it is sent, and after a lost answer', async () => {
    const browser = newBrowser()
    await answerAll(browser)
    const seen = await seenOnCheckPage(browser)
    const before = new Map(browser.cookies)
    const [first, second] = await Promise.all([
      browser.post('/raise/send', { seen }),
      browser.post('/raise/send', { seen }),
    ])
    expect([first.headers.location, second.headers.location]).toEqual(['/raise/receipt', '/raise/receipt'])
    const one = await browser.get('/raise/receipt')
    // The browser never saw the answer: it still holds the draft's cookie alone.
    const late = newBrowser()
    for (const [name, value] of before) late.cookies.set(name, value)
    expect((await late.get('/raise/what')).headers.location).toBe('/raise/receipt')
    const other = await late.get('/raise/receipt')
    const codeOf = (body: string) => /class="app-receipt-code">.*?<\/span><span/s.exec(body)?.[0]
    expect(codeOf(other.body)).toBe(codeOf(one.body))
    expect(codeOf(one.body)).toBeDefined()
  })

  test('shows the receipt to nobody else', async () => {
    const stranger = newBrowser()
    const page = await stranger.get('/raise/receipt')
    expect(page.body).toContain('The receipt is no longer shown')
    stranger.cookies.set('receipt', `${crypto.randomUUID()}.${'A'.repeat(43)}`)
    expect((await stranger.get('/raise/receipt')).body).toContain('The receipt is no longer shown')
  })

  test('names every fault with its field, keeps what was typed, and does not go on', async () => {
    const browser = newBrowser()
    await answerAll(browser)
    const faulty: [string, Record<string, string>, RegExp][] = [
      ['kind', { kind: 'nonsense' }, /href="#kind"/],
      ['category', { category: 'streets' }, /href="#category"/],
      ['what', { what: ' ', wanted: 'x'.repeat(2001) }, /href="#what"[\s\S]*href="#wanted"[\s\S]*1 too many/],
      ['where', { address: '', area: '' }, /href="#address"/],
      ['where', { address: 'x', latitude: '91', longitude: '' }, /href="#longitude"/],
      ['where', { address: 'x', latitude: '91', longitude: '5' }, /href="#latitude"/],
      ['where', { address: 'x', area: `${office.units.east}.7` }, /href="#area"/],
      ['contact', { name: '', email: 'robin@', phone: 'none' }, /href="#name"[\s\S]*#email[\s\S]*#phone/],
      ['about', { own: 'yes', unit: '' }, /href="#unit"/],
    ]
    for (const [step, fields, expected] of faulty) {
      const page = await browser.post(`/raise/${step}`, fields)
      expect([step, page.statusCode]).toEqual([step, 422])
      expect(page.body).toMatch(expected)
    }
    expect((await newBrowser().post('/raise/about', {})).body).toContain('href="#own"')
    expect((await browser.get('/raise/contact')).body).toContain('value="robin@"')
    const check = await browser.get('/raise/check')
    expect(check.body).toContain('href="/raise/contact?back=check#name"')
    expect(check.body).not.toContain('action="/raise/send"')
    expect((await browser.post('/raise/send', { seen: 'x' })).headers.location).toBe('/raise/check')
  })

  test('keeps nothing of the name of who becomes anonymous', async () => {
    const browser = newBrowser()
    await answerAll(browser)
    const next = await browser.post('/raise/you', { protection: 'anonymous' })
    expect(next.headers.location).toBe('/raise/about')
    const { statusCode } = await send(browser)
    expect(statusCode).toBe(303)
    const { record, party } = await caseOf((await browser.get('/raise/receipt')).body)
    expect(party).toBeUndefined()
    expect(record.state).toMatchObject({ protection: 'anonymous', contact: false })
  })

  test('takes a complaint about an office past that office, and one about everything to oversight', async () => {
    const about = { own: 'yes', unit: office.units.roads, named: 'a person called The unit-head' }
    const browser = newBrowser()
    await answerAll(browser, { about })
    await send(browser)
    const { record } = await caseOf((await browser.get('/raise/receipt')).body)
    expect(record.state.aboutUnits).toEqual([office.units.roads])
    expect(record.state.aboutStaff).toEqual([office.staff['unit-head']])
    expect(record.state.unitId).not.toBe(office.units.roads)
    const other = newBrowser()
    await answerAll(other, { about: { own: 'yes', unit: 'unsure', named: '' } })
    await send(other)
    const whole = await caseOf((await other.get('/raise/receipt')).body)
    expect(whole.record.state.unitId).toBe(office.units.oversight)
    const third = newBrowser()
    await answerAll(third, { about: { own: 'no', unit: '', named: '', retaliation: 'yes' } })
    await send(third)
    const suffered = await caseOf((await third.get('/raise/receipt')).body)
    expect(suffered.record.state).toMatchObject({ retaliation: true, unitId: office.units.oversight })
  })

  test('finds categories by words in names and keywords of both languages', async () => {
    const browser = newBrowser()
    await browser.post('/raise/kind', { kind: 'hazard' })
    for (const find of ['pothole', '坑洼', '路面有坑洼', 'damaged ROAD']) {
      const page = await browser.get(`/raise/category?find=${encodeURIComponent(find)}`)
      expect(page.body).toContain('value="road-damage"')
    }
    const none = await browser.get('/raise/category?find=xyzzy')
    expect(none.body).toContain('Nothing matches “xyzzy”')
    const suggestion = await browser.get('/raise/category')
    expect(suggestion.body).not.toContain('value="parking"') // no hazard
  })

  test('asks what the category needs to know besides, and files the answers', async () => {
    const browser = newBrowser()
    await answerAll(browser, { category: { category: 'noise' }, kind: { kind: 'grievance' } })
    const page = await browser.get('/raise/what')
    expect(page.body).toContain('When is it loud? (optional)')
    const codes = [...page.body.matchAll(/name="q-when" type="checkbox" value="([^"]+)"/g)].map(
      ([, one = '']) => one,
    )
    expect(codes).toHaveLength(3)
    await browser.post('/raise/what', {
      what: 'Music',
      wanted: '',
      'q-when': codes.slice(0, 2),
      'q-other': 'x',
    })
    expect((await browser.get('/raise/check')).body).toContain('When is it loud?')
    await send(browser)
    const { record } = await caseOf((await browser.get('/raise/receipt')).body)
    expect(record.events[0]?.text?.answers).toEqual({ when: codes.slice(0, 2) })
  })

  test('is not sent as another window has changed it', async () => {
    const browser = newBrowser()
    await answerAll(browser)
    const seen = await seenOnCheckPage(browser)
    await browser.post('/raise/what', { what: 'Something else', wanted: '' })
    const sent = await browser.post('/raise/send', { seen })
    expect(sent.headers.location).toBe('/raise/check?changed')
    expect((await browser.get('/raise/check?changed')).body).toContain('changed in another window')
  })
})

test('the first page of the filing comes in at most 60 KB', async () => {
  const headers = { 'accept-encoding': 'br' }
  const page = await newBrowser().get('/raise/kind')
  const assets = [...page.body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, url = '']) => url)
  const sizes = await Promise.all(
    ['/raise/kind', ...assets].map(async url => (await newBrowser().get(url, headers)).rawPayload.length),
  )
  expect(assets.length).toBeGreaterThanOrEqual(2)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000)
})
