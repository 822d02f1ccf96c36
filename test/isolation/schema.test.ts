import { describe, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'

const { owner, pool } = await testDatabase()

type Table = { name: string; columns: string[]; secured: boolean; forced: boolean }
const { rows: tables } = await owner.query<Table>(`
  select c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
         array(select attname::text from pg_attribute a where a.attrelid = c.oid and attnum > 0 order by attnum) as columns
  from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') order by 1`)

describe('every table', () => {
  test.each(tables)('$name holds each row to its tenant', async ({ name, columns, secured }) => {
    expect(columns).toContain('tenant_id')
    expect(secured).toBe(true)
    const { rows: policies } = await owner.query(
      `select policyname as name, permissive, roles::text[] as roles, cmd, qual, with_check
       from pg_policies where schemaname = current_schema() and tablename = $1`,
      [name],
    )
    const own = '(tenant_id = current_tenant())'
    const policy = {
      permissive: 'PERMISSIVE',
      roles: ['answerable_app'],
      cmd: 'ALL',
      qual: own,
      with_check: own,
    }
    expect(policies).toEqual([{ name: 'one_tenant', ...policy }])
  })

  test.each(tables)(
    '$name begins its primary key, and every other key, with the tenant',
    async ({ name }) => {
      const { rows } = await owner.query<{ primary: boolean; columns: string[] }>(
        `select i.indisprimary as primary, array(
         select attname::text from unnest(i.indkey) with ordinality k (n, at) join pg_attribute a
           on a.attrelid = i.indrelid and a.attnum = k.n order by k.at) as columns
       from pg_index i where i.indrelid = format('%I.%I', current_schema(), $1::text)::regclass and i.indisunique`,
        [name],
      )
      expect(rows.find(index => index.primary)?.columns[0]).toBe('tenant_id')
      const across = rows
        .filter(index => index.columns[0] !== 'tenant_id')
        .map(({ columns }) => columns.join())
      // What is one of a kind in the whole installation: which host is whose, whose account an account is.
      const installation: Record<string, string[]> = { tenants: ['host', 'stream_id'], staff: ['account_id'] }
      expect(across.toSorted()).toEqual(installation[name] ?? [])
    },
  )
})

test('the application may do to each table what is written in grants.txt', async () => {
  const { rows } = await owner.query<{ line: string }>(`
    select rpad(table_name, 20) || lower(string_agg(privilege || columns, ', ' order by privilege)) as line from (
      select c.relname as table_name, p.privilege,
        case when has_table_privilege('answerable_app', c.oid, p.privilege) then '' else ' (' ||
          (select string_agg(attname, ', ' order by attnum) from pg_attribute a where a.attrelid = c.oid and attnum > 0
            and not attisdropped and has_column_privilege('answerable_app', c.oid, attnum, p.privilege)) || ')' end as columns
      from pg_class c cross join (values ('SELECT'), ('INSERT'), ('UPDATE')) p (privilege)
      where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
        and has_any_column_privilege('answerable_app', c.oid, p.privilege)
      union all
      select c.relname, p.privilege, '' from pg_class c
        cross join (values ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p (privilege)
      where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
        and has_table_privilege('answerable_app', c.oid, p.privilege)
    ) known group by table_name order by table_name`)
  await expect(`${rows.map(row => row.line).join('\n')}\n`).toMatchFileSnapshot('./grants.txt')
})

describe('the application', () => {
  test.each(['auth', 'graphile_worker', 'migration'])('has no way into the schema %s', async schema => {
    const { rows } = await owner.query(
      `select has_schema_privilege('answerable_app', $1, 'USAGE') or has_schema_privilege('answerable_app', $1, 'CREATE') as enters`,
      [schema],
    )
    expect(rows).toEqual([{ enters: false }])
  })

  test.each([
    'select * from auth."user"',
    'select * from auth."session"',
    'select * from graphile_worker._private_jobs',
    'select * from graphile_worker.jobs',
    `select graphile_worker.add_job('x')`,
    'select * from migration.history',
    'create table mine (id int)',
    'alter table events disable trigger user',
    'drop policy one_tenant on cases',
    'truncate events',
    'update events set seq = 1',
    'delete from events',
    'delete from cases',
    'update stream_keys set wrapped = null',
    `update tenants set wrapped_key = ''`,
    'delete from checkpoints',
    'update checkpoint_leaves set seq = 1',
    'copy cases to program $$true$$',
  ])('cannot %s', async statement => {
    await expect(pool.query(statement)).rejects.toThrow(/permission denied|must be owner/)
  })

  test('is no superuser, is bound by row-level security and cannot sign in by itself', async () => {
    const { rows } = await owner.query(
      `select rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb from pg_roles where rolname = 'answerable_app'`,
    )
    expect(rows.flatMap(Object.values)).toEqual([false, false, false, false, false])
    const { rows: owned } = await owner.query(
      `select relname from pg_class where pg_get_userbyid(relowner) = 'answerable_app'`,
    )
    expect(owned).toEqual([])
  })

  test('calls as the owner only functions that look at temporary tables last', async () => {
    const { rows } = await owner.query<{ name: string; path: string | null; atomic: boolean }>(`
      select proname as name, array_to_string(proconfig, '') as path, prosqlbody is not null as atomic from pg_proc
      where pronamespace = current_schema()::regnamespace and prosecdef order by 1`)
    expect(rows.map(row => row.name)).toEqual(['enqueue_job', 'find_case_texts', 'list_tenants'])
    // A body that was bound to its tables when it was written looks for nothing later.
    for (const { name, path, atomic } of rows) if (!atomic) expect(path, name).toMatch(/, pg_temp$/)
  })
})
