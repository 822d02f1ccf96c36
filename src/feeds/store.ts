import { type Query, q } from '../platform/database/query.ts'

/** A member of staff's calendar address, as it is kept: what opens it besides is derived from the tenant's key. */
export type Address = { id: string; staffId: string; createdAt: Temporal.Instant }

/** Writes a new address. */
export function insertAddress(tenant: number, { id, staffId, createdAt }: Address): Query {
  return q
    .insertInto('calendar_addresses')
    .values({ tenant_id: tenant, id, staff_id: staffId, created_at: createdAt })
}

/** Removes a member of staff's address. */
export function deleteAddress(tenant: number, staffId: string): Query {
  return q.deleteFrom('calendar_addresses').where('tenant_id', '=', tenant).where('staff_id', '=', staffId)
}
