import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { verifyDatabase } from '../audit/verify.ts'
import { q } from './database/query.ts'
import { inSnapshot } from './database/tx.ts'
import type { Office } from './office.ts'
import { type NewEvent, perform } from './perform.ts'
import { newStream } from './stream.ts'
import { v7 } from './uuid.ts'

const database = await testDatabase()
const office = await testOffice(database)
const now = office.clock.now()
const daysAgo = (days: number) => now.subtract({ hours: 24 * days })

async function write(events: [NewEvent, ...NewEvent[]], by: Office = office): Promise<string> {
  const id = v7()
  await perform(by, { kind: 'import', name: 'test' }, async () => ({
    result: undefined,
    changes: [{ stream: newStream(by, 'test', id), events, writes: [] }],
    jobs: [{ task: 'test-job', payload: { id } }],
  }))
  return id
}

const timesOf = (id: string) =>
  inSnapshot(office.pool, office.tenant.id, async tx =>
    (await tx.all(q.selectFrom('events').select('at').where('stream_id', '=', id).orderBy('seq'))).map(
      event => event.at.toString(),
    ),
  )

test('history that is taken over keeps its dates, and the chain covers them', async () => {
  const then = Temporal.Instant.from('2011-03-01T19:27:57.123456Z')
  const id = await write([
    { type: 'test.began', data: {}, at: then },
    { type: 'test.ended', data: {}, at: daysAgo(2) },
    { type: 'test.taken-over', data: {} },
  ])
  expect(await timesOf(id)).toEqual(['2011-03-01T19:27:57.123Z', daysAgo(2).toString(), now.toString()])
  const report = await verifyDatabase({ pool: office.pool, tenant: office.tenant.id, now }, '/nowhere')
  expect(report.problems).toEqual([])
})

test('nothing is recorded before it happened, or out of its order in time', async () => {
  const early: NewEvent = { type: 'test.early', data: {}, at: now.add({ seconds: 1 }) }
  await expect(write([early])).rejects.toThrow('before it happened')
  const swapped: [NewEvent, NewEvent] = [
    { type: 'test.second', data: {}, at: daysAgo(1) },
    { type: 'test.first', data: {}, at: daysAgo(2) },
  ]
  await expect(write(swapped)).rejects.toThrow('order in time')
})

test('weeks that are past send nothing now', async () => {
  const jobs = async () =>
    Number((await database.owner.query('select count(*) as n from graphile_worker._private_jobs')).rows[0].n)
  const before = await jobs()
  await write([{ type: 'test.noted', data: {} }], { ...office, quiet: true })
  expect(await jobs()).toBe(before)
  await write([{ type: 'test.noted', data: {} }])
  expect(await jobs()).toBe(before + 1)
})
