import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../log.ts'
import { OperatorError } from '../../operator-error.ts'
import { type Account, launch, start } from './account.ts'

/** A running PostgreSQL that this process started. */
export type Postmaster = {
  readonly pid: number
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Ends it: open transactions are rolled back, the rest is on disk; `immediate` leaves that to the next start. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
}

/** PostgreSQL ended before it took connections; `output` is the last of what it said. */
export class PostgresNotStarted extends OperatorError {
  override readonly name = 'PostgresNotStarted'
  readonly output: string
  constructor(output: string) {
    super(`PostgreSQL did not start: ${output || 'it said nothing'}`)
    this.output = output
  }
}

/** Starts PostgreSQL on a cluster and waits, however long recovery takes, until it accepts connections. */
export async function startPostmaster(
  postgres: string,
  cluster: string,
  account: Account | undefined,
  log: Log,
): Promise<Postmaster> {
  const child = start(launch(postgres, ['-D', cluster], account, [join(cluster, 'PG_VERSION')]))
  const { lines, closed } = followOutput(child, log)
  let running = true
  // On `exit`, not `close`: after a kill -9 its children hold the pipe of its output for a while longer.
  const ended = new Promise<void>(settle => child.once('exit', settle).once('error', settle)).then(() => {
    running = false
    process.off('exit', endWithUs)
  })
  // Whatever ends our process, PostgreSQL is asked to shut down with it (a kill -9 apart: see stopOrphan).
  const endWithUs = () => child.kill('SIGINT')
  process.once('exit', endWithUs)

  while (running && !isReady(cluster, child.pid)) await sleep(10)
  const { pid } = child
  if (!running || pid === undefined) {
    await settles(closed, 500)
    throw new PostgresNotStarted(lines.join('\n'))
  }
  return {
    pid,
    ended,
    async stop(how = 'fast') {
      // First without cutting anyone off: pg's pools say that they have ended while their connections still are ending,
      // and one that is cut off then is an error that nobody listens for, which ends the process.
      if (how === 'fast') child.kill('SIGTERM')
      if (how === 'fast' && (await settles(ended, 1500))) return
      child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      if (await settles(ended, 60_000)) return
      log.warn('PostgreSQL takes too long to shut down; stopping it at once')
      child.kill('SIGQUIT')
      if (!(await settles(ended, 10_000))) child.kill('SIGKILL')
      await ended
    },
  }
}

// PostgreSQL writes its state into its pid file; one left by a dead PostgreSQL has another pid.
function isReady(cluster: string, pid: number | undefined): boolean {
  const found = readPidFile(cluster)
  return found?.pid === pid && found?.status === 'ready'
}

/** True if `promise` settled within `ms`. */
async function settles(promise: Promise<void>, ms: number): Promise<boolean> {
  return Promise.race([promise.then(() => true), sleep(ms, false, { ref: false })])
}

// PostgreSQL's lines go into our log; the last few are kept to say why it would not start.
function followOutput(child: ChildProcess, log: Log): { lines: string[]; closed: Promise<void> } {
  const lines: string[] = []
  child.on('error', error => lines.push(error.message))
  child.stdout?.resume()
  if (!child.stderr) return { lines, closed: Promise.resolve() }
  const reader = createInterface({ input: child.stderr })
  reader.on('line', line => {
    const [, severity = '', text = line] = /^(?:\d{4}-.*?\] )?([A-Z]+):\s+(.*)$/.exec(line) ?? []
    if (lines.push(text) > 5) lines.shift()
    if (severity === 'FATAL' || severity === 'PANIC') log.warn({ postgres: text }, 'postgres')
    else log.debug({ postgres: text }, 'postgres')
  })
  return { lines, closed: once(reader, 'close').then(() => {}) }
}

/** What `postmaster.pid` says, or undefined where PostgreSQL is not running or did not end cleanly. */
export function readPidFile(cluster: string): { pid: number; status: string } | undefined {
  try {
    const lines = fs.readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), status: lines[7]?.trim() ?? '' }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Stops a PostgreSQL on this cluster that outlived the process which started it (killed with -9). The caller holds
 * the data directory, so no living server of ours is using it.
 */
export async function stopOrphan(cluster: string, log: Log): Promise<void> {
  const found = readPidFile(cluster)
  if (!found) return
  if (!servesCluster(found.pid, cluster)) {
    // Killed, and its number perhaps given to another program, for which PostgreSQL would refuse to start.
    log.info({ pid: found.pid }, 'removing the pid file of a PostgreSQL that is gone')
    fs.rmSync(join(cluster, 'postmaster.pid'))
    return
  }
  log.warn({ pid: found.pid }, 'stopping a PostgreSQL left over from a server that was killed')
  process.kill(found.pid, 'SIGINT')
  for (let waited = 0; servesCluster(found.pid, cluster); waited += 20) {
    if (waited === 30_000) process.kill(found.pid, 'SIGQUIT')
    if (waited === 40_000)
      throw new OperatorError(`PostgreSQL (process ${found.pid}) does not stop; stop it by hand`)
    await sleep(20)
  }
}

// Every process of PostgreSQL works in the folder of its cluster; one that is dead and not yet collected has none.
function servesCluster(pid: number, cluster: string): boolean {
  try {
    if (process.platform === 'linux') return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(cluster)
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(cluster)
  } catch {
    return false // gone, or of a user whose processes we may not look at, and so not started by us
  }
}
