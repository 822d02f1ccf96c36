import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testApp } from '../../../test/support/app.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { upload } from '../../../test/support/upload.ts'
import { type Visitor, visitor } from '../../../test/support/visitor.ts'
import { q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { pdf, phonePhoto } from '../../platform/files/fixtures/documents.ts'
import { folderPath } from '../../platform/files/folder.ts'
import { findCase, openParty } from '../reads.ts'
import { sweepDrafts } from './jobs.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)

let addresses = 0
const newBrowser = () => visitor(app, { address: `198.51.100.${++addresses}` })

const answers: Record<string, Record<string, string>> = {
  kind: { kind: 'hazard' },
  category: { category: 'road-damage' },
  what: { what: 'A deep hole.\r\nA cyclist fell.', wanted: 'Fill it.' },
  where: { address: '12 Willow Street', area: '', latitude: '', longitude: '' },
  you: { protection: 'named' },
  contact: { name: 'Robin Example', email: 'robin@example.org', phone: '' },
  about: { own: 'no', unit: '', named: '' },
}

async function answerAll(browser: Visitor, changes: Record<string, Record<string, string>> = {}) {
  for (const [step, fields] of Object.entries({ ...answers, ...changes })) {
    const answer = await browser.post(`/raise/${step}`, fields)
    expect([step, answer.statusCode]).toEqual([step, 303])
  }
}

async function send(browser: Visitor) {
  const check = await browser.get('/raise/check')
  const seen = /name="seen" value="([^"]+)"/.exec(check.body)?.[1] ?? ''
  return browser.post('/raise/send', { seen })
}

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
    const check = await browser.get('/raise/check')
    const seen = /name="seen" value="([^"]+)"/.exec(check.body)?.[1] ?? ''
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

  test('is not sent as another window has changed it', async () => {
    const browser = newBrowser()
    await answerAll(browser)
    const check = await browser.get('/raise/check')
    const seen = /name="seen" value="([^"]+)"/.exec(check.body)?.[1] ?? ''
    await browser.post('/raise/what', { what: 'Something else', wanted: '' })
    const sent = await browser.post('/raise/send', { seen })
    expect(sent.headers.location).toBe('/raise/check?changed')
    expect((await browser.get('/raise/check?changed')).body).toContain('changed in another window')
  })
})

describe('a draft', () => {
  test('keeps the answers of two windows that save at once', async () => {
    const browser = newBrowser()
    await browser.post('/raise/kind', { kind: 'hazard' })
    await Promise.all([
      browser.post('/raise/what', { what: 'From one window', wanted: '' }),
      browser.post('/raise/where', { address: 'From the other' }),
      browser.post('/raise/contact', { name: 'Robin', email: '', phone: '' }),
    ])
    expect((await browser.get('/raise/what')).body).toContain('From one window')
    expect((await browser.get('/raise/where')).body).toContain('From the other')
    expect((await browser.get('/raise/contact')).body).toContain('value="Robin"')
  })

  test('is sealed, and opens to nobody without its secret', async () => {
    const browser = newBrowser()
    await browser.post('/raise/what', { what: 'Nobody may read this', wanted: '' })
    const rows = await draftRows()
    expect(rows.some(row => row.sealed.includes('Nobody may read this'))).toBe(false)
    const cookie = decodeURIComponent(browser.cookies.get('draft') ?? '')
    const stranger = newBrowser()
    stranger.cookies.set('draft', `${cookie.split('.')[0]}.${'A'.repeat(43)}`)
    expect((await stranger.get('/raise/what')).body).not.toContain('Nobody may read this')
  })

  test('its cookie is for this site and these pages alone, and not for scripts', async () => {
    const answer = await newBrowser().post('/raise/kind', { kind: 'hazard' })
    const cookie = String(answer.headers['set-cookie'])
    expect(cookie).toMatch(/^draft=/)
    for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/raise', 'Max-Age=2592000'])
      expect(cookie).toContain(part)
  })

  test('is kept when the language changes, unchecked', async () => {
    const browser = newBrowser()
    const switched = await browser.post('/raise/contact?lang=zh-CN', {
      name: '',
      email: 'robin@',
      _language: 'zh-CN',
    })
    expect(switched.headers.location).toBe('/raise/contact')
    const page = await browser.get('/raise/contact')
    expect(page.body).toContain('lang="zh-CN"')
    expect(page.body).toContain('value="robin@"')
    expect(page.body).not.toContain('govuk-error-summary')
  })

  test('begins anew where an answer comes after it is gone', async () => {
    const browser = newBrowser()
    const answer = await browser.post('/raise/what', {
      what: 'Typed on a page that was open for weeks',
      wanted: '',
    })
    expect(answer.statusCode).toBe(303)
    expect((await browser.get('/raise/what')).body).toContain('open for weeks')
    expect((await newBrowser().get('/raise/what')).body).toContain(
      'There is nothing of yours to go on with here',
    )
  })

  test('takes control characters out, which no database keeps', async () => {
    const browser = newBrowser()
    await answerAll(browser, { what: { what: 'a\u0000b\u0007c\td', wanted: '' } })
    expect((await send(browser)).headers.location).toBe('/raise/receipt')
  })

  test('is deleted with its files on starting again', async () => {
    const browser = newBrowser()
    await browser.post('/raise/kind', { kind: 'hazard' })
    const taken = await upload(app, browser, '/raise/files', [
      { field: 'files', name: 'letter.pdf', content: pdf() },
    ])
    expect(taken.statusCode).toBe(303)
    const id = decodeURIComponent(browser.cookies.get('draft') ?? '').split('.')[0] ?? ''
    const folder = folderPath(parts.config.dataDir, office.tenant.id, id)
    expect(existsSync(folder)).toBe(true)
    expect((await browser.get('/raise/start-again')).body).toContain('deleted for good')
    const again = await browser.post('/raise/start-again')
    expect(again.headers.location).toBe('/raise/kind?done=deleted')
    expect(existsSync(folder)).toBe(false)
    expect((await draftRows()).some(row => row.id === id)).toBe(false)
  })

  test('goes with its files when nobody has touched it for 30 days', async () => {
    const browser = newBrowser()
    await browser.post('/raise/kind', { kind: 'hazard' })
    await upload(app, browser, '/raise/files', [{ field: 'files', name: 'letter.pdf', content: pdf() }])
    const id = decodeURIComponent(browser.cookies.get('draft') ?? '').split('.')[0] ?? ''
    const folder = folderPath(parts.config.dataDir, office.tenant.id, id)
    const start = office.clock.now()
    office.clock.advance({ hours: 24 * 29 })
    await sweepDrafts(office, parts.config.dataDir)
    expect(existsSync(folder)).toBe(true)
    office.clock.advance({ hours: 25 })
    expect((await sweepDrafts(office, parts.config.dataDir)).drafts).toBeGreaterThan(0)
    expect(existsSync(folder)).toBe(false)
    office.clock.set(start)
  })
})

describe('photos and documents', () => {
  test('are added in turn, shown small, removed, and become the case’s', async () => {
    const browser = newBrowser()
    await answerAll(browser)
    const content = await phonePhoto()
    const added = await upload(
      app,
      browser,
      '/raise/files',
      [{ field: 'files', name: 'hole.jpg', content }],
      { do: 'add' },
    )
    expect(added.headers.location).toBe('/raise/files?done=added')
    const more = await upload(app, browser, '/raise/files', [
      { field: 'files', name: 'letter.pdf', content: pdf() },
      { field: 'files', name: 'other.pdf', content: pdf() },
    ])
    expect(more.headers.location).toBe('/raise/you')
    const page = await browser.get('/raise/files')
    const [, picture = ''] = /src="(\/raise\/files\/[^"]+)"/.exec(page.body) ?? []
    const small = await browser.get(picture)
    expect(small.headers['content-type']).toBe('image/webp')
    expect((await newBrowser().get(picture)).statusCode).toBe(404)
    const removable = [...page.body.matchAll(/name="file" value="([^"]+)"/g)].map(([, id = '']) => id)
    expect(removable).toHaveLength(3)
    const removed = await browser.post('/raise/files/remove', { file: removable[2] ?? '' })
    expect(removed.headers.location).toBe('/raise/files?done=removed')
    await send(browser)
    const { record } = await caseOf((await browser.get('/raise/receipt')).body)
    const documents = record.events.filter(event => event.type === 'document.added')
    expect(documents.map(event => event.text?.name)).toEqual(['hole.jpg', 'letter.pdf'])
    expect(documents.map(event => event.data.thumbnail)).toEqual([true, false])
  })

  test('that cannot be taken are refused by name, with the kinds that can, and the others stay', async () => {
    const browser = newBrowser()
    await browser.post('/raise/kind', { kind: 'hazard' })
    const page = await upload(app, browser, '/raise/files', [
      { field: 'files', name: 'good.pdf', content: pdf() },
      { field: 'files', name: 'tool.exe', content: Buffer.from('MZ nothing good') },
    ])
    expect(page.statusCode).toBe(422)
    expect(page.body).toContain('“tool.exe” is not a kind of file we can take')
    expect(page.body).toContain('PDF, DOCX')
    expect(page.body).toContain('good.pdf')
    const none = await upload(app, browser, '/raise/files', [], { do: 'add' })
    expect(none.body).toContain('Choose a file first')
  })

  test('are at most ten, also when two windows add at once', async () => {
    const browser = newBrowser()
    await browser.post('/raise/kind', { kind: 'hazard' })
    const six = Array.from({ length: 6 }, (_, i) => ({ field: 'files', name: `${i}.pdf`, content: pdf() }))
    await Promise.all([upload(app, browser, '/raise/files', six), upload(app, browser, '/raise/files', six)])
    const page = await browser.get('/raise/files')
    expect([...page.body.matchAll(/name="file" value=/g)]).toHaveLength(10)
    const full = await upload(app, browser, '/raise/files', [
      { field: 'files', name: 'eleventh.pdf', content: pdf() },
    ])
    expect(full.body).toContain('“eleventh.pdf” was not added')
  })
})

test('a flood of new drafts from one address is slowed down, and what was typed is shown', async () => {
  const address = '203.0.113.99'
  const answersOf = async () =>
    visitor(app, { address }).post('/raise/what', { what: 'Once more and again', wanted: '' })
  const statuses = new Map<number, number>()
  let last = ''
  for (let i = 0; i < 70; i++) {
    const { statusCode, body } = await answersOf()
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
    if (statusCode === 429) last = body
  }
  expect(statuses.get(303)).toBe(60)
  expect(statuses.get(429)).toBe(10)
  expect(last).toContain('Once more and again')
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
