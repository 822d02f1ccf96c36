import { expect, test } from 'vitest'
import { actorOf, fileOne } from '../../../test/support/cases.ts'
import { testDatabase } from '../../../test/support/database.ts'
import { testOffice } from '../../../test/support/office.ts'
import { q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { createLog } from '../../platform/log.ts'
import { alarmLetters } from '../alarm-letter.ts'
import { findCase } from '../reads.ts'
import { runDeadlinePass } from './deadline-pass.ts'
import { writeToInstitution } from './resident.ts'
import { acceptCase, answerCase, askInformation } from './staff.ts'

const database = await testDatabase()
const office = await testOffice(database)
const log = createLog('silent')
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
const typesOf = async (id: string) => (await recordOf(id)).events.map(event => event.type)
const alarms = async () => {
  const { rows } = await database.owner.query(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'send-alarm'`,
  )
  return rows.map(row => row.payload)
}

test('every overdue case is visited in one pass whatever the batch size, and nothing is repeated in the next', async () => {
  const ids = []
  for (let n = 0; n < 7; n++) ids.push((await fileOne(office)).caseId)
  office.clock.advance({ hours: 24 * 8 })
  expect(await runDeadlinePass(office, log, 2)).toMatchObject({ cases: 7, failed: [] })
  for (const id of ids) {
    const types = await typesOf(id)
    expect(types.filter(type => type === 'obligation.breached')).toHaveLength(2)
  }
  const before = (await alarms()).length
  expect(await runDeadlinePass(office, log, 2)).toMatchObject({ cases: 0, alarms: 0 })
  expect(await alarms()).toHaveLength(before)
})

test('after a month of downtime the worker catches up without repeating itself', async () => {
  const { caseId: id } = await fileOne(office)
  office.clock.advance({ hours: 24 * 60 })
  await runDeadlinePass(office, log)
  const { events, state } = await recordOf(id)
  const answer = state.obligations.find(one => one.kind === 'answer')
  expect(answer).toMatchObject({ status: 'missed' })
  expect(new Set(answer?.stages).size).toBe(answer?.stages.length)
  expect(events.filter(event => event.type === 'obligation.warned')).toEqual([])
  const told = events.filter(event => event.type === 'obligation.escalated').map(event => event.data['told'])
  expect(told.length).toBeGreaterThan(0)
  for (const staff of told) expect(staff).not.toEqual([])
})

test('an answer nobody replies to is closed after two reminders', async () => {
  const head = await actorOf(office, office.staff['unit-head'])
  const { caseId: id } = await fileOne(office)
  await acceptCase(office, head, { id })
  await answerCase(office, head, { id }, { parts, outcome: 'explained' })
  for (let day = 0; day < 20; day++) {
    office.clock.advance({ hours: 24 })
    await runDeadlinePass(office, log)
  }
  const { state } = await recordOf(id)
  expect(state).toMatchObject({ status: 'closed', closedBecause: 'silence', reminders: 2 })
})

test('a question nobody answers lapses and the clock goes on', async () => {
  const officer = await actorOf(office, office.staff['case-officer'])
  const { caseId: id } = await fileOne(office)
  await acceptCase(office, officer, { id })
  const asked = await askInformation(office, officer, { id }, { text: 'Which side?' })
  expect(asked.obligations.find(one => one.kind === 'answer')?.status).toBe('paused')
  office.clock.advance({ hours: 24 * 20 })
  await runDeadlinePass(office, log)
  const { state } = await recordOf(id)
  expect(state.status).toBe('in-hand')
  expect(state.obligations.find(one => one.kind === 'answer')?.status).toBe('open')
  await writeToInstitution(office, { id }, { text: 'The north side, sorry for the delay.', files: [] })
})

test('what is looked for next is always in the row', async () => {
  const rows = await inSnapshot(office.pool, office.tenant.id, tx =>
    tx.all(q.selectFrom('obligations').selectAll().where('status', 'in', ['open', 'paused'])),
  )
  expect(rows.filter(row => row.next_look_at === null)).toEqual([])
})

test('an alarm is an e-mail to each official told, which names the case and nobody else', async () => {
  const { caseId, state: filed } = await fileOne(office)
  office.clock.advance({ hours: 24 * 9 })
  await runDeadlinePass(office, log)
  const alarm = (await alarms()).find(one => one.caseId === caseId && one.stage === 'breached')
  const head = {
    address: 'no-reply@example.org',
    linkTo: (number: string) => `https://town.example/cases/${number}`,
  }
  const letters = await alarmLetters(office, alarm, head)
  expect(letters.map(letter => letter.to)).toEqual(['unit-head@example.org'])
  expect(letters[0]?.subject).toContain(filed.number)
  expect(letters[0]?.text).toContain(`/cases/${filed.number}`)
  expect(letters[0]?.text).not.toContain('Robin')
})
