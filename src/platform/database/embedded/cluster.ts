import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../log.ts'
import { OperatorError } from '../../operator-error.ts'
import { type Account, launch, start } from './account.ts'

/** PostgreSQL's own administrator, used at start to make the database and its owner. */
export const superuser = 'postgres'

/** Where the parts of an embedded PostgreSQL are, under its directory. */
export function clusterPaths(directory: string) {
  return {
    cluster: join(directory, 'cluster'),
    unfinished: join(directory, 'cluster.unfinished'),
    credentials: join(directory, 'credentials.json'),
    initialPassword: join(directory, 'initial-password'),
    sockets: join(directory, 'sockets'),
  }
}

/** The passwords of the embedded PostgreSQL, made with the cluster and kept beside it with mode 0600. */
export type Credentials = { readonly superuser: string; readonly owner: string }

/** Reads the passwords of the embedded PostgreSQL in `directory`. */
export function readCredentials(directory: string): Credentials {
  return JSON.parse(fs.readFileSync(clusterPaths(directory).credentials, 'utf8'))
}

/** What a cluster is made of. */
export type NewCluster = {
  readonly directory: string
  /** Path of the program that makes it. */
  readonly initdb: string
  readonly account: Account | undefined
  readonly log: Log
  readonly durable: boolean
  readonly credentials: Credentials
}

/**
 * Makes the cluster of database files if there is none yet. It is made aside and renamed into place, so one cut
 * short is thrown away at the next start and never taken for a whole one.
 */
export async function ensureCluster(made: NewCluster): Promise<void> {
  const { directory, account, credentials } = made
  const paths = clusterPaths(directory)
  if (fs.existsSync(paths.cluster)) return
  made.log.info({ directory: paths.cluster }, 'making the database files')
  fs.rmSync(paths.unfinished, { recursive: true, force: true })
  fs.mkdirSync(paths.unfinished, { mode: 0o700 })
  fs.rmSync(paths.initialPassword, { force: true })
  fs.writeFileSync(paths.initialPassword, credentials.superuser, { mode: 0o600, flag: 'wx' })
  if (account) {
    fs.chownSync(paths.unfinished, account.uid, account.gid)
    fs.chownSync(paths.initialPassword, account.uid, account.gid)
  }
  try {
    await runInitdb(made)
  } finally {
    fs.rmSync(paths.initialPassword, { force: true })
  }
  fs.writeFileSync(paths.credentials, JSON.stringify(credentials), { mode: 0o600, flush: true })
  fs.renameSync(paths.unfinished, paths.cluster)
  if (made.durable) syncFolder(directory)
}

async function runInitdb({ directory, initdb, account, durable }: NewCluster) {
  const { unfinished, initialPassword } = clusterPaths(directory)
  let said = ''
  // Sorting and case come from PostgreSQL's own C.UTF-8, the same on every machine. The system's LC_CTYPE still
  // decides what pg_trgm takes for a letter: with plain C no Chinese character is one and a trigram search for
  // Chinese finds nothing, hence the attempts.
  for (const ctype of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    const args = ['-D', unfinished, '-U', superuser, `--pwfile=${initialPassword}`, '--auth=scram-sha-256']
    args.push('-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C')
    args.push(`--lc-ctype=${ctype}`, '--data-checksums', ...(durable ? [] : ['--no-sync']))
    const child = start(launch(initdb, args, account, [unfinished, initialPassword]))
    const output = collect(child)
    const [code] = await once(child, 'close')
    if (code === 0) return
    said = output()
    if (!/locale/i.test(said)) break
  }
  throw new OperatorError(`The database files could not be made in ${unfinished}: ${said.trim()}`)
}

function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return () => text
}

function syncFolder(folder: string) {
  if (process.platform === 'win32') return
  const handle = fs.openSync(folder, 'r')
  fs.fsyncSync(handle)
  fs.closeSync(handle)
}
