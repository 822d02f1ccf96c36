import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { testApp } from '../../../test/support/app.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { answerAll, send } from '../../../test/support/resident.ts'
import { upload } from '../../../test/support/upload.ts'
import { visitor } from '../../../test/support/visitor.ts'
import { q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { pdf } from '../../platform/files/fixtures/documents.ts'
import { folderPath } from '../../platform/files/folder.ts'
import { sweepDrafts } from './jobs.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)

let addresses = 0
const newBrowser = () => visitor(app, { address: `198.51.100.${++addresses}` })

const draftRows = () =>
  inSnapshot(office.pool, office.tenant.id, tx => tx.all(q.selectFrom('drafts').select(['id', 'sealed'])))

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

test('a draft of one institution is not one of another, with the same cookie', async () => {
  await testOffice(database, { host: 'other.example' })
  parts.offices.forget()
  const browser = newBrowser()
  await browser.post('/raise/what', { what: 'For one institution alone', wanted: '' })
  const elsewhere = visitor(app, { host: 'other.example' })
  for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
  const page = await elsewhere.get('/raise/what')
  expect(page.statusCode).toBe(200)
  expect(page.body).not.toContain('For one institution alone')
})
