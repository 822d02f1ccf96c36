import { describe, expect, test } from 'vitest'
import { testApp } from '../../../test/support/app.ts'
import { fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { enter } from '../../../test/support/resident.ts'
import { visitor } from '../../../test/support/visitor.ts'
import { formatCaseNumber } from '../../platform/case-number.ts'
import { linkLetter } from './jobs.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app, parts } = await testApp(database, office.clock)

let addresses = 0
const newBrowser = () => visitor(app, { address: `198.51.100.${++addresses}` })

async function filedAndEntered() {
  const receipt = await fileOne(office)
  const browser = newBrowser()
  await enter(browser, receipt)
  return { receipt, browser, id: receipt.caseId, path: `/follow/${receipt.number}` }
}

describe('the way to one’s own case', () => {
  test('opens with number and code however they are typed', async () => {
    const { number, receiptCode } = await fileOne(office)
    const digits = receiptCode.replaceAll(' ', '')
    const wide = (text: string) => text.replace(/\d/g, digit => String.fromCharCode(0xff10 + Number(digit)))
    for (const [typedNumber, typedCode] of [
      [number, receiptCode],
      [number.replaceAll('-', ''), digits],
      [wide(number), wide(receiptCode)],
      [` ${number} `, receiptCode.replaceAll(' ', '-')],
    ]) {
      const browser = newBrowser()
      const answer = await browser.post('/follow', { number: typedNumber ?? '', code: typedCode ?? '' })
      expect(answer.headers.location).toBe(`/follow/${number}`)
      expect((await browser.get(`/follow/${number}`)).statusCode).toBe(200)
    }
  })

  test('gives the same answer to a wrong code and to no such case', async () => {
    const { number } = await fileOne(office)
    const nobody = formatCaseNumber({ year: 2026, sequence: 900_000 })
    const code = '1234 5678 9012 3456'
    const wrong = await newBrowser().post('/follow', { number, code })
    const none = await newBrowser().post('/follow', { number: nobody, code })
    expect([wrong.statusCode, none.statusCode]).toEqual([422, 422])
    expect(none.body.replaceAll(nobody, number)).toBe(wrong.body)
    expect(wrong.headers['set-cookie']).toBeUndefined()
  })

  test('names what is mistyped before it looks for a case', async () => {
    const page = await newBrowser().post('/follow', { number: '2026-000123-4', code: '1234 5678' })
    expect(page.statusCode).toBe(422)
    expect(page.body).toContain('one of its digits seems to be mistyped')
    expect(page.body).toContain('it has 16 digits, and you have entered 8')
    expect(page.body).toContain('value="2026-000123-4"')
  })

  test('makes who guesses wait, and forgets the mistakes of who was right', async () => {
    const receipt = await fileOne(office)
    const browser = newBrowser()
    const guess = () => browser.post('/follow', { number: receipt.number, code: '1234567890123456' })
    for (let i = 0; i < 5; i++) expect((await guess()).statusCode).toBe(422)
    expect((await guess()).statusCode).toBe(422)
    const slowed = await guess()
    expect(slowed.statusCode).toBe(429)
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0)
    expect(slowed.body).toContain('There have been too many tries')
    // Another address, such as the resident's own, is not shut out by it.
    await enter(newBrowser(), receipt)
  })

  test('is a cookie for this case alone, that scripts cannot read, for twelve hours', async () => {
    const receipt = await fileOne(office)
    const browser = newBrowser()
    const answer = await browser.post('/follow', { number: receipt.number, code: receipt.receiptCode })
    const cookie = String(answer.headers['set-cookie'])
    for (const part of ['HttpOnly', 'SameSite=Lax', `Path=/follow/${receipt.number}`, 'Max-Age=43200'])
      expect(cookie).toContain(part)
    const other = await fileOne(office)
    expect((await browser.get(`/follow/${other.number}`)).headers.location).toBe(
      `/follow?number=${other.number}`,
    )
    const before = office.clock.now()
    office.clock.advance({ hours: 12 })
    expect((await browser.get(`/follow/${receipt.number}`)).statusCode).toBe(303)
    office.clock.set(before)
    expect((await browser.get(`/follow/${receipt.number}`)).statusCode).toBe(200)
  })

  test('can be forgotten on a device', async () => {
    const { browser, path } = await filedAndEntered()
    const left = await browser.post(`${path}/leave`)
    expect(left.headers.location).toBe('/follow?done=left')
    expect((await browser.get(path)).statusCode).toBe(303)
  })

  test('can be a link sent to the address in the case, and says the same where there is none', async () => {
    const { number, caseId } = await fileOne(office)
    const jobs = async () =>
      (await database.owner.query(`select payload from graphile_worker._private_jobs`)).rows.filter(row =>
        JSON.stringify(row).includes(caseId),
      )
    const before = (await jobs()).length
    const no = await newBrowser().post('/follow/link', { number, email: 'somebody@example.org' })
    expect(await jobs()).toHaveLength(before)
    const yes = await newBrowser().post('/follow/link', { number, email: ' Robin@Example.org ' })
    expect(yes.body).toBe(no.body)
    expect(await jobs()).toHaveLength(before + 1)
    const mail = await linkLetter(office, caseId, 'no-reply@example.org', 'http://localhost')
    expect(mail?.to).toBe('robin@example.org')
    const url = /http:\/\/localhost(\/follow\/open\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
    const browser = newBrowser()
    expect((await browser.get(url)).headers.location).toBe(`/follow/${number}`)
    expect((await browser.get(`/follow/${number}`)).statusCode).toBe(200)
    expect((await newBrowser().get(url.slice(0, -2))).body).toContain('does not open a case any more')
    // The pass of a link is not that of a cookie.
    const forged = newBrowser()
    forged.cookies.set('follow', url.split('token=')[1] ?? '')
    expect((await forged.get(`/follow/${number}`)).statusCode).toBe(303)
    const start = office.clock.now()
    office.clock.advance({ hours: 24 })
    expect((await newBrowser().get(url)).body).toContain('does not open a case any more')
    office.clock.set(start)
  })

  test('is asked for a link only so often from one address', async () => {
    const { number } = await fileOne(office)
    const browser = newBrowser()
    const ask = () => browser.post('/follow/link', { number, email: 'somebody@example.org' })
    const answers = await Promise.all(Array.from({ length: 21 }, ask))
    const statuses = answers.map(answer => answer.statusCode)
    expect(statuses.filter(status => status === 200)).toHaveLength(20)
    expect(statuses.filter(status => status === 429)).toHaveLength(1)
  })

  test('does not lead to the case of another institution, with the same cookie', async () => {
    await testOffice(database, { host: 'other.example' })
    parts.offices.forget()
    const { browser, path } = await filedAndEntered()
    const elsewhere = visitor(app, { host: 'other.example' })
    for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
    expect((await elsewhere.get(path)).statusCode).toBe(303)
  })
})
