import { type Actor, may } from '../../org/may.ts'
import { NotAllowed, NotFound } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { perform } from '../../platform/perform.ts'
import { contextFor } from '../context.ts'
import { noticesFor } from '../notices.ts'
import { caseActions } from '../permissions.ts'
import { openParty, type Party, resourceOf } from '../reads.ts'
import { isRefusal } from '../rules/decision.ts'
import { stateAfter } from '../rules/filing.ts'
import { decideOpenIdentity } from '../rules/talking.ts'
import { updateCase } from '../store.ts'
import { lockCase, refusalError } from './change-case.ts'

/**
 * Opens the resident's identity for a stated purpose. The identity is returned only once the event that says who, when
 * and why is on disk, and the resident is told (promise 6). A protected identity opens to the auditor alone.
 */
export async function openIdentity(
  office: Office,
  actor: Actor,
  id: string,
  purpose: string,
): Promise<Party> {
  return perform(office, { kind: 'staff', id: actor.staffId }, async (tx, now) => {
    const { stream, state } = await lockCase(office, tx, id)
    const context = await contextFor(office, tx, state.pack, now)
    const action =
      state.protection === 'protected' ? caseActions.openProtectedIdentity : caseActions.openIdentity
    if (!may(actor, action, resourceOf(state, context.organisation))) throw new NotAllowed()
    const decision = decideOpenIdentity(state, actor.staffId, purpose)
    if (isRefusal(decision)) throw refusalError(decision)
    const party = await openParty(office, tx, id)
    if (!party) throw new NotFound('party')
    const after = stateAfter(state, decision.events, context)
    return {
      result: party,
      changes: [{ stream, events: decision.events, writes: updateCase(tx.tenant, state, after, now) }],
      jobs: noticesFor(tx.tenant, after, decision.events, stream.seq),
    }
  })
}
