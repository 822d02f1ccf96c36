import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { startJobs } from './jobs.ts'
import { createLog } from './log.ts'

const { url, owner } = await testDatabase()
const done: string[] = []
const tasks = {
  note: async (payload: unknown) => {
    done.push(String(payload))
  },
}

/** A job that a pool of workers took a minute ago, with its queue. */
async function taken(payload: string, poolId: string) {
  await owner.query(
    `select graphile_worker.add_job('note', payload := to_json($1::text), queue_name := $1, max_attempts := 3)`,
    [payload],
  )
  for (const [table, key] of [
    ['_private_job_queues', 'queue_name = $2'],
    ['_private_jobs', 'payload #>> array[]::text[] = $2'],
  ])
    await owner.query(
      `update graphile_worker.${table} set locked_by = $1, locked_at = now() - interval '1 minute' where ${key}`,
      [poolId, payload],
    )
}

async function until(holds: () => boolean, patience = 45_000) {
  for (let waited = 0; !holds() && waited < patience; waited += 50) await sleep(50)
}

const living = await owner.connect()
afterAll(() => living.release())

test('what a dead worker had taken is done by another, and what a living one has is left to it', async () => {
  await owner.query(`select graphile_worker.add_job('note', payload := to_json('first'::text))`)
  await living.query(`select pg_advisory_lock(7204, hashtext('pool-living'))`)
  await taken('of the dead', 'pool-dead')
  await taken('of the living', 'pool-living')
  const worker = await startJobs(url, createLog('silent'), [{ tasks }])
  try {
    await until(() => done.includes('of the dead'))
    expect(done.toSorted()).toEqual(['first', 'of the dead'])
    await living.query(`select pg_advisory_unlock_all()`)
  } finally {
    await worker.stop()
  }
  const again = await startJobs(url, createLog('silent'), [{ tasks }])
  await until(() => done.includes('of the living'))
  await again.stop()
  expect(done.toSorted()).toEqual(['first', 'of the dead', 'of the living'])
})

test('a database that is gone for a moment while jobs are done ends neither the process nor the work', async () => {
  done.length = 0
  const slow = async (payload: unknown) => {
    await sleep(30)
    await tasks.note(payload)
  }
  const worker = await startJobs(url, createLog('silent'), [{ tasks: { note: slow } }])
  for (let round = 0; round < 3; round++) {
    const wanted = (round + 1) * 40
    for (let i = 0; i < 40; i++)
      await owner.query(`select graphile_worker.add_job('note', payload := to_json($1::text))`, [
        `${round} ${i}`,
      ])
    for (let cut = 0; cut < 6; cut++) {
      await sleep(40)
      await owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
         and pid <> pg_backend_pid() and query like '%graphile_worker%'`,
      )
    }
    // What was done and could not be written so is done again, a minute later at most.
    await until(() => new Set(done).size === wanted, 30_000)
    expect(new Set(done).size).toBe(wanted)
  }
  await worker.stop()
}, 120_000)

test('a job waits while people wait for pages, though not for ever', async () => {
  done.length = 0
  let busy = true
  const worker = await startJobs(url, createLog('silent'), [{ tasks }], { isBusy: () => busy })
  const add = (payload: string) =>
    owner.query(`select graphile_worker.add_job('note', payload := to_json($1::text))`, [payload])
  try {
    await add('in a long rush')
    await sleep(500)
    expect(done).toEqual([])
    await until(() => done.length > 0)
    await add('after the rush')
    await sleep(100)
    busy = false
    await until(() => done.length > 1)
    expect(done).toEqual(['in a long rush', 'after the rush'])
  } finally {
    await worker.stop()
  }
})
