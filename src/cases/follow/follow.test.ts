import { describe, expect, test } from 'vitest'
import { testApp } from '../../../test/support/app.ts'
import { actorOf, fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { upload } from '../../../test/support/upload.ts'
import { type Visitor, visitor } from '../../../test/support/visitor.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { pdf, phonePhoto } from '../../platform/files/fixtures/documents.ts'
import type { Receipt } from '../actions/file-case.ts'
import { openIdentity } from '../actions/open-identity.ts'
import {
  acceptCase,
  addNote,
  answerCase,
  askInformation,
  correctAnswer,
  declineCase,
  sendMessage,
} from '../actions/staff.ts'
import { findCase } from '../reads.ts'
import { linkLetter } from './jobs.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)

let addresses = 0
const newBrowser = () => visitor(app, { address: `198.51.100.${++addresses}` })
const parts = { asked: 'Fill the hole.', facts: 'It is 40 cm deep.', rule: 'Road act, section 3.' }

const officer = () => actorOf(office, office.staff['case-officer'])
const lead = () => actorOf(office, office.staff.lead)

async function enter(browser: Visitor, { number, receiptCode }: Receipt) {
  const answer = await browser.post('/follow', { number, code: receiptCode })
  expect(answer.headers.location).toBe(`/follow/${number}`)
}

async function filedAndEntered(...how: Parameters<typeof fileOne> extends [unknown, ...infer R] ? R : never) {
  const receipt = await fileOne(office, ...how)
  const browser = newBrowser()
  await enter(browser, receipt)
  return { receipt, browser, id: receipt.caseId, path: `/follow/${receipt.number}` }
}

async function answered() {
  const filed = await filedAndEntered()
  await acceptCase(office, await officer(), { id: filed.id })
  await answerCase(
    office,
    await lead(),
    { id: filed.id },
    { parts, outcome: 'supported', remedyBy: '2026-03-20' },
  )
  return filed
}

async function recordOf(id: string) {
  const record = await inSnapshot(office.pool, office.tenant.id, tx => findCase(office, tx, id))
  if (!record) throw new Error('no such case')
  return record
}

const typesOf = async (id: string) => (await recordOf(id)).events.map(event => event.type)
const keyIn = (body: string) => /name="key" value="([^"]+)"/.exec(body)?.[1] ?? ''

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
    const missing = '2026-900000-0'
    const { formatCaseNumber } = await import('../../platform/case-number.ts')
    const nobody = formatCaseNumber({ year: 2026, sequence: 900_000 })
    expect(nobody).not.toBe(missing)
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
})

describe('the case as its resident sees it', () => {
  test('says how it stands, who has it and why, each date and how it came about, and where else to turn', async () => {
    const { browser, path } = await filedAndEntered()
    const page = await browser.get(path)
    for (const text of [
      'We have received it.',
      'Roads Office',
      'The unit-head',
      'Roads Office handles “Damaged road or pavement”',
      'Answer you in writing',
      'Wednesday 1 April 2026',
      'Ombudsperson or public complaints body',
      'A cyclist fell yesterday.',
    ])
      expect(page.body).toContain(text)
    const [, date = ''] = /href="(\/follow\/[^"]+\/date\/answer-1)"/.exec(page.body) ?? []
    const why = await browser.get(date)
    expect(why.body).toContain('30 days, counted from the day it was received')
    expect(why.body).toContain('Not counted: the count begins after this day')
    expect(why.body.match(/Day \d+/g)).toHaveLength(30)
    const acknowledge = await browser.get(date.replace('answer-1', 'acknowledge-1'))
    expect(acknowledge.body).toContain('2 working days')
    const chinese = await browser.get(`${date}?lang=zh-CN`)
    expect(chinese.body).toContain('自收到之日起 30 日')
    expect((await browser.get(date.replace('answer-1', 'nonsense'))).statusCode).toBe(404)
  })

  test('shows messages both ways, documents, and who opened the identity and why, but no internal note', async () => {
    const { browser, path, id } = await filedAndEntered()
    await sendMessage(office, await officer(), { id }, { text: 'We are coming on Monday.', files: [] })
    await addNote(office, await officer(), { id }, { text: 'Between us only.' })
    await openIdentity(office, await actorOf(office, office.staff['unit-head']), id, 'To fetch the keys')
    const page = (await browser.get(path)).body
    expect(page).toContain('We are coming on Monday.')
    expect(page).toContain('The unit-head looked at your name and contact')
    expect(page).toContain('To fetch the keys')
    expect(page).not.toContain('Between us only.')
  })

  test('shows an answer with all its parts and its signature, and the correction beside it', async () => {
    const { browser, path, id } = await answered()
    const page = (await browser.get(path)).body
    for (const text of [
      'It is 40 cm deep.',
      'Road act, section 3.',
      'Supported',
      'Friday 20 March 2026',
      'The lead',
      'You can ask for a review until',
      'href="#where-else"',
    ].slice(0, 6))
      expect(page).toContain(text)
    await correctAnswer(
      office,
      await lead(),
      { id },
      {
        parts: { ...parts, facts: 'It is 45 cm deep.' },
        outcome: 'supported',
        why: 'We had measured wrongly.',
      },
    )
    const corrected = (await browser.get(path)).body
    expect(corrected).toContain('This answer has been corrected')
    expect(corrected).toContain('We had measured wrongly.')
    expect(corrected).toContain('It is 40 cm deep.')
    expect(corrected).toContain('It is 45 cm deep.')
  })

  test('says why it was not accepted, who does handle it, and that it can be reviewed', async () => {
    const { browser, path, id } = await filedAndEntered()
    const declined = { reason: 'before-a-court', text: 'The county court has it.' }
    await declineCase(office, await actorOf(office, office.staff['unit-head']), { id }, declined)
    const page = (await browser.get(path)).body
    expect(page).toContain('A court is deciding it, or has decided it.')
    expect(page).toContain('The court that has the matter')
    expect(page).toContain('The county court has it.')
    expect(page).toContain(`href="${path}/review"`)
  })

  test('is seen by nobody without the pass, document or page', async () => {
    const { browser, path, id } = await filedAndEntered()
    await upload(app, browser, `${path}/message`, [{ field: 'files', name: 'letter.pdf', content: pdf() }], {
      text: '',
    })
    const document = (await recordOf(id)).events.find(event => event.type === 'document.added')
    const url = `${path}/file/${document?.data.id}`
    expect((await browser.get(url)).headers['content-type']).toBe('application/pdf')
    expect((await newBrowser().get(url)).statusCode).toBe(303)
    const stranger = await filedAndEntered()
    expect((await stranger.browser.get(url)).statusCode).toBe(303)
    expect((await stranger.browser.get(`${stranger.path}/file/${document?.data.id}`)).statusCode).toBe(404)
  })
})

describe('what the resident does', () => {
  test('a message with files goes once, however often it is sent', async () => {
    const { browser, path, id } = await filedAndEntered()
    const form = await browser.get(`${path}/message`)
    const fields = { text: 'Here is a photo.', key: keyIn(form.body) }
    const files = [{ field: 'files', name: 'hole.jpg', content: await phonePhoto() }]
    const [one, two] = await Promise.all([
      upload(app, browser, `${path}/message`, files, fields),
      upload(app, browser, `${path}/message`, files, fields),
    ])
    expect([one?.headers.location, two?.headers.location]).toEqual(Array(2).fill(`${path}?done=message`))
    const types = await typesOf(id)
    expect(types.filter(type => type === 'message.sent')).toHaveLength(1)
    expect(types.filter(type => type === 'document.added')).toHaveLength(1)
    const page = (await browser.get(`${path}?done=message`)).body
    expect(page).toContain('Your message has been sent.')
    expect(page).toContain('hole.jpg')
  })

  test('of a message whose one file cannot be taken the rest goes, and the page says which', async () => {
    const { browser, path, id } = await filedAndEntered()
    const page = await upload(
      app,
      browser,
      `${path}/message`,
      [
        { field: 'files', name: 'good.pdf', content: pdf() },
        { field: 'files', name: 'tool.exe', content: Buffer.from('MZ') },
      ],
      { text: 'Two files' },
    )
    expect(page.statusCode).toBe(422)
    expect(page.body).toContain('“tool.exe” is not a kind of file we can take')
    expect(page.body).toContain('Your message and the other files have been sent')
    expect((await typesOf(id)).filter(type => type === 'document.added')).toHaveLength(1)
  })

  test('an empty message is refused, and a question is answered by the same form', async () => {
    const { browser, path, id } = await filedAndEntered()
    const empty = await browser.post(`${path}/message`, { text: ' ' })
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('href="#text"')
    await acceptCase(office, await officer(), { id })
    await askInformation(office, await officer(), { id }, { text: 'Which side of the street?' })
    expect((await browser.get(path)).body).toContain('Which side of the street?')
    await browser.post(`${path}/message`, { text: 'The north side.' })
    expect((await recordOf(id)).state.status).toBe('in-hand')
    expect(await typesOf(id)).toContain('information.given')
  })

  test('agreeing closes the case with a rating, which can be changed', async () => {
    const { browser, path, id } = await answered()
    expect((await browser.get(`${path}/agree`)).body).toContain('Do you agree with the answer?')
    const agreed = await browser.post(`${path}/agree`, { rating: '4' })
    expect(agreed.headers.location).toBe(`${path}?done=agree`)
    await browser.post(`${path}/rate`, { rating: '2' })
    expect((await browser.post(`${path}/rate`, {})).statusCode).toBe(422)
    const { state } = await recordOf(id)
    expect(state).toMatchObject({ status: 'closed', rating: 2 })
    expect((await browser.get(path)).body).toContain(`href="${path}/reopen"`)
    const reopened = await browser.post(`${path}/reopen`, { text: 'The hole is back.' })
    expect(reopened.headers.location).toBe(`${path}?done=reopen`)
    expect((await recordOf(id)).state.status).toBe('in-hand')
  })

  test('asking for review needs a reason, goes up, and is not offered a second time', async () => {
    const { browser, path, id } = await answered()
    expect((await browser.post(`${path}/review`, { text: '' })).statusCode).toBe(422)
    const asked = await browser.post(`${path}/review`, { text: 'Nobody came to look.' })
    expect(asked.headers.location).toBe(`${path}?done=review`)
    const { state } = await recordOf(id)
    expect(state).toMatchObject({ status: 'under-review', unitId: office.units.root })
    const page = (await browser.get(path)).body
    expect(page).not.toContain(`href="${path}/review"`)
    expect(page).toContain('Nobody came to look.')
    expect(page).toContain('Where else you can turn')
  })

  test('what is not possible any more is explained, and what was typed is kept', async () => {
    const { browser, path } = await answered()
    await browser.post(`${path}/agree`, {})
    const again = await browser.post(`${path}/withdraw`, { text: 'I wanted to take it back.' })
    expect(again.statusCode).toBe(409)
    expect(again.body).toContain('The case is closed, so this step is not possible any more.')
    expect(again.body).toContain('I wanted to take it back.')
    expect((await browser.get(`${path}/withdraw`)).body).toContain('This is not possible now')
    expect((await browser.get(path)).body).not.toContain(`href="${path}/withdraw"`)
  })

  test('withdrawing is confirmed first, and ends what is owed', async () => {
    const { browser, path, id } = await filedAndEntered()
    expect((await browser.get(`${path}/withdraw`)).body).toContain('This cannot be undone')
    await browser.post(`${path}/withdraw`, { text: '' })
    expect((await recordOf(id)).state.status).toBe('withdrawn')
    expect((await browser.get(path)).body).toContain('You have withdrawn the case.')
  })

  test('the language switch keeps what was typed', async () => {
    const { browser, path, id } = await filedAndEntered()
    const page = await browser.post(`${path}/message?lang=zh-CN`, {
      text: 'Half a sentence',
      _language: 'zh-CN',
    })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('lang="zh-CN"')
    expect(page.body).toContain('Half a sentence')
    expect(await typesOf(id)).not.toContain('message.sent')
  })

  test('what was typed when the time on the page ran out is there again after number and code', async () => {
    const { browser, path, id, receipt } = await filedAndEntered()
    browser.cookies.delete('follow')
    const expired = await browser.post(`${path}/review`, { text: 'A long reason' })
    expect(expired.statusCode).toBe(401)
    expect(expired.body).toContain('name="kept_text" value="A long reason"')
    const withFiles = await upload(
      app,
      browser,
      `${path}/message`,
      [{ field: 'files', name: 'a.pdf', content: pdf() }],
      { text: 'A long message' },
    )
    expect(withFiles.statusCode).toBe(401)
    expect(withFiles.body).toContain('A long message')
    const back = await browser.post('/follow', {
      number: receipt.number,
      code: receipt.receiptCode,
      act: 'message',
      kept_text: 'A long message',
    })
    expect(back.statusCode).toBe(200)
    expect(back.body).toContain('A long message')
    expect(back.body).toContain('has not been sent yet')
    expect(await typesOf(id)).not.toContain('message.sent')
  })
})
