import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, type LogLevel, type Runner, run } from 'graphile-worker'
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

/**
 * Works off the queue in this process, until it is stopped. `url` connects as the database's owner, whose the queue is.
 * A worker that gave up, as after a long outage of the database, is started again: work that nobody does is a promise
 * broken in silence.
 */
export async function startJobs(
  url: string,
  log: Log,
  features: readonly Jobs[],
  concurrency = 4,
): Promise<Worker> {
  let stopping = false
  let runner = await startRunner(url, log, features, concurrency)
  const keepGoing = async () => {
    while (!stopping) {
      await runner.promise.catch(error =>
        log.error({ err: error }, 'the job worker gave up; starting it again'),
      )
      while (!stopping) {
        await sleep(2_000)
        if (stopping) return
        try {
          runner = await startRunner(url, log, features, concurrency)
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
      await runner.stop().catch(() => {}) // it had given up by itself
    },
  }
}

function startRunner(url: string, log: Log, features: readonly Jobs[], concurrency: number): Promise<Runner> {
  const taskList = Object.assign({}, ...features.map(({ tasks }) => tasks))
  // One queue per periodic task: two runs of it never overlap, and a minute missed is not made up for.
  const line = (times: string) => (task: string) => `${times} ${task} ?jobKey=${task}&queue=${task}&max=3`
  const crontab = [
    ...features.flatMap(({ everyMinute = [] }) => everyMinute.map(line('* * * * *'))),
    ...features.flatMap(({ daily = [] }) => daily.map(line('17 3 * * *'))),
  ].join('\n')
  return run({
    connectionString: url,
    taskList,
    crontab,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger: new Logger(() => (level, message) => log[levels[level]](message)),
  })
}

const levels: Record<LogLevel, 'error' | 'warn' | 'debug'> = {
  error: 'error',
  warning: 'warn',
  info: 'debug',
  debug: 'debug',
}
