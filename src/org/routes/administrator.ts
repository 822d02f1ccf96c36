import type { FastifyRequest } from 'fastify'
import { requireAdministrator } from '../../identity/actor.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import type { Action, Actor } from '../may.ts'
import { type Organisation, readOrganisation } from '../reads.ts'

/** Who may do this to the organisation, and the organisation as it is now. */
export async function administratorOf(
  request: FastifyRequest,
  action: Action,
): Promise<{ office: Office; actor: Actor; organisation: Organisation }> {
  const { office, actor } = requireAdministrator(request, action)
  const organisation = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  return { office, actor, organisation }
}
