import { recordOnOrganisation } from '../../org/actions.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { enqueue } from '../../platform/perform.ts'
import { findEndpoint } from '../reads.ts'
import { disableWrites } from '../store.ts'

/** What the job `tell-webhook-disabled` is given. */
export type DisabledPayload = { tenant: number; endpointId: string }

/** Stops sending to an endpoint where nothing arrives, says so on the record, and has the administrators told. */
export async function disableFailing(
  office: Office,
  endpointId: string,
  because: 'failing' | 'gone',
): Promise<void> {
  const { tenant, pool } = office
  const endpoint = await inSnapshot(pool, tenant.id, tx => findEndpoint(tx, endpointId))
  if (!endpoint || endpoint.disabledAt) return
  const payload: DisabledPayload = { tenant: tenant.id, endpointId }
  const event = { type: 'webhooks.endpoint-disabled', data: { endpointId, because } }
  await recordOnOrganisation(office, { kind: 'system', name: 'webhooks' }, event, now => [
    ...disableWrites(tenant.id, endpointId, because, now),
    enqueue({ task: 'tell-webhook-disabled', payload }),
  ])
}
