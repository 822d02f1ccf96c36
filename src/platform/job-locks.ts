import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from './log.ts'

/** Tells other processes that the worker of this one lives, and gives back what dead ones had taken. */
export type LifeSign = {
  /** From now on it is this pool of workers that lives; an earlier one of this process does no longer. */
  lives(poolId: string): void
  stop(): Promise<void>
}

/** Any number no other part of the program locks on; the second number is that of the pool. */
const lifeLock = 7_204

// What is taken by a pool that nobody answers for. A new pool has half a minute to say that it lives, and every pool has
// after a restart of PostgreSQL, which ends all locks.
const releaseLost = `
  with taken as (
    select locked_by from graphile_worker._private_jobs where locked_at < now() - interval '30 seconds'
    union select locked_by from graphile_worker._private_job_queues where locked_at < now() - interval '30 seconds'
  ), lost as materialized (
    select locked_by from taken where locked_by <> $1 and pg_postmaster_start_time() < now() - interval '30 seconds'
      and pg_try_advisory_xact_lock(${lifeLock}, hashtext(locked_by))
  )
  select graphile_worker.force_unlock_workers(array_agg(locked_by)) from lost having count(*) > 0`

/**
 * The queue keeps what a worker had taken when its process was killed for four hours, its periodic work with it: for so
 * long no clock would be looked at. So each pool holds an advisory lock as long as its process lives, and each process
 * looks twice a minute for pools that do not hold theirs.
 */
export function startLifeSign(url: string, log: Log): LifeSign {
  const stopping = new AbortController()
  let pool = ''
  let held = ''
  let client: pg.Client | undefined
  let beating = Promise.resolve()

  const drop = () => {
    const lost = client
    client = undefined
    held = ''
    lost?.end().catch(() => {})
  }
  const beat = async () => {
    try {
      if (!client) {
        client = new pg.Client({ connectionString: url, application_name: 'answerable jobs' })
        client.on('error', drop)
        await client.connect()
      }
      if (held !== pool) {
        await client.query('select pg_advisory_unlock_all()')
        await client.query('select pg_advisory_lock($1, hashtext($2))', [lifeLock, pool])
        held = pool
      }
      const { rowCount } = await client.query(releaseLost, [pool])
      if (rowCount) log.warn('jobs that a dead worker had taken were given back')
    } catch (error) {
      if (!stopping.signal.aborted) log.debug({ err: error }, 'the job queue could not be looked after')
      drop()
    }
  }
  // One beat at a time: they share the connection.
  const next = () => {
    beating = beating.then(beat)
    return beating
  }
  const run = async () => {
    while (!stopping.signal.aborted) {
      await next()
      await sleep(client ? 30_000 : 1_000, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  void run()
  return {
    lives(poolId) {
      pool = poolId
      void next()
    },
    async stop() {
      stopping.abort()
      await beating
      await client?.end().catch(() => {})
    },
  }
}
