import pg from 'pg'

const timestamptz = 1184
const date = 1082
const bigint = 20

const types = new pg.TypeOverrides()
types.setTypeParser(timestamptz, (text: string) => Temporal.Instant.from(text.replace(' ', 'T')))
types.setTypeParser(date, (text: string) => text)
types.setTypeParser(bigint, (text: string) => Number(text))

/**
 * A pool whose connections act as `answerable_app`, the role that row-level security binds and that cannot change
 * events. Connections are pipelined: independent queries of one transaction share a round trip. Where `durable` is false a
 * commit does not wait for the disk, which it reaches within a second: for what can be made again, such as the demo.
 */
export function createPool(url: string, max = 10, { durable = true } = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    pipeline: true,
    options: `-c role=answerable_app -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s${durable ? '' : ' -c synchronous_commit=off'}`,
    application_name: 'answerable',
  } as pg.PoolConfig)
  return survivingLoss(pool)
}

/** A pool whose connections act as the database's owner: for founding tenants and for sign-in's own tables. */
export function createOwnerPool(url: string, max: number): pg.Pool {
  return survivingLoss(new pg.Pool({ connectionString: url, max, application_name: 'answerable owner' }))
}

// A connection died (PostgreSQL was killed, or restarted). One that lay idle is replaced on the next use; one in use
// tells whoever uses it through their query. An error event that nobody listens to would end the process.
function survivingLoss(pool: pg.Pool): pg.Pool {
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  return pool
}
