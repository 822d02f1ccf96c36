import { recordOnOrganisation } from '../org/actions.ts'
import type { Actor } from '../org/may.ts'
import { q } from '../platform/database/query.ts'
import type { Office } from '../platform/office.ts'
import { v7 } from '../platform/uuid.ts'

/** Gives a member of staff a new calendar address; the one they had opens nothing any more. */
export async function renewAddress(office: Office, { staffId }: Actor): Promise<void> {
  const { tenant, clock } = office
  const event = { type: 'feeds.address-made', data: { staffId } }
  await recordOnOrganisation(office, { kind: 'staff', id: staffId }, event, [
    removal(tenant.id, staffId),
    q
      .insertInto('calendar_addresses')
      .values({ tenant_id: tenant.id, id: v7(), staff_id: staffId, created_at: clock.now() }),
  ])
}

/** Ends a member of staff's calendar address. */
export async function endAddress(office: Office, { staffId }: Actor): Promise<void> {
  const event = { type: 'feeds.address-ended', data: { staffId } }
  await recordOnOrganisation(office, { kind: 'staff', id: staffId }, event, [
    removal(office.tenant.id, staffId),
  ])
}

function removal(tenant: number, staffId: string) {
  return q.deleteFrom('calendar_addresses').where('tenant_id', '=', tenant).where('staff_id', '=', staffId)
}
