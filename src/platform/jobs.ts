import { Logger, type LogLevel, run } from 'graphile-worker'
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

/** Starts working off the queue in this process. `url` connects as the database's owner, whose the queue is. */
export async function startJobs(
  url: string,
  log: Log,
  features: readonly Jobs[],
  concurrency = 4,
): Promise<Worker> {
  const taskList = Object.assign({}, ...features.map(({ tasks }) => tasks))
  // One queue per periodic task: two runs of it never overlap, and a minute missed is not made up for.
  const line = (times: string) => (task: string) => `${times} ${task} ?jobKey=${task}&queue=${task}&max=3`
  const crontab = [
    ...features.flatMap(({ everyMinute = [] }) => everyMinute.map(line('* * * * *'))),
    ...features.flatMap(({ daily = [] }) => daily.map(line('17 3 * * *'))),
  ].join('\n')
  const runner = await run({
    connectionString: url,
    taskList,
    crontab,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    logger: new Logger(() => (level, message) => log[levels[level]](message)),
  })
  return { stop: () => runner.stop() }
}

const levels: Record<LogLevel, 'error' | 'warn' | 'debug'> = {
  error: 'error',
  warning: 'warn',
  info: 'debug',
  debug: 'debug',
}
