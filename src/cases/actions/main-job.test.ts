import { expect, test } from 'vitest'
import { actorOf, fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { findCase } from '../reads.ts'
import { fold } from '../rules/evolve.ts'
import { openIdentity } from './open-identity.ts'
import { agree, askReview, writeToInstitution } from './resident.ts'
import { acceptCase, answerCase, askInformation, reviewCase } from './staff.ts'

const database = await testDatabase()
const office = await testOffice(database)
const parts = {
  asked: 'Fill the hole.',
  facts: 'It is 40 cm deep.',
  rule: 'Road act, section 3.',
  reasons: 'It is ours.',
}

async function recordOf(id: string) {
  const record = await inSnapshot(office.pool, office.tenant.id, tx => findCase(office, tx, id))
  if (!record) throw new Error('no such case')
  return record
}

test('a case goes from filing to agreement, and its state is the fold of its events', async () => {
  const officer = await actorOf(office, office.staff['case-officer'])
  const lead = await actorOf(office, office.staff.lead)
  const { caseId: id, number, receiptCode, state } = await fileOne(office)
  expect(number).toMatch(/^2026-\d{6}-\d$/)
  expect(receiptCode).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/)
  expect(state.unitId).toBe(office.units.roads)
  expect(state.leadId).toBe(office.staff['unit-head'])

  await acceptCase(office, officer, { id })
  await askInformation(office, officer, { id }, { text: 'Which side of the street?' })
  office.clock.advance({ hours: 48 })
  await writeToInstitution(office, { id }, { text: 'The north side.', files: [] })
  await answerCase(office, lead, { id }, { parts, outcome: 'supported', remedyBy: '2026-03-20' })
  const closed = await agree(office, { id }, 4)
  expect(closed.status).toBe('closed')
  expect(closed.obligations.map(one => [one.kind, one.status])).toEqual(
    expect.arrayContaining([
      ['acknowledge', 'met'],
      ['answer', 'met'],
      ['remedy', 'open'],
    ]),
  )

  const { events, state: stored } = await recordOf(id)
  const facts = events.map(event => ({
    type: event.type,
    at: event.at.toString({ fractionalSecondDigits: 3 }),
    data: event.data,
  }))
  expect(fold(facts)).toEqual(stored)
  const rows = await inSnapshot(office.pool, office.tenant.id, tx =>
    tx.all(q.selectFrom('obligations').select(['id', 'status']).where('stream_id', '=', id).orderBy('id')),
  )
  expect(rows).toEqual(
    stored.obligations.map(({ id, status }) => ({ id, status })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  )
})

test('a review comes to the next unit up, and the official who answered cannot decide it', async () => {
  const unitHead = await actorOf(office, office.staff['unit-head'])
  const { caseId: id } = await fileOne(office)
  await acceptCase(office, unitHead, { id })
  await answerCase(office, unitHead, { id }, { parts, outcome: 'not-supported' })
  const asked = await askReview(office, { id }, 'Nobody came to look.')
  expect(asked.unitId).toBe(office.units.root)
  await expect(
    reviewCase(office, unitHead, { id }, { parts, outcome: '', verdict: 'upheld' }),
  ).rejects.toThrow('not allowed')
})

test('opening an identity is recorded before it is shown', async () => {
  const unitHead = await actorOf(office, office.staff['unit-head'])
  const { caseId: id } = await fileOne(office)
  expect(await openIdentity(office, unitHead, id, 'To fetch the keys')).toMatchObject({
    name: 'Robin Example',
  })
  const opened = (await recordOf(id)).events.find(event => event.type === 'identity.opened')
  expect(opened?.data).toEqual({ staffId: unitHead.staffId })
  expect(opened?.text).toEqual({ purpose: 'To fetch the keys' })
})

test('the same filing sent twice files one case and shows one receipt', async () => {
  const { id: _, ...same } = { id: crypto.randomUUID() }
  const id = crypto.randomUUID()
  const [first, second] = await Promise.all([
    fileOne(office, { id, ...same }, { receiptSecret: 'only the sender knows' }),
    fileOne(office, { id, ...same }, { receiptSecret: 'only the sender knows' }),
  ])
  expect(first.receiptCode).toBe(second.receiptCode)
  expect(first.number).toBe(second.number)
})
