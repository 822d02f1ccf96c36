import { once } from 'node:events'
import * as fs from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../log.ts'
import { type Account, launch, start } from './account.ts'
import type { Binaries } from './binaries.ts'

/** PostgreSQL's own administrator, used at start to make the database and its owner. */
export const superuser = 'postgres'

/** Where the parts of an embedded PostgreSQL are, under its directory. */
export function clusterPaths(directory: string) {
  return {
    cluster: join(directory, 'cluster'),
    unfinished: join(directory, 'cluster.unfinished'),
    credentials: join(directory, 'credentials.json'),
    initialPassword: join(directory, 'initial-password'),
  }
}

/** The passwords of the embedded PostgreSQL, made with the cluster and kept beside it with mode 0600. */
export type Credentials = { readonly superuser: string; readonly owner: string }

/** Reads the passwords of the embedded PostgreSQL in `directory`. */
export function readCredentials(directory: string): Credentials {
  return JSON.parse(fs.readFileSync(clusterPaths(directory).credentials, 'utf8'))
}

/**
 * Makes the cluster of database files if there is none yet. It is made aside and renamed into place, so one cut
 * short is thrown away at the next start and never taken for a whole one.
 */
export async function ensureCluster(
  directory: string,
  binaries: Binaries,
  account: Account | undefined,
  log: Log,
  options: { durable: boolean; credentials: Credentials },
): Promise<void> {
  const paths = clusterPaths(directory)
  if (fs.existsSync(paths.cluster)) return
  log.info({ directory: paths.cluster }, 'making the database files')
  fs.rmSync(paths.unfinished, { recursive: true, force: true })
  fs.mkdirSync(paths.unfinished, { mode: 0o700 })
  fs.rmSync(paths.initialPassword, { force: true })
  fs.writeFileSync(paths.initialPassword, options.credentials.superuser, { mode: 0o600, flag: 'wx' })
  if (account) {
    fs.chownSync(paths.unfinished, account.uid, account.gid)
    fs.chownSync(paths.initialPassword, account.uid, account.gid)
  }
  try {
    await initialise(directory, binaries, account, options.durable)
  } finally {
    fs.rmSync(paths.initialPassword, { force: true })
  }
  fs.writeFileSync(paths.credentials, JSON.stringify(options.credentials), { mode: 0o600, flush: true })
  fs.renameSync(paths.unfinished, paths.cluster)
  if (options.durable && process.platform !== 'win32') {
    const handle = fs.openSync(directory, 'r')
    fs.fsyncSync(handle)
    fs.closeSync(handle)
  }
}

async function initialise(
  directory: string,
  binaries: Binaries,
  account: Account | undefined,
  durable: boolean,
) {
  const { unfinished, initialPassword } = clusterPaths(directory)
  let output = ''
  // Sorting and case come from PostgreSQL's own C.UTF-8, the same on every machine. The system's LC_CTYPE still
  // decides what pg_trgm takes for a letter: with plain C no Chinese character is one and a trigram search for
  // Chinese finds nothing, hence the attempts.
  for (const ctype of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    const args = ['-D', unfinished, '-U', superuser, `--pwfile=${initialPassword}`, '--auth=scram-sha-256']
    args.push('-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C')
    args.push(`--lc-ctype=${ctype}`, '--data-checksums', ...(durable ? [] : ['--no-sync']))
    const child = start(launch(binaries.initdb, args, account, [unfinished, initialPassword]))
    output = ''
    child.stdout?.on('data', chunk => {
      output += chunk
    })
    child.stderr?.on('data', chunk => {
      output += chunk
    })
    const [code] = await once(child, 'close')
    if (code === 0) return
    if (!output.includes('locale')) break
  }
  throw new Error(`The database files could not be made in ${unfinished}:\n${output.trim()}`)
}

/** Writes PostgreSQL's configuration, anew at each start. Operators add their own in `postgresql.extra.conf`. */
export function writeSettings(cluster: string, account: Account | undefined, port: number, durable: boolean) {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 100,
    // For two cores and a machine with one or two gigabytes.
    shared_buffers: '128MB',
    effective_cache_size: '512MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    max_wal_size: '1GB',
    checkpoint_timeout: '15min',
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
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`)
  const path = join(cluster, 'postgresql.conf')
  const text = `# Written anew at each start; put your own settings into postgresql.extra.conf.\n${lines.join('\n')}\ninclude_if_exists 'postgresql.extra.conf'\n`
  fs.writeFileSync(path, text, { mode: 0o600 })
  if (account) fs.chownSync(path, account.uid, account.gid)
}
