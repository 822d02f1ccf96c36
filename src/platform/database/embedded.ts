import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import pg from 'pg'
import type { Log } from '../log.ts'
import { OperatorError } from '../operator-error.ts'
import { type Account, accountFor } from './embedded/account.ts'
import { findBinaries } from './embedded/binaries.ts'
import { clusterPaths, ensureCluster, readCredentials, superuser } from './embedded/cluster.ts'
import { addressOf, startListening } from './embedded/listen.ts'
import { startPostmaster, stopOrphan } from './embedded/postmaster.ts'
import { writeSettings } from './embedded/settings.ts'
import { supervise } from './embedded/supervise.ts'

/** Name of the application's database and of the role that owns it. */
const owner = 'answerable'

/** A PostgreSQL of our own, kept running until it is stopped. */
export type Embedded = {
  readonly port: number
  /** Address of one of its databases as the owner, who may create databases and roles but is no superuser. */
  url(database?: string): string
  /** The process id of PostgreSQL now; undefined while it is being restarted. */
  pid(): number | undefined
  /** Calls back each time PostgreSQL came back after it had died; what it had acknowledged is there. */
  onRestart(listener: () => void): void
  /** Shuts PostgreSQL down and waits for it; `immediate` leaves the tidying to the next start. */
  stop(how?: 'fast' | 'immediate'): Promise<void>
}

/** How to run the embedded PostgreSQL. */
export type EmbeddedOptions = {
  /** Folder of its files, made if missing. One process at a time may use it: see holdDataDirectory. */
  readonly directory: string
  readonly log: Log
  /** False trades the promise that a commit survives a crash for speed: for tests only. */
  readonly durable?: boolean
}

/** Starts the embedded PostgreSQL, on files made on first use, and restarts it if it dies. */
export async function startEmbedded({ directory, log, durable = true }: EmbeddedOptions): Promise<Embedded> {
  const folder = resolve(directory)
  makeFolder(folder)
  const { cluster } = clusterPaths(folder)
  const account = accountFor(cluster)
  const { initdb, postgres } = await findBinaries()
  const credentials = { superuser: password(), owner: password() }
  try {
    await ensureCluster({ directory: folder, initdb, account, log, durable, credentials })
  } catch (error) {
    throw account && isRefusal(error) ? cannotBecome(account, error) : error
  }
  await stopOrphan(cluster, log)

  const { on, postmaster } = await startListening(folder, account, async on => {
    writeSettings(cluster, account, { ...on, durable })
    return startPostmaster(postgres, cluster, account, log)
  })
  const { port } = on
  const restart = () => startPostmaster(postgres, cluster, account, log)
  const supervised = supervise(postmaster, restart, log)
  try {
    await ensureOwner(folder, port)
  } catch (error) {
    await supervised.stop()
    throw error
  }
  return { port, url: database => embeddedUrl(folder, port, database), ...supervised }
}

/** Address of a database of the embedded PostgreSQL that some process keeps running on `port`. */
export function embeddedUrl(directory: string, port: number, database = owner): string {
  return addressOf(directory, port, owner, database)
}

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'EACCES')
}

// In a container whose root may not chown or setuid.
function cannotBecome({ uid }: Account, cause: Error) {
  return new OperatorError(
    `PostgreSQL refuses to run as root, and this root may not run it as another account (uid ${uid}): ${cause.message}. ` +
      'Start as an ordinary user, or set DATABASE_URL.',
    { cause },
  )
}

// As root, a folder we make can be passed through (and no more) by the account that PostgreSQL runs as.
function makeFolder(folder: string) {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (made && process.getuid?.() === 0) chmodSync(folder, 0o711)
}

function password(): string {
  return randomBytes(24).toString('base64url')
}

// Repeated at each start: the first one may have been cut short between the cluster and its database.
async function ensureOwner(directory: string, port: number) {
  const client = new pg.Client({ connectionString: addressOf(directory, port, superuser, 'postgres') })
  await client.connect()
  try {
    const roles = await client.query('select from pg_roles where rolname = $1', [owner])
    if (roles.rowCount === 0) {
      const secret = client.escapeLiteral(readCredentials(directory).owner)
      await client.query(`create role ${owner} login createdb createrole password ${secret}`)
    }
    const databases = await client.query('select from pg_database where datname = $1', [owner])
    if (databases.rowCount === 0) await client.query(`create database ${owner} owner ${owner}`)
  } finally {
    await client.end()
  }
}
