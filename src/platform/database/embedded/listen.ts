import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { clusterPaths, readCredentials } from './cluster.ts'
import { PostgresNotStarted } from './postmaster.ts'

/** Where the embedded PostgreSQL listens. */
export type Listening = { readonly port: number; readonly sockets: string }

/**
 * Starts PostgreSQL on a free port, and on a socket where the file system has them: node-postgres does 20 to 35 %
 * more queries over it with eight connections, 10 % with one (measured, two cores).
 */
export async function startListening<P>(
  directory: string,
  account: Account | undefined,
  startOn: (on: Listening) => Promise<P>,
): Promise<{ on: Listening; postmaster: P }> {
  let sockets = makeSocketFolder(directory, account)
  for (let attempt = 1; ; attempt++) {
    // Below the ports that systems give to outgoing connections: after a crash it has to be free again.
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (!(await isFree(port))) continue
    const on = { port, sockets }
    try {
      return { on, postmaster: await startOn(on) }
    } catch (error) {
      const reason = error instanceof PostgresNotStarted ? error.output : ''
      if (/Unix-domain socket/i.test(reason)) sockets = ''
      else if (!/TCP\/IP socket|could not bind/i.test(reason)) throw error
      if (attempt === 10) throw error
    }
  }
}

/** Address of a database of the embedded PostgreSQL in `directory` that listens on `port`. */
export function addressOf(directory: string, port: number, role: string, database: string): string {
  const credentials = readCredentials(directory)
  const password = role === 'postgres' ? credentials.superuser : credentials.owner
  const { sockets } = clusterPaths(directory)
  const socket = existsSync(join(sockets, `.s.PGSQL.${port}`)) ? `?host=${encodeURIComponent(sockets)}` : ''
  return `postgres://${role}:${password}@127.0.0.1:${port}/${database}${socket}`
}

// The address of a socket holds some 100 bytes; a deeper data directory is reached over TCP.
function makeSocketFolder(directory: string, account: Account | undefined): string {
  const { sockets } = clusterPaths(directory)
  if (process.platform === 'win32' || Buffer.byteLength(join(sockets, '.s.PGSQL.12345.lock')) > 100) return ''
  mkdirSync(sockets, { recursive: true })
  chmodSync(sockets, 0o700)
  if (account) chownSync(sockets, account.uid, account.gid)
  return sockets
}

function isFree(port: number): Promise<boolean> {
  return new Promise(settle => {
    const probe = createServer()
    probe.once('error', () => settle(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => settle(true)))
  })
}
