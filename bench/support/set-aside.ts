import type { Pool } from 'pg'

type Definition = { name: string; table: string; definition: string }

/**
 * Takes the indexes and foreign keys of tables away while they are filled: built afterwards they cost a tenth. The
 * primary keys stay. Gives the function that puts them back.
 */
export async function setAside(owner: Pool, tables: readonly string[]): Promise<() => Promise<void>> {
  const { rows: indexes } = await owner.query<Definition>(
    `select indexrelid::regclass::text as name, indrelid::regclass::text as table, pg_get_indexdef(indexrelid) as definition
     from pg_index where indrelid::regclass::text = any ($1)
     and not exists (select from pg_constraint where conindid = indexrelid)`,
    [tables],
  )
  const { rows: keys } = await owner.query<Definition>(
    `select conname as name, conrelid::regclass::text as table, pg_get_constraintdef(oid) as definition
     from pg_constraint where conrelid::regclass::text = any ($1) and contype = 'f'`,
    [tables],
  )
  for (const { name } of indexes) await owner.query(`drop index ${name}`)
  for (const { table, name } of keys) await owner.query(`alter table ${table} drop constraint ${name}`)
  return async () => {
    const client = await owner.connect()
    try {
      await client.query(`set maintenance_work_mem = '512MB'`)
      for (const { definition } of indexes) await client.query(definition)
      for (const { table, name, definition } of keys)
        await client.query(`alter table ${table} add constraint ${name} ${definition}`)
    } finally {
      await client.query('reset maintenance_work_mem')
      client.release()
    }
  }
}
