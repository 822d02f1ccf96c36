import type { Pool } from 'pg'

// Any number no other part of the program locks on, beside a tenant's own.
const place = 1_094_861

/**
 * Keeps what comes round by itself, such as the deadline pass, away from a tenant while its history is being written
 * from the past up to now. The hold ends with `release`, or with the connection of a process that dies.
 */
export async function holdTenant(owner: Pool, tenant: number): Promise<{ release(): Promise<void> }> {
  const client = await owner.connect()
  await client.query('select pg_advisory_lock($1, $2)', [place, tenant])
  return {
    async release() {
      await client.query('select pg_advisory_unlock($1, $2)', [place, tenant])
      client.release()
    },
  }
}

/** Whether a tenant is held at this moment. */
export async function isTenantHeld(pool: Pool, tenant: number): Promise<boolean> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query('select pg_try_advisory_xact_lock_shared($1, $2) as free', [
      place,
      tenant,
    ])
    return !rows[0].free
  } finally {
    client.release()
  }
}
