import type { Pool } from 'pg'
import pg from 'pg'

/**
 * The owner's pool as the sign-in library expects it: times come as `Date`, whatever our own queries on the same
 * pool read them as.
 */
export function ownTypes(pool: Pool): Pool {
  const types = new pg.TypeOverrides()
  const connect = async () => {
    const client = await pool.connect()
    return {
      query: (text: string, values: unknown[]) => client.query({ text, values, types }),
      release: (broken?: boolean) => client.release(broken),
    }
  }
  // The two methods of a pool that Kysely calls; the pool itself is ended by whoever opened it.
  return { connect, end: async () => {} } as unknown as Pool
}
