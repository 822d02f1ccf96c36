import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, expect, inject, test } from 'vitest'
import { dropDatabase } from '../../../test/support/database.ts'
import { createLog } from '../log.ts'
import { MigrationRefused, migrate } from './migrate.ts'

const log = createLog('silent')
let folder: string
const databases: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'answerable-migrations-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
afterAll(async () => {
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  for (const name of databases) await dropDatabase(admin, name)
  await admin.end()
})

async function emptyDatabase(): Promise<string> {
  const name = `migrate_${databases.length}_${process.pid}`
  await query(inject('postgresUrl'), `create database ${name}`)
  databases.push(name)
  return Object.assign(new URL(inject('postgresUrl')), { pathname: `/${name}` }).href
}

async function query<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<R>(sql)).rows
  } finally {
    await client.end()
  }
}

function write(files: Record<string, string>) {
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql)
}

const upTo = (url: string) => migrate(url, log, { directory: folder })

test('migrations are applied in order, once, and what came later is applied next time', async () => {
  const url = await emptyDatabase()
  write({ '0002_second.sql': 'alter table a add y int', '0001_first.sql': 'create table a (x int)' })
  expect(await upTo(url)).toEqual(['0001_first.sql', '0002_second.sql'])
  expect(await upTo(url)).toEqual([])
  write({ '0003_third.sql': 'create table b (); insert into a values (1, 2)' })
  expect(await upTo(url)).toEqual(['0003_third.sql'])
  expect(await query(url, 'select * from a')).toEqual([{ x: 1, y: 2 }])
  expect(await query(url, 'select name from migration.history order by name')).toHaveLength(3)
})

test('the tables of the job queue and the role of the application are there afterwards', async () => {
  const url = await emptyDatabase()
  await upTo(url)
  await query(url, `select graphile_worker.add_job('x', '{}'::json)`)
  const [role] = await query(
    url,
    `select rolsuper, rolbypassrls, rolcanlogin, pg_has_role(current_user, oid, 'SET') as usable
     from pg_roles where rolname = 'answerable_app'`,
  )
  expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcanlogin: false, usable: true })
})

test('several processes that migrate at once apply each migration once', async () => {
  const url = await emptyDatabase()
  write({
    '0001_first.sql': 'create table a (x int); select pg_sleep(0.1)',
    '0002_second.sql': 'insert into a values (1)',
  })
  const applied = await Promise.all([upTo(url), upTo(url), upTo(url), upTo(url)])
  expect(applied.flat().sort()).toEqual(['0001_first.sql', '0002_second.sql'])
  expect(await query(url, 'select * from a')).toEqual([{ x: 1 }])
})

test('several databases of one server may be migrated at once', async () => {
  const urls = [await emptyDatabase(), await emptyDatabase(), await emptyDatabase()]
  write({ '0001_first.sql': 'create table a (); grant select on a to answerable_app' })
  const applied = await Promise.all(urls.map(upTo))
  expect(applied).toEqual([['0001_first.sql'], ['0001_first.sql'], ['0001_first.sql']])
})

test('a migration that was changed after it was applied is refused by name, and nothing is applied', async () => {
  const url = await emptyDatabase()
  write({ '0001_first.sql': 'create table a ()' })
  await upTo(url)
  write({ '0001_first.sql': 'create table a (x int)', '0002_second.sql': 'create table b ()' })
  const refused = await upTo(url).catch(error => error)
  expect(refused).toBeInstanceOf(MigrationRefused)
  expect(refused.message).toContain('0001_first.sql has changed')
  expect(await query(url, `select from pg_tables where tablename = 'b'`)).toHaveLength(0)
})

test('other line ends are no change of a migration', async () => {
  const url = await emptyDatabase()
  write({ '0001_first.sql': 'create table a\n()\n' })
  await upTo(url)
  write({ '0001_first.sql': 'create table a\r\n()\r\n' })
  expect(await upTo(url)).toEqual([])
})

test('the database of a newer version is refused', async () => {
  const url = await emptyDatabase()
  write({ '0001_first.sql': 'create table a ()', '0002_second.sql': 'create table b ()' })
  await upTo(url)
  rmSync(join(folder, '0002_second.sql'))
  await expect(upTo(url)).rejects.toThrow('0002_second.sql, which this version of the program does not know')
})

test('a migration numbered before one that was applied is refused', async () => {
  const url = await emptyDatabase()
  write({ '0002_second.sql': 'create table b ()' })
  await upTo(url)
  write({ '0001_first.sql': 'create table a ()' })
  await expect(upTo(url)).rejects.toThrow('0001_first.sql comes before 0002_second.sql')
})

test('two migrations with one number, or a name without one, are refused', async () => {
  const url = await emptyDatabase()
  write({ '0001_first.sql': '', '0001_other.sql': '' })
  await expect(upTo(url)).rejects.toThrow('0001_first.sql and 0001_other.sql have the same number')
  rmSync(join(folder, '0001_other.sql'))
  write({ 'second.sql': '' })
  await expect(upTo(url)).rejects.toThrow('second.sql: a migration is named like 0001_name.sql')
})

test('of a migration that fails nothing remains, and its file and line are named', async () => {
  const url = await emptyDatabase()
  write({
    '0001_first.sql': 'create table a ();',
    '0002_second.sql': 'create table b ();\n\nalter table nowhere add x int',
  })
  await expect(upTo(url)).rejects.toThrow('0002_second.sql')
  expect(await query(url, `select tablename from pg_tables where tablename in ('a', 'b')`)).toEqual([
    { tablename: 'a' },
  ])
  write({ '0002_second.sql': 'create table b ();\n\nselect nothing' })
  await expect(upTo(url)).rejects.toThrow('0002_second.sql line 3: column "nothing" does not exist')
  write({ '0002_second.sql': 'create table b ()' })
  expect(await upTo(url)).toEqual(['0002_second.sql'])
})

test('what others bring is run after our own, each time', async () => {
  const url = await emptyDatabase()
  write({ '0001_first.sql': 'create table a (x int)' })
  const hook = async (at: string) => {
    await query(at, 'insert into a values (1)')
  }
  await migrate(url, log, { directory: folder, after: [hook] })
  await migrate(url, log, { directory: folder, after: [hook] })
  expect(await query(url, 'select * from a')).toHaveLength(2)
})

test('a database user who may not make the role is told what an administrator has to run', async () => {
  const url = new URL(await emptyDatabase())
  const name = `plain_${process.pid}`
  await query(url.href, `create role ${name} login password 'x' noinherit`)
  try {
    url.username = name
    url.password = 'x'
    await expect(upTo(url.href)).rejects.toThrow('have an administrator run: create role answerable_app')
  } finally {
    await query(inject('postgresUrl'), `drop role ${name}`)
  }
})
