import { beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../test/support/database.ts'
import { type TestOffice, testOffice } from '../../test/support/office.ts'
import { makeCheckpoint } from './checkpoint.ts'

let database: TestDatabase
let office: TestOffice

beforeAll(async () => {
  database = await testDatabase()
  office = await testOffice(database)
  await makeCheckpoint(office)
})

describe('the database itself refuses to change the record', () => {
  test.each([
    ['events', 'type = type'],
    ['checkpoints', 'size = size'],
    ['checkpoint_leaves', 'seq = seq'],
  ])('%s, to the program by grant and to the owner by trigger', async (table, assignment) => {
    for (const statement of [
      `update ${table} set ${assignment}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      const client = await database.pool.connect()
      try {
        await client.query(`set app.tenant_id = ${office.tenant.id}`)
        await expect(client.query(statement)).rejects.toThrow(`permission denied for table ${table}`)
      } finally {
        client.release(true)
      }
      await expect(database.owner.query(statement)).rejects.toThrow('is append-only')
    }
  })

  test.each([
    'delete from streams',
    "update streams set kind = 'x'",
    'update chain_pending set seq = 1',
    'delete from signing_keys',
    "update signing_keys set public_key = ''",
  ])('%s, to the program by grant', async statement => {
    const client = await database.pool.connect()
    try {
      await client.query(`set app.tenant_id = ${office.tenant.id}`)
      await expect(client.query(statement)).rejects.toThrow('permission denied')
    } finally {
      client.release(true)
    }
  })
})
