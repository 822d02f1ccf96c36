import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, type LogLevel, type Runner, run, type WorkerEvents } from 'graphile-worker'
import { createOwnerPool } from './database/pool.ts'
import { type LifeSign, startLifeSign } from './job-locks.ts'
import type { Log } from './log.ts'

/** What a task does with a job's payload. It throws to be tried again later, with longer and longer waits. */
export type Task = (payload: unknown) => Promise<void>

/** A feature's background work: its tasks by name, and those that come round by themselves. */
export type Jobs = {
  readonly tasks: Readonly<Record<string, Task>>
  /** Names of tasks to run every minute; one run at a time over all processes. */
  readonly everyMinute?: readonly string[]
  /** Names of tasks to run once a day, at a quiet hour. */
  readonly daily?: readonly string[]
}

/** The worker while it runs. */
export type Worker = { stop(): Promise<void> }

/** What a worker may be given besides. */
export type JobsOptions = {
  /** How many jobs are worked on at once. */
  readonly concurrency?: number
  /** Whether this process has enough to do with requests; then a job waits, a second at the most. */
  readonly isBusy?: () => boolean
}

/**
 * Works off the queue in this process, until it is stopped. `url` connects as the database's owner, whose the queue is.
 * A worker that gave up, as after a long outage of the database, is started again: work that nobody does is a promise
 * broken in silence.
 */
export async function startJobs(
  url: string,
  log: Log,
  features: readonly Jobs[],
  { concurrency = 4, isBusy = () => false }: JobsOptions = {},
): Promise<Worker> {
  let stopping = false
  const sign = startLifeSign(url, log)
  const startOnce = () => startRunner({ url, log, features, concurrency, isBusy, sign })
  let current = await startOnce().catch(async error => {
    await sign.stop()
    throw error
  })
  const keepGoing = async () => {
    while (!stopping) {
      await current.ended
      if (!stopping) log.error('the job worker gave up; starting it again')
      while (!stopping) {
        await sleep(2_000)
        if (stopping) return
        try {
          current = await startOnce()
          break
        } catch (error) {
          log.error({ err: error }, 'the job worker could not be started; trying again')
        }
      }
    }
  }
  void keepGoing()
  return {
    async stop() {
      stopping = true
      await Promise.race([current.runner.stop().catch(() => {}), current.ended]) // it may have given up by itself
      await sign.stop()
      await current.release()
    },
  }
}

type Start = {
  url: string
  log: Log
  features: readonly Jobs[]
  concurrency: number
  isBusy: () => boolean
  sign: LifeSign
}

type Started = {
  readonly runner: Runner
  /** Resolves when it works no more, for whatever reason. */
  readonly ended: Promise<void>
  release(): Promise<void>
}

async function startRunner({ url, log, features, concurrency, isBusy, sign }: Start): Promise<Started> {
  const tasks: Record<string, Task> = Object.assign({}, ...features.map(one => one.tasks))
  const taskList: Record<string, Task> = {}
  for (const [name, task] of Object.entries(tasks)) {
    taskList[name] = async payload => {
      await giveWay(isBusy)
      await task(payload)
    }
  }
  // One queue per periodic task: two runs of it never overlap, and a minute missed is not made up for.
  const line = (times: string) => (task: string) => `${times} ${task} ?jobKey=${task}&queue=${task}&max=3`
  const crontab = [
    ...features.flatMap(({ everyMinute = [] }) => everyMinute.map(line('* * * * *'))),
    ...features.flatMap(({ daily = [] }) => daily.map(line('17 3 * * *'))),
  ].join('\n')
  const events: WorkerEvents = new EventEmitter()
  events.on('pool:create', ({ workerPool }) => sign.lives(workerPool.id))
  const pgPool = createOwnerPool(url, concurrency + 2)
  const release = () => pgPool.end().catch(() => {})
  try {
    const runner = await run({
      pgPool,
      events,
      // That a job is done is written by a function whose failure ends the worker, to be started again. Without a delay
      // nobody awaits it, and a database that is gone at that moment ends the process.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      taskList,
      crontab,
      concurrency,
      noHandleSignals: true,
      pollInterval: 1_000,
      logger: new Logger(() => (level, message) => log[levels[level]](message)),
    })
    const ended = Promise.race([runner.promise.catch(() => {}), shutDown(events)])
    void ended.then(release)
    return { runner, ended, release }
  } catch (error) {
    await release()
    throw error
  }
}

// Whoever waits for a page comes before a letter. To send the notice of a filing costs about as much as to file, so that
// in a rush 280 cases were filed a second where 490 could have been; the letters go out once it is over, or little by
// little while it lasts.
async function giveWay(isBusy: () => boolean): Promise<void> {
  for (let waited = 0; waited < 1_000 && isBusy(); waited += 20) await sleep(20)
}

// After a failure to write that jobs are done the promise of a runner may never settle (graphile-worker 0.18.0: its
// batches count what is pending below zero), so the end of its pool counts as its end too.
function shutDown(events: WorkerEvents): Promise<void> {
  return new Promise(settle => {
    for (const how of ['gracefulShutdown', 'forcefulShutdown'] as const)
      for (const end of ['complete', 'error'] as const) events.on(`pool:${how}:${end}`, () => settle())
  })
}

const levels: Record<LogLevel, 'error' | 'warn' | 'debug'> = {
  error: 'error',
  warning: 'warn',
  info: 'debug',
  debug: 'debug',
}
