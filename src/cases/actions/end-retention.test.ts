import { expect, test } from 'vitest'
import { actorOf, fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { packOf } from '../../packs/reads.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { findCase } from '../reads.ts'
import { endRetention } from './end-retention.ts'
import { type Difference, rebuildCases } from './rebuild-cases.ts'
import { agree } from './resident.ts'
import { acceptCase, answerCase } from './staff.ts'

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

test('projections that were tampered with are rebuilt from the events and reported', async () => {
  const { caseId: id } = await fileOne(office)
  await database.owner.query(`update cases set status = 'closed', subject = 'Nothing here' where id = $1`, [
    id,
  ])
  await database.owner.query(
    `update obligations set next_look_at = null where stream_id = $1 and id = 'answer-1'`,
    [id],
  )
  const differences: Difference[] = []
  await rebuildCases(office, difference => differences.push(difference))
  expect(differences.map(one => one.what).toSorted()).toEqual([
    'cases.status',
    'cases.subject',
    'obligations.answer-1',
  ])
  differences.length = 0
  await rebuildCases(office, difference => differences.push(difference))
  expect(differences).toEqual([])
})

test('at the end of its retention period a case loses identity and narrative for good', async () => {
  const head = await actorOf(office, office.staff['unit-head'])
  const { caseId: id } = await fileOne(office)
  await acceptCase(office, head, { id })
  await answerCase(office, head, { id }, { parts, outcome: 'explained' })
  await agree(office, { id }, null)
  expect(await endRetention(office)).toBe(0)
  office.clock.advance({ hours: 24 * 366 * (packOf(office.tenant).retention.years + 1) })
  expect(await endRetention(office)).toBe(1)
  const { events, subject, key } = await recordOf(id)
  expect(subject).toBeNull()
  expect(key).toBeUndefined()
  expect(events.every(event => event.text === undefined)).toBe(true)
  expect(events.at(-1)?.type).toBe('retention.ended')
  expect(await endRetention(office)).toBe(0)
})
