import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { createPool } from '../../src/platform/database/pool.ts'

/** A migrated database of a test file's own. */
export type TestDatabase = {
  /** Its address as the owner. */
  url: string
  /** Connections as the application's role, as the product has them. */
  pool: pg.Pool
  /** Connections as the owner, whom row-level security does not bind. */
  owner: pg.Pool
}

/** Clones the migrated template for the calling test file, and drops the clone after it. */
export async function testDatabase(): Promise<TestDatabase> {
  const maintenance = inject('postgresUrl')
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client({ connectionString: maintenance })
  await admin.connect()
  await admin.query(`create database ${name} template template`)
  const address = new URL(maintenance)
  address.pathname = `/${name}`
  const url = address.href
  const pool = createPool(url, 5)
  const owner = new pg.Pool({ connectionString: url, max: 5 })
  owner.on('error', () => {})
  afterAll(async () => {
    await Promise.allSettled([pool.end(), owner.end()])
    await dropDatabase(admin, name)
    await admin.end()
  })
  return { url, pool, owner }
}

/** Drops a database and ends who still uses it. An autovacuum that is at work there belongs to the superuser, so it is
 * waited for, at most 20 s. */
export async function dropDatabase(admin: pg.ClientBase, name: string): Promise<void> {
  for (let waited = 0; ; waited += 200) {
    try {
      await admin.query(`drop database ${name} with (force)`)
      return
    } catch (error) {
      const denied = error instanceof pg.DatabaseError && error.code === '42501'
      if (!denied || waited >= 20_000) throw error
      await sleep(200)
    }
  }
}
