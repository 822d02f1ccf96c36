import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from './account.ts'

/** What differs from one start of the embedded PostgreSQL to the next. */
export type Start = {
  readonly port: number
  /** Folder for its socket; empty: TCP only. */
  readonly sockets: string
  /** False trades the promise that a commit survives a crash for speed. */
  readonly durable: boolean
}

/** Writes PostgreSQL's configuration, anew at each start. Operators add their own in `postgresql.extra.conf`. */
export function writeSettings(
  cluster: string,
  account: Account | undefined,
  { port, sockets, durable }: Start,
) {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: sockets && `"${sockets.replaceAll('"', '""')}"`,
    max_connections: 100,
    // For two cores and a machine with one or two gigabytes.
    shared_buffers: '128MB',
    effective_cache_size: '512MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    max_wal_size: '1GB',
    random_page_cost: 1.1,
    jit: 'off', // queries here are short; compiling one costs more than running it
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    password_encryption: 'scram-sha-256',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    // Server events alone: an error of a statement is logged by the program that sent it, and its text may quote rows.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_line_prefix: '',
  }
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
  )
  const path = join(cluster, 'postgresql.conf')
  writeFileSync(
    path,
    [
      '# Written anew at each start; put your own settings into postgresql.extra.conf.',
      ...lines,
      "include_if_exists 'postgresql.extra.conf'",
      '',
    ].join('\n'),
    { mode: 0o600 },
  )
  if (account) chownSync(path, account.uid, account.gid)
}
