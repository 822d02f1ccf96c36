import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readlinkSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readPidFile } from '../../src/platform/database/embedded/postmaster.ts'
import { postgresFolder } from '../../src/platform/database/open-database.ts'

const program = fileURLToPath(new URL('../../src/cli/answerable.js', import.meta.url))

/** The real server as a process of its own on a data directory, which can be killed and started again. */
export type CrashingServer = {
  /** Where it answers now; another port after each start. */
  address(): string
  /** The one-time link it printed when it was first started. */
  readonly setUpLink: string
  /** Kills the server with -9, PostgreSQL with it or not, and starts it again. */
  killServer(withPostgres: boolean): Promise<void>
  /** Kills PostgreSQL with -9; the server starts it again by itself. */
  killPostgres(): Promise<void>
  /** Lets it stop in good order. */
  stop(): Promise<void>
}

/** What a command printed and how it ended. */
export type Ran = { status: number | null; output: string }

/** Settings of a process on a data directory: any free port, and nothing from the outside. */
const settings = (dataDir: string) => ({
  PATH: process.env['PATH'],
  DATA_DIR: dataDir,
  PORT: '0',
  LOG_LEVEL: 'warn',
  LANG: 'C',
})

/** Runs `answerable` with a command line on a data directory; `env` adds settings. */
export async function runCommand(
  dataDir: string,
  line: readonly string[],
  env: Record<string, string> = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...line], { env: { ...settings(dataDir), ...env } })
  let output = ''
  child.stdout.on('data', part => {
    output += part
  })
  const [status] = await once(child, 'close')
  return { status, output }
}

/** Starts the server on an empty data directory; `env` adds settings. */
export async function startCrashing(
  dataDir: string,
  logFile: string,
  env: Record<string, string> = {},
): Promise<CrashingServer> {
  const start = () => startOnce(dataDir, logFile, env)
  let { child, address, printed } = await start()
  const setUpLink = /http\S+\/set-up\?token=\S+/.exec(printed)?.[0] ?? ''
  return {
    address: () => address,
    setUpLink,
    async killServer(withPostgres) {
      const postmaster = withPostgres ? postmasterOf(dataDir) : undefined
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      if (postmaster !== undefined) kill(postmaster)
      await ended
      ;({ child, address, printed } = await start())
    },
    async killPostgres() {
      const before = postmasterOf(dataDir)
      if (before === undefined) throw new Error('PostgreSQL is not running')
      kill(before)
      for (let waited = 0; !isBack(dataDir, before); waited += 20) {
        if (child.exitCode !== null) throw new Error('the server died with PostgreSQL')
        if (waited > 60_000) throw new Error('PostgreSQL did not come back')
        await sleep(20)
      }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function startOnce(dataDir: string, logFile: string, env: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, [program, 'serve'], {
    env: { ...settings(dataDir), ...env },
  })
  let printed = ''
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    printed += part
    appendFileSync(logFile, part)
  })
  child.stderr?.on('data', part => appendFileSync(logFile, part))
  for (let waited = 0; waited < 60_000; waited += 20) {
    const address = /http:\/\/[\w.]+:\d+/.exec(printed)?.[0]
    if (address && printed.includes('\n')) return { child, address, printed }
    if (child.exitCode !== null) throw new Error(`the server did not start: ${printed}`)
    await sleep(20)
  }
  child.kill('SIGKILL')
  throw new Error('the server did not start in time')
}

const clusterOf = (dataDir: string) => join(postgresFolder(dataDir), 'cluster')

/** The process of PostgreSQL on this data directory, if it is one: its number may since be another's. */
function postmasterOf(dataDir: string): number | undefined {
  const pid = readPidFile(clusterOf(dataDir))?.pid
  if (pid === undefined || process.platform !== 'linux') return pid
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(clusterOf(dataDir)) ? pid : undefined
  } catch {
    return undefined
  }
}

function isBack(dataDir: string, before: number): boolean {
  const found = readPidFile(clusterOf(dataDir))
  return found !== undefined && found.pid !== before && found.status === 'ready'
}

function kill(pid: number) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It had just ended by itself.
  }
}
