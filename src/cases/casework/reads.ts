import type { Actor } from '../../org/may.ts'
import { q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { NotFound } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { allowedActions, type StaffAction } from '../allowed-actions.ts'
import { contextFor } from '../context.ts'
import { type CaseRecord, findCaseToTell } from '../reads.ts'
import type { Context } from '../rules/decision.ts'
import { mayRead } from '../visibility.ts'

/** A case as a member of staff sees it: the record, what it is read by, who reads it and what they can do now. */
export type StaffView = {
  record: CaseRecord
  context: Context
  actor: Actor
  actions: readonly StaffAction[]
}

/** The case with this number; `NotFound` too where the actor may not read it, so that numbers tell nothing. */
export function findStaffView(office: Office, actor: Actor, number: string): Promise<StaffView> {
  return inSnapshot(office.pool, office.tenant.id, async tx => {
    const record = await findCaseToTell(office, tx, number)
    if (!record) throw new NotFound('case')
    const context = await contextFor(office, tx, record.state.pack, office.clock.now())
    if (!mayRead(actor, record.state, context.organisation)) throw new NotFound('case')
    // Once its key is destroyed nothing can be added to a case.
    const actions = record.key ? allowedActions(record.state, actor, context) : []
    return { record, context, actor, actions }
  })
}

/** Whether a form with this key has been carried out: sent twice, it is done and not in conflict with itself. */
export async function wasDone(office: Office, key: string): Promise<boolean> {
  const row = await inSnapshot(office.pool, office.tenant.id, tx =>
    tx.first(
      q
        .selectFrom('idempotency_keys')
        .select('key')
        .where('tenant_id', '=', tx.tenant)
        .where('key', '=', key),
    ),
  )
  return row !== undefined
}
