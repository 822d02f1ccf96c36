import { expect } from 'vitest'
import type { Receipt } from '../../src/cases/actions/file-case.ts'
import { type CaseRecord, findCase } from '../../src/cases/reads.ts'
import { inSnapshot } from '../../src/platform/database/tx.ts'
import type { Office } from '../../src/platform/office.ts'
import type { Visitor } from './visitor.ts'

/** The answers of a resident who has nothing special to say, by the page that asks for them. */
export const plainAnswers: Record<string, Record<string, string>> = {
  kind: { kind: 'hazard' },
  category: { category: 'road-damage' },
  what: { what: 'A deep hole.\r\nA cyclist fell.', wanted: 'Fill it.' },
  where: { address: '12 Willow Street', area: '', latitude: '', longitude: '' },
  you: { protection: 'named' },
  contact: { name: 'Robin Example', email: 'robin@example.org', phone: '' },
  about: { own: 'no', unit: '', named: '' },
}

/** Answers every question, some of them in another way. */
export async function answerAll(
  browser: Visitor,
  changes: Record<string, Record<string, string>> = {},
): Promise<void> {
  for (const [step, fields] of Object.entries({ ...plainAnswers, ...changes })) {
    const answer = await browser.post(`/raise/${step}`, fields)
    expect([step, answer.statusCode]).toEqual([step, 303])
  }
}

/** What the page to check says it has shown, as its form sends it along. */
export async function seenOnCheckPage(browser: Visitor): Promise<string> {
  return /name="seen" value="([^"]+)"/.exec((await browser.get('/raise/check')).body)?.[1] ?? ''
}

/** Sends what was checked. */
export async function send(browser: Visitor) {
  return browser.post('/raise/send', { seen: await seenOnCheckPage(browser) })
}

/** Opens a case with its number and code. */
export async function enter(browser: Visitor, { number, receiptCode }: Receipt): Promise<void> {
  const answer = await browser.post('/follow', { number, code: receiptCode })
  expect(answer.headers.location).toBe(`/follow/${number}`)
}

/** The record of a case as it is on disk. */
export async function recordOf(office: Office, id: string): Promise<CaseRecord> {
  const record = await inSnapshot(office.pool, office.tenant.id, tx => findCase(office, tx, id))
  if (!record) throw new Error('no such case')
  return record
}
