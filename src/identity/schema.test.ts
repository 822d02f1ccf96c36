import { getMigrations } from 'better-auth/db/migration'
import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { testRootKey } from '../../test/support/office.ts'
import { systemClock } from '../platform/clock.ts'
import { readConfig } from '../platform/config.ts'
import { createLog } from '../platform/log.ts'
import { authOptions } from './auth.ts'

const database = await testDatabase()
const log = createLog('error')
const parts = { config: readConfig({}), log, clock: systemClock, owner: database.owner, rootKey: testRootKey }

type Table = { columns: string[]; constraints: string[]; indexes: string[] }

async function describeTables(): Promise<Record<string, Table>> {
  const { rows } = await database.owner.query<{ name: string } & Table>(
    `select c.relname as name,
       (select array_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
                 case when a.attnotnull then 'not null' end, pg_get_expr(d.adbin, d.adrelid)) order by a.attname)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
       (select array_agg(contype::text || ' ' || pg_get_constraintdef(oid) order by contype, pg_get_constraintdef(oid))
        from pg_constraint where conrelid = c.oid and contype <> 'n') as constraints,
       (select array_agg(pg_get_indexdef(indexrelid) order by pg_get_indexdef(indexrelid))
        from pg_index where indrelid = c.oid) as indexes
     from pg_class c where c.relnamespace = 'auth'::regnamespace and c.relkind = 'r' and c.relname <> 'attempts'`,
  )
  return Object.fromEntries(rows.map(({ name, ...table }) => [name, table]))
}

test('the tables of sign-in are what the library expects, no more and no less', async () => {
  const ours = await describeTables()
  const plan = await getMigrations(authOptions(parts))
  expect(plan.toBeCreated).toEqual([])
  expect(plan.toBeAdded).toEqual([])
  expect(plan.toBeAddedIndexes).toEqual([])
  await database.owner.query('drop schema auth cascade; create schema auth')
  const fresh = await getMigrations(authOptions(parts))
  await database.owner.query(await fresh.compileMigrations())
  expect(ours).toEqual(await describeTables())
})

test('the application’s role cannot look into the tables of sign-in', async () => {
  await expect(database.pool.query('select from auth."user"')).rejects.toThrow(
    'permission denied for schema auth',
  )
})
