import { rebuildFrom } from '../../org/actions/compare-record.ts'
import { q } from '../../platform/database/query.ts'
import { absent, present } from '../../platform/difference.ts'
import { type Address, deleteAddress, insertAddress } from '../store.ts'

/**
 * Rebuilds the calendar addresses of a tenant's staff from the events of its chain: one that nobody made opens nothing
 * any more, and one that vanished opens again. Those of cases are made of the case itself.
 */
export const rebuildAddresses = rebuildFrom(
  ['feeds.address-made', 'feeds.address-ended'],
  async (tx, facts, report) => {
    const recorded = new Map<string, Address>()
    for (const { type, at, data } of facts) {
      const { staffId, addressId } = data as { staffId: string; addressId: string }
      if (type === 'feeds.address-made') recorded.set(staffId, { id: addressId, staffId, createdAt: at })
      else recorded.delete(staffId)
    }
    const rows = await tx.all(
      q.selectFrom('calendar_addresses').selectAll().where('tenant_id', '=', tx.tenant),
    )
    const known = new Map(rows.map(row => [row.staff_id, row]))
    for (const address of recorded.values()) {
      const { staffId } = address
      const row = known.get(staffId)
      known.delete(staffId)
      if (row?.id === address.id && row.created_at.equals(address.createdAt)) continue
      const mending = [deleteAddress(tx.tenant, staffId), insertAddress(tx.tenant, address)]
      report(`calendar_addresses.${staffId}`, row?.id ?? absent, address.id, ...mending)
    }
    for (const staffId of known.keys())
      report(`calendar_addresses.${staffId}`, present, absent, deleteAddress(tx.tenant, staffId))
  },
)
