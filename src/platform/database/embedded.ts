import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import { accountFor } from './embedded/account.ts'
import { findBinaries } from './embedded/binaries.ts'
import {
  type Credentials,
  clusterPaths,
  ensureCluster,
  readCredentials,
  superuser,
  writeSettings,
} from './embedded/cluster.ts'
import { PostgresNotStarted, type Postmaster, startPostmaster, stopOrphan } from './embedded/postmaster.ts'

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
  /** Folder of its files, made if missing. */
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
  const binaries = await findBinaries()
  await ensureCluster(folder, binaries, account, log, { durable, credentials: newCredentials() })
  await stopOrphan(cluster, log)

  const startOn = async (port: number) => {
    writeSettings(cluster, account, port, durable)
    return startPostmaster(binaries.postgres, cluster, account, log)
  }
  const [port, first] = await startOnFreePort(startOn)
  const credentials = readCredentials(folder)
  const url = (database = owner) => address(owner, credentials.owner, port, database)
  const supervised = supervise(first, () => startOn(port), log)
  try {
    await ensureOwner(address(superuser, credentials.superuser, port, 'postgres'), credentials)
  } catch (error) {
    await supervised.stop()
    throw error
  }
  return { port, url, ...supervised }
}

/** Address of the embedded PostgreSQL of `directory` that another process keeps running on `port`. */
export function embeddedUrl(directory: string, port: number, database = owner): string {
  return address(owner, readCredentials(directory).owner, port, database)
}

function address(role: string, password: string, port: number, database: string): string {
  return `postgres://${role}:${password}@127.0.0.1:${port}/${database}`
}

function newCredentials(): Credentials {
  const password = () => randomBytes(24).toString('base64url')
  return { superuser: password(), owner: password() }
}

// As root, folders we make can be passed through (and no more) by the account that PostgreSQL runs as.
function makeFolder(folder: string) {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (made && process.getuid?.() === 0) chmodSync(folder, 0o711)
}

// A port below those that systems give to outgoing connections: it has to be free again when PostgreSQL is restarted.
async function startOnFreePort(
  startOn: (port: number) => Promise<Postmaster>,
): Promise<[number, Postmaster]> {
  for (let attempt = 1; ; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (!(await isFree(port))) continue
    try {
      return [port, await startOn(port)]
    } catch (error) {
      const taken = error instanceof PostgresNotStarted && /TCP\/IP sockets|bind/.test(error.output)
      if (!taken || attempt === 10) throw error
    }
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise(settle => {
    const probe = createServer()
    probe.once('error', () => settle(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => settle(true)))
  })
}

function supervise(first: Postmaster, restart: () => Promise<Postmaster>, log: Log) {
  const listeners: (() => void)[] = []
  let current: Postmaster | undefined = first
  let stopping = false
  let restarting = Promise.resolve()

  const watch = (postmaster: Postmaster) => {
    postmaster.ended.then(() => {
      current = undefined
      if (stopping) return
      log.error({ pid: postmaster.pid }, 'PostgreSQL died; restarting it')
      restarting = bringBack()
    })
  }
  const bringBack = async () => {
    for (let wait = 50; !stopping; wait = Math.min(wait * 2, 5000)) {
      await sleep(wait)
      try {
        current = await restart()
        log.info({ pid: current.pid }, 'PostgreSQL is back')
        watch(current)
        for (const listener of listeners) listener()
        return
      } catch (error) {
        log.error({ err: error }, 'PostgreSQL could not be restarted; trying again')
      }
    }
  }
  watch(first)
  return {
    pid: () => current?.pid,
    onRestart(listener: () => void) {
      listeners.push(listener)
    },
    async stop(how?: 'fast' | 'immediate') {
      stopping = true
      await restarting
      await current?.stop(how)
    },
  }
}

// Repeated at each start: a first start may have been cut short between the cluster and its database.
async function ensureOwner(url: string, credentials: Credentials) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const roles = await client.query('select from pg_roles where rolname = $1', [owner])
    if (roles.rowCount === 0) {
      await client.query(
        `create role ${owner} login createdb createrole password ${client.escapeLiteral(credentials.owner)}`,
      )
    }
    const databases = await client.query('select from pg_database where datname = $1', [owner])
    if (databases.rowCount === 0) await client.query(`create database ${owner} owner ${owner}`)
  } finally {
    await client.end()
  }
}
