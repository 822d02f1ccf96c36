import { recordOnOrganisation } from '../org/actions.ts'
import type { Actor } from '../org/may.ts'
import type { Office } from '../platform/office.ts'
import { v7 } from '../platform/uuid.ts'
import { deleteAddress, insertAddress } from './store.ts'

/** Gives a member of staff a new calendar address; the one they had opens nothing any more. */
export async function renewAddress(office: Office, { staffId }: Actor): Promise<void> {
  const id = v7()
  const event = { type: 'feeds.address-made', data: { staffId, addressId: id } }
  await recordOnOrganisation(office, { kind: 'staff', id: staffId }, event, now => [
    deleteAddress(office.tenant.id, staffId),
    insertAddress(office.tenant.id, { id, staffId, createdAt: now }),
  ])
}

/** Ends a member of staff's calendar address. */
export async function endAddress(office: Office, { staffId }: Actor): Promise<void> {
  const event = { type: 'feeds.address-ended', data: { staffId } }
  await recordOnOrganisation(office, { kind: 'staff', id: staffId }, event, () => [
    deleteAddress(office.tenant.id, staffId),
  ])
}
