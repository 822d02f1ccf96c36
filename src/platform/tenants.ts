import type { Pool } from 'pg'
import { q, runQuery } from './database/query.ts'
import { inSnapshot } from './database/tx.ts'
import { NotFound } from './errors.ts'
import type { Lang } from './i18n/languages.ts'
import type { Tenant } from './office.ts'

/** Every tenant of the installation and the host it answers to (null: any host no other claims). */
export async function listTenants(pool: Pool): Promise<{ tenantId: number; host: string | null }[]> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query('select tenant_id, host from list_tenants()')
    return rows.map(row => ({ tenantId: row.tenant_id, host: row.host }))
  } finally {
    client.release()
  }
}

/** A tenant's settings and its wrapped key. */
export async function readTenant(
  pool: Pool,
  tenantId: number,
): Promise<{ tenant: Tenant; wrappedKey: Buffer }> {
  const row = await inSnapshot(pool, tenantId, tx =>
    tx.first(q.selectFrom('tenants').selectAll().where('tenant_id', '=', tenantId)),
  )
  if (!row) throw new NotFound('tenant')
  const tenant: Tenant = {
    id: row.tenant_id,
    streamId: row.stream_id,
    name: row.name as Tenant['name'],
    language: row.language as Lang,
    timeZone: row.time_zone,
    packId: row.pack_id,
    packVersion: row.pack_version,
    demo: row.demo,
  }
  return { tenant, wrappedKey: row.wrapped_key }
}

/** What founding a tenant needs. */
export type NewTenant = Omit<Tenant, 'id'> & { host: string | null; createdAt: Temporal.Instant }

/**
 * Writes a tenant's row. `owner` connects as the database's owner: the application's role may not make tenants.
 * `wrapKey` is given the new id, because the key is bound to it.
 */
export async function insertTenant(
  owner: Pool,
  tenant: NewTenant,
  wrapKey: (id: number) => Buffer,
): Promise<number> {
  const client = await owner.connect()
  try {
    const { rows } = await client.query(
      `select nextval(pg_get_serial_sequence('tenants', 'tenant_id'))::int as id`,
    )
    const id: number = rows[0].id
    await runQuery(
      client,
      q.insertInto('tenants').values({
        tenant_id: id,
        stream_id: tenant.streamId,
        host: tenant.host,
        name: JSON.stringify(tenant.name),
        language: tenant.language,
        time_zone: tenant.timeZone,
        pack_id: tenant.packId,
        pack_version: tenant.packVersion,
        wrapped_key: wrapKey(id),
        demo: tenant.demo,
        created_at: tenant.createdAt,
      }),
    )
    return id
  } finally {
    client.release()
  }
}
