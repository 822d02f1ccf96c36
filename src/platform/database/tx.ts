import type { Pool, PoolClient } from 'pg'
import { NotFound } from '../errors.ts'
import { type Query, runQuery, sendTogether } from './query.ts'

/** One transaction of one tenant. Start independent queries together (`Promise.all`): they share a round trip. */
export type Tx = {
  readonly tenant: number
  /** All rows. */
  all<O>(query: Query<O>): Promise<O[]>
  /** The first row, or undefined. */
  first<O>(query: Query<O>): Promise<O | undefined>
  /** The first row; `NotFound` where there is none. */
  one<O>(query: Query<O>): Promise<O>
  /** Runs a write and returns nothing. */
  run(query: Query): Promise<void>
}

/**
 * Runs `work` in one transaction as `tenant`. Commits when it resolves, rolls back when it throws.
 * The begin goes out with the first query and the commit is awaited, so a resolved write is on disk.
 */
export async function inTransaction<R>(pool: Pool, tenant: number, work: (tx: Tx) => Promise<R>): Promise<R> {
  return transaction(pool, tenant, 'begin', work)
}

/** Like `inTransaction`, but read-only and on one snapshot, so that a page never shows half of a change. */
export async function inSnapshot<R>(pool: Pool, tenant: number, work: (tx: Tx) => Promise<R>): Promise<R> {
  return transaction(pool, tenant, readOnly, work)
}

/** Asks one question by itself, on the terms of `inSnapshot`: begin, query and commit go out together, in one round trip. */
export async function ask<O>(pool: Pool, tenant: number, query: Query<O>): Promise<O[]> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    sendTogether(client)
    const [, rows] = await Promise.all([
      client.query(`${readOnly}; set local app.tenant_id = ${Math.trunc(tenant)}`),
      runQuery(client, query),
      client.query('commit'), // of a query that failed it is the rollback
    ])
    return rows
  } catch (error) {
    // What failed may have been the connection; if not, the answers that are still to come are waited for.
    await client.query('rollback').catch(reason => {
      broken = reason
    })
    throw error
  } finally {
    client.release(broken)
  }
}

const readOnly = 'begin isolation level repeatable read read only'

async function transaction<R>(
  pool: Pool,
  tenant: number,
  begin: string,
  work: (tx: Tx) => Promise<R>,
): Promise<R> {
  // A connection is taken with the first query: what is known already (the organisation, a calendar) costs none.
  let opened: Promise<PoolClient> | undefined
  let begun: Promise<unknown> | undefined
  const open = async () => {
    const client = await pool.connect()
    sendTogether(client)
    begun = client.query(`${begin}; set local app.tenant_id = ${Math.trunc(tenant)}`)
    begun.catch(() => {}) // a failure surfaces through the work's own queries and the await below
    return client
  }
  const connection = () => {
    opened ??= open()
    return opened
  }
  let broken: Error | undefined
  try {
    const result = await work(createTx(connection, tenant))
    if (!opened) return result
    const client = await opened
    await begun
    const committed = await client.query('commit')
    if (committed.command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back')
    return result
  } catch (error) {
    const client = await opened?.catch(() => undefined)
    await client?.query('rollback').catch(reason => {
      broken = reason
    })
    throw error
  } finally {
    const client = await opened?.catch(() => undefined)
    client?.release(broken)
  }
}

function createTx(connection: () => Promise<PoolClient>, tenant: number): Tx {
  const all = async <O>(query: Query<O>) => runQuery(await connection(), query)
  return {
    tenant,
    all,
    first: async query => (await all(query))[0],
    one: async query => {
      const [row] = await all(query)
      if (row === undefined) throw new NotFound()
      return row
    },
    run: async query => {
      await all(query)
    },
  }
}
