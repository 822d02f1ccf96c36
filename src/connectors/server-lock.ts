import type { PoolClient } from 'pg'
import type { Office } from '../platform/office.ts'

/** Any number no other part of the program locks on; the second number is that of the server. */
const serverLock = 7_214

/**
 * Works with another server alone: neither another worker nor the command line sends to it or fetches from it meanwhile.
 * The lock is one of PostgreSQL's on a connection of its own, so that it ends with the process however that ends.
 * @returns undefined where somebody else is at it.
 */
export async function aloneWith<R>(
  { pool, tenant }: Office,
  url: string,
  work: () => Promise<R>,
): Promise<R | undefined> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const place = `${tenant.id} ${url}`
    if (!(await locked(client, 'pg_try_advisory_lock', place))) return undefined
    try {
      return await work()
    } finally {
      if (!(await locked(client, 'pg_advisory_unlock', place).catch(() => false)))
        broken = new Error('a lock was lost')
    }
  } finally {
    client.release(broken)
  }
}

async function locked(client: PoolClient, what: string, place: string): Promise<boolean> {
  const { rows } = await client.query(`select ${what}($1, hashtext($2)) as done`, [serverLock, place])
  return rows[0]?.done === true
}
