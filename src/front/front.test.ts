import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { actorOf, fileOne } from '../../test/support/cases.ts'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { visitor } from '../../test/support/visitor.ts'
import { agree } from '../cases/actions/resident.ts'
import { acceptCase, answerCase } from '../cases/actions/staff.ts'

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)
const browser = visitor(app)

test('the front page says what this is, what one may do, and how long answers take under which rule', async () => {
  const page = await browser.get('/')
  expect(page.statusCode).toBe(200)
  for (const text of [
    'Tell Willow Town what is wrong',
    'href="/raise"',
    'href="/follow"',
    '2 working days, counted from the day it was received',
    '30 days, counted from the day it was received',
    'a local rule',
  ])
    expect(page.body).toContain(text)
  const chinese = await browser.get('/', { 'accept-language': 'zh-CN,zh;q=0.9' })
  expect(chinese.body).toContain('自收到之日起 30 日')
})

test.each(['/promises', '/accessibility', '/contact'])('%s can be read in both languages', async path => {
  for (const lang of ['en', 'zh-CN']) {
    const page = await browser.get(path, { 'accept-language': lang })
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain(`<html lang="${lang}"`)
  }
})

test('measured figures are told from twenty answered cases on, and not before', async () => {
  const officer = await actorOf(office, office.staff['case-officer'])
  const lead = await actorOf(office, office.staff.lead)
  const parts = { asked: 'a', facts: 'f', rule: 'r' }
  const close = async (days: number) => {
    const { caseId: id } = await fileOne(office)
    await acceptCase(office, officer, { id })
    office.clock.advance({ hours: 24 * days })
    await answerCase(office, lead, { id }, { parts, outcome: 'explained' })
    await agree(office, { id }, null)
  }
  for (let i = 0; i < 18; i++) await close(3)
  await close(40)
  expect((await browser.get('/')).body).not.toContain('had their answer within')
  await close(3)
  office.clock.advance({ hours: 1 })
  const page = (await browser.get('/')).body
  expect(page).toContain(
    'Half of the latest 20 answered cases had their answer within 3 days. Answered in time: at least 75%.',
  )
})
