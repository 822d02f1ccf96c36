import { describe, expect, test } from 'vitest'
import { testApp } from '../../../test/support/app.ts'
import { actorOf, fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { enter, recordOf } from '../../../test/support/resident.ts'
import { upload } from '../../../test/support/upload.ts'
import { visitor } from '../../../test/support/visitor.ts'
import { pdf } from '../../platform/files/fixtures/documents.ts'
import { openIdentity } from '../actions/open-identity.ts'
import { acceptCase, addNote, answerCase, correctAnswer, declineCase, sendMessage } from '../actions/staff.ts'

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
    const document = (await recordOf(office, id)).events.find(event => event.type === 'document.added')
    const url = `${path}/file/${document?.data.id}`
    expect((await browser.get(url)).headers['content-type']).toBe('application/pdf')
    expect((await newBrowser().get(url)).statusCode).toBe(303)
    const stranger = await filedAndEntered()
    expect((await stranger.browser.get(url)).statusCode).toBe(303)
    expect((await stranger.browser.get(`${stranger.path}/file/${document?.data.id}`)).statusCode).toBe(404)
  })
})
