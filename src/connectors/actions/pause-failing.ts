import { recordOnOrganisation } from '../../org/actions.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { enqueue } from '../../platform/perform.ts'
import { findConnection } from '../reads.ts'
import { pauseWrite } from '../store.ts'

/** What the job `tell-connector-paused` is given. */
export type PausedPayload = { tenant: number; connectionId: string }

/** Pauses a connection that has failed for too long, says so on the record, and has the administrators told. */
export async function pauseFailing(office: Office, connectionId: string): Promise<void> {
  const { tenant, pool } = office
  const connection = await inSnapshot(pool, tenant.id, tx => findConnection(tx, connectionId))
  if (!connection || connection.pausedAt) return
  const payload: PausedPayload = { tenant: tenant.id, connectionId }
  const event = { type: 'connectors.paused', data: { connectionId, because: 'failing' } }
  await recordOnOrganisation(office, { kind: 'system', name: 'connectors' }, event, now => [
    pauseWrite(tenant.id, connectionId, 'failing', now),
    enqueue({ task: 'tell-connector-paused', payload }),
  ])
}
