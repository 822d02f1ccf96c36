import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Config } from '../config.ts'
import { DataDirectoryHeld, findHolder, type Hold, holdDataDirectory } from '../data-directory.ts'
import type { Log } from '../log.ts'
import { OperatorError } from '../operator-error.ts'
import { type Embedded, embeddedUrl, startEmbedded } from './embedded.ts'

/** A database to work with until it is closed. */
export type OpenDatabase = {
  readonly url: string
  /** Calls back each time the embedded PostgreSQL came back after it had died; never for another PostgreSQL. */
  onRestart(listener: () => void): void
  close(): Promise<void>
}

/** The folder of the embedded PostgreSQL in a data directory. */
export const postgresFolder = (dataDir: string) => join(dataDir, 'postgres')

/** The database of a server that holds its data directory: the one in the settings, else the embedded one. */
export async function openDatabase(config: Config, hold: Hold, log: Log): Promise<OpenDatabase> {
  if (config.databaseUrl) {
    hold.record({ postgres: 'elsewhere' })
    return openOperators(config.databaseUrl, log)
  }
  const embedded = await startEmbedded({ directory: postgresFolder(config.dataDir), log })
  hold.record({ postgres: embedded.port })
  return { url: embedded.url(), onRestart: embedded.onRestart, close: () => embedded.stop() }
}

/**
 * The database for a command that works whether or not a server is running on the same data directory: the one in
 * the settings, else the embedded one that runs already, else the embedded one started until `close`.
 */
export async function openDatabaseForCommand(
  config: Config,
  command: string,
  log: Log,
): Promise<OpenDatabase> {
  if (config.databaseUrl) return openOperators(config.databaseUrl, log)
  for (let waited = 0; ; waited += 100) {
    const hold = await holdUnlessHeld(config.dataDir, command)
    if (hold) return startForCommand(config, hold, log)
    const holder = await findHolder(config.dataDir)
    if (holder?.postgres === 'elsewhere') {
      throw new OperatorError(
        'The server uses a PostgreSQL of its own: set the DATABASE_URL that it was started with.',
      )
    }
    if (holder?.postgres) {
      const joined = await joinRunning(config.dataDir, holder.postgres)
      if (joined) return joined
    }
    // It is still starting, or just ending.
    if (waited >= 60_000) throw new DataDirectoryHeld(config.dataDir, holder)
    await sleep(100)
  }
}

/** Any number no other part of the program locks on: held shared by commands that joined, alone by the one that stops. */
const joining = 7_263_015_420

// Whoever started this PostgreSQL for a command of its own takes its port back under the lock alone before stopping
// it. So it waits for those that joined, and nobody joins later. Undefined where that has begun, or is done.
async function joinRunning(directory: string, port: number): Promise<OpenDatabase | undefined> {
  const url = embeddedUrl(postgresFolder(directory), port)
  const client = new pg.Client({ connectionString: url, application_name: 'answerable command' })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query('select pg_try_advisory_lock_shared($1) as joined', [joining])
    if (rows[0].joined && (await findHolder(directory))?.postgres === port) {
      return { url, onRestart() {}, close: () => client.end() }
    }
    await client.end()
  } catch (error) {
    // Refused for good, as with a wrong password; anything else is a PostgreSQL that is going away under us.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('28')) throw error
    await client.end().catch(() => {})
  }
  return undefined
}

// Tried for a quarter of a minute: machines and containers that start together do so in any order.
async function openOperators(url: string, log: Log): Promise<OpenDatabase> {
  for (let waited = 0; ; waited += 500) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return { url, onRestart() {}, async close() {} }
    } catch (error) {
      const reason = (error as Error).message || String(error)
      if (!mayPass(error) || waited >= 15_000) {
        throw new OperatorError(`The PostgreSQL of DATABASE_URL cannot be used: ${reason}`, { cause: error })
      }
      if (waited === 0) log.warn({ reason }, 'waiting for the PostgreSQL of DATABASE_URL')
      await sleep(500)
    }
  }
}

// Nobody listens there yet, or PostgreSQL is starting up or recovering.
function mayPass(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ECONNREFUSED' || code === '57P03'
}

async function holdUnlessHeld(directory: string, command: string): Promise<Hold | undefined> {
  try {
    return await holdDataDirectory(directory, command)
  } catch (error) {
    if (error instanceof DataDirectoryHeld) return undefined
    throw error
  }
}

async function startForCommand(config: Config, hold: Hold, log: Log): Promise<OpenDatabase> {
  try {
    const embedded = await startEmbedded({ directory: postgresFolder(config.dataDir), log })
    hold.record({ postgres: embedded.port })
    return {
      url: embedded.url(),
      onRestart: embedded.onRestart,
      async close() {
        await othersDone(embedded, hold, log)
        await embedded.stop()
        hold.release()
      },
    }
  } catch (error) {
    hold.release()
    throw error
  }
}

// A second command may have joined the database this one started; it is left to finish.
async function othersDone(embedded: Embedded, hold: Hold, log: Log) {
  const client = new pg.Client({ connectionString: embedded.url() })
  client.on('error', () => {})
  await client.connect()
  try {
    for (let waited = 0; ; waited += 200) {
      const { rows } = await client.query('select pg_try_advisory_lock($1) as alone', [joining])
      if (rows[0].alone) return hold.record({ postgres: undefined })
      if (waited === 1000) log.info('waiting for another command that uses this database')
      await sleep(200)
    }
  } finally {
    await client.end()
  }
}
