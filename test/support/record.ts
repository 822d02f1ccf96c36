import { makeCheckpoint } from '../../src/audit/checkpoint.ts'
import { publishCheckpoints } from '../../src/audit/publication.ts'
import { type VerifyOptions, verifyDatabase } from '../../src/audit/verify.ts'
import type { Json } from '../../src/platform/json.ts'
import type { Office } from '../../src/platform/office.ts'
import { type NewEvent, perform } from '../../src/platform/perform.ts'
import { lockStream, newStream } from '../../src/platform/stream.ts'
import { v7 } from '../../src/platform/uuid.ts'
import type { TestDatabase } from './database.ts'
import { testOffice } from './office.ts'

/** Writes a stream of a kind of its own with so many events, the first with a sealed payload; gives its id. */
export async function writeStream(
  office: Office,
  events: number,
  sealed: Json = { name: '王小明' },
): Promise<string> {
  const id = v7()
  const rest = Array.from({ length: events - 1 }, (_, i) => ({ type: 'test.noted', data: { note: i + 2 } }))
  await perform(office, { kind: 'resident' }, async () => ({
    result: id,
    changes: [
      {
        stream: newStream(office, 'test', id),
        events: [{ type: 'test.opened', data: { note: 1 }, sealed }, ...rest],
        writes: [],
      },
    ],
  }))
  return id
}

/** Appends one event to a stream. */
export async function appendTo(office: Office, id: string, event: NewEvent): Promise<void> {
  await perform(office, { kind: 'staff', id: 'someone' }, async tx => {
    const stream = await lockStream(office, tx, id)
    if (!stream) throw new Error('no such stream')
    return { result: undefined, changes: [{ stream, events: [event], writes: [] }] }
  })
}

/** Changes a table of the record as its owner can, with the triggers that refuse it off. */
export async function tamper(
  database: TestDatabase,
  table: string,
  statement: string,
  values: unknown[] = [],
): Promise<void> {
  const client = await database.owner.connect()
  try {
    await client.query('begin')
    await client.query(`alter table ${table} disable trigger user`)
    const { rowCount } = await client.query(statement, values)
    if (rowCount === 0) throw new Error('nothing was tampered with')
    await client.query(`alter table ${table} enable trigger user`)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

/**
 * An office with three streams in the order of the record, of five, three and two events: the first two under two
 * published checkpoints, the third not yet.
 */
export async function officeWithRecord(database: TestDatabase, dataDir: string) {
  const office = await testOffice(database)
  const checkpoint = async () => {
    office.clock.advance({ minutes: 1 })
    await makeCheckpoint(office)
    await publishCheckpoints(office, dataDir)
  }
  const verify = (options: VerifyOptions = {}) =>
    verifyDatabase(
      { pool: database.pool, tenant: office.tenant.id, now: office.clock.now() },
      dataDir,
      options,
    )
  const a = await writeStream(office, 4)
  await checkpoint()
  await appendTo(office, a, { type: 'test.noted', data: { note: 5 } })
  const b = await writeStream(office, 3)
  await checkpoint()
  const streams = [a, b, await writeStream(office, 2)] as const
  return { office, streams, checkpoint, verify }
}
