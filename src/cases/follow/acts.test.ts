import { describe, expect, test } from 'vitest'
import { testApp } from '../../../test/support/app.ts'
import { actorOf, fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { enter, recordOf } from '../../../test/support/resident.ts'
import { upload } from '../../../test/support/upload.ts'
import { visitor } from '../../../test/support/visitor.ts'
import { pdf, phonePhoto } from '../../platform/files/fixtures/documents.ts'
import { acceptCase, answerCase, askInformation } from '../actions/staff.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)

let addresses = 0
const newBrowser = () => visitor(app, { address: `198.51.100.${++addresses}` })

async function filedAndEntered() {
  const receipt = await fileOne(office)
  const browser = newBrowser()
  await enter(browser, receipt)
  return { receipt, browser, id: receipt.caseId, path: `/follow/${receipt.number}` }
}

const parts = { asked: 'Fill the hole.', facts: 'It is 40 cm deep.', rule: 'Road act, section 3.' }
const officer = () => actorOf(office, office.staff['case-officer'])
const lead = () => actorOf(office, office.staff.lead)

async function answered() {
  const filed = await filedAndEntered()
  const on = { id: filed.id }
  await acceptCase(office, await officer(), on)
  await answerCase(office, await lead(), on, { parts, outcome: 'supported', remedyBy: '2026-03-20' })
  return filed
}

const typesOf = async (id: string) => (await recordOf(office, id)).events.map(event => event.type)
const keyIn = (body: string) => /name="key" value="([^"]+)"/.exec(body)?.[1] ?? ''

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
    expect((await recordOf(office, id)).state.status).toBe('in-hand')
    expect(await typesOf(id)).toContain('information.given')
  })

  test('agreeing closes the case with a rating, which can be changed', async () => {
    const { browser, path, id } = await answered()
    expect((await browser.get(`${path}/agree`)).body).toContain('Do you agree with the answer?')
    const agreed = await browser.post(`${path}/agree`, { rating: '4' })
    expect(agreed.headers.location).toBe(`${path}?done=agree`)
    await browser.post(`${path}/rate`, { rating: '2' })
    expect((await browser.post(`${path}/rate`, {})).statusCode).toBe(422)
    const { state } = await recordOf(office, id)
    expect(state).toMatchObject({ status: 'closed', rating: 2 })
    expect((await browser.get(path)).body).toContain(`href="${path}/reopen"`)
    const reopened = await browser.post(`${path}/reopen`, { text: 'The hole is back.' })
    expect(reopened.headers.location).toBe(`${path}?done=reopen`)
    expect((await recordOf(office, id)).state.status).toBe('in-hand')
  })

  test('asking for review needs a reason, goes up, and is not offered a second time', async () => {
    const { browser, path, id } = await answered()
    expect((await browser.post(`${path}/review`, { text: '' })).statusCode).toBe(422)
    const asked = await browser.post(`${path}/review`, { text: 'Nobody came to look.' })
    expect(asked.headers.location).toBe(`${path}?done=review`)
    const { state } = await recordOf(office, id)
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
    expect((await recordOf(office, id)).state.status).toBe('withdrawn')
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
