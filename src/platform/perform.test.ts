import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { testOffice } from '../../test/support/office.ts'
import { type EventHeader, genesis, hashEvent } from './chain.ts'
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

const eventsOf = (id: string) =>
  inSnapshot(office.pool, office.tenant.id, tx =>
    tx.all(q.selectFrom('events').selectAll().where('stream_id', '=', id).orderBy('seq')),
  )

test('history that is taken over keeps its dates, and the chain covers them', async () => {
  const then = Temporal.Instant.from('2011-03-01T19:27:57.123456Z')
  const id = await write([
    { type: 'test.began', data: {}, at: then },
    { type: 'test.ended', data: {}, at: daysAgo(2) },
    { type: 'test.taken-over', data: {} },
  ])
  const events = await eventsOf(id)
  const times = ['2011-03-01T19:27:57.123Z', daysAgo(2).toString(), now.toString()]
  expect(events.map(event => event.at.toString())).toEqual(times)
  let head = genesis(office.tenant.id, id)
  for (const { seq, type, at, actor, data, hash } of events) {
    const header = { tenant: office.tenant.id, stream: id, seq, type, actor, data, sealedDigest: null }
    head = hashEvent({ ...header, at: at.toString({ fractionalSecondDigits: 3 }) } as EventHeader, head)
    expect(hash).toEqual(head)
  }
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
