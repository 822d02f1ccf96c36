import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runMigrations as migrateWorker, Logger as WorkerLogger } from 'graphile-worker'
import pg from 'pg'
import type { Log } from '../log.ts'
import { OperatorError } from '../operator-error.ts'
import { ensureApplicationRole } from './application-role.ts'

/** The migrations of this version of the program. */
const ownMigrations = fileURLToPath(new URL('../../../migrations/', import.meta.url))

/** Any number no other program locks on; held while a migration is applied. */
const migrationLock = 7_263_015_418

/** What else brings its own tables, run after ours; must be safe to run again and by two processes at once. */
export type MigrationHook = (url: string, log: Log) => Promise<void>

/** The database cannot be brought to this version: history was changed, or is that of a newer program. */
export class MigrationRefused extends OperatorError {
  override readonly name = 'MigrationRefused'
}

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string }

/**
 * Brings the database to this version of the program: the application's role, the job queue's tables, then each
 * file `0001_name.sql` not applied yet, in order and each in a transaction of its own. Forward only. Safe to run
 * again, and from several processes at once.
 * @returns the names of the files applied by this call.
 * @throws MigrationRefused if an applied file has changed or is unknown here; nothing is applied then.
 */
export async function migrate(
  url: string,
  log: Log,
  { directory = ownMigrations, after = [] as readonly MigrationHook[] } = {},
): Promise<readonly string[]> {
  const migrations = readMigrations(directory)
  const client = new pg.Client({ connectionString: url, application_name: 'answerable migrate' })
  client.on('error', () => {}) // the query under way fails with it
  await client.connect()
  const applied: string[] = []
  try {
    await ensureApplicationRole(client)
    await migrateWorker({ connectionString: url, logger: workerLogger(log), noHandleSignals: true })
    await inLock(client, () => client.query(historyTable))
    let pending = await findPending(client, migrations)
    while (pending[0]) {
      const next = pending[0]
      if (await applyUnlessDone(client, next)) {
        log.info({ migration: next.name }, 'migrated')
        applied.push(next.name)
      }
      pending = await findPending(client, migrations)
    }
    for (const hook of after) await hook(url, log)
  } finally {
    await client.end()
  }
  return applied
}

// In a schema of its own: it is about the program, not about a tenant.
const historyTable = `
  create schema if not exists migration;
  create table if not exists migration.history (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`

function readMigrations(directory: string): readonly Migration[] {
  const names = readdirSync(directory)
    .filter(name => name.endsWith('.sql'))
    .sort()
  names.forEach((name, index) => {
    const number = /^(\d{4})_[a-z0-9-]+\.sql$/.exec(name)?.[1]
    if (!number) throw new MigrationRefused(`${name}: a migration is named like 0001_name.sql`)
    if (index > 0 && names[index - 1]?.startsWith(number)) {
      throw new MigrationRefused(`${names[index - 1]} and ${name} have the same number`)
    }
  })
  return names.map(name => {
    // A checkout on Windows may have changed the line ends; that is no change of history.
    const sql = readFileSync(`${directory}/${name}`, 'utf8').replaceAll('\r\n', '\n')
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  })
}

async function findPending(client: pg.Client, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from migration.history order by name',
  )
  const history = new Map(rows.map(row => [row.name, row.checksum]))
  const newest = rows.at(-1)?.name ?? ''
  for (const { name, checksum } of migrations) {
    const known = history.get(name)
    if (known !== undefined && known !== checksum) {
      throw new MigrationRefused(
        `${name} has changed since it was applied to this database; restore it and add a new file`,
      )
    }
    if (known === undefined && name < newest) {
      throw new MigrationRefused(
        `${name} comes before ${newest}, which was applied already; give it a later number`,
      )
    }
    history.delete(name)
  }
  for (const name of history.keys()) {
    throw new MigrationRefused(
      `this database has ${name}, which this version of the program does not know; run the newer version`,
    )
  }
  return migrations.filter(({ name }) => !rows.some(row => row.name === name))
}

/** Applies a migration and writes it into the history, both or neither; false if another process just did. */
function applyUnlessDone(client: pg.Client, { name, sql, checksum }: Migration): Promise<boolean> {
  return inLock(client, async () => {
    const done = await client.query('select from migration.history where name = $1', [name])
    if (done.rowCount) return false
    try {
      await client.query(sql)
    } catch (error) {
      throw new Error(`${name}${lineOf(error, sql)}: ${(error as Error).message}`, { cause: error })
    }
    await client.query('insert into migration.history (name, checksum) values ($1, $2)', [name, checksum])
    return true
  })
}

// The lock ends with the transaction, so it holds through a connection pooler too and dies with a killed process.
async function inLock<R>(client: pg.Client, work: () => Promise<R>): Promise<R> {
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {}) // the first error is the one to report
    throw error
  }
}

function lineOf(error: unknown, sql: string): string {
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN
  return position > 0 ? ` line ${sql.slice(0, position).split('\n').length}` : ''
}

function workerLogger(log: Log) {
  return new WorkerLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn({ worker: message }, 'job queue')
    else log.debug({ worker: message }, 'job queue')
  })
}
