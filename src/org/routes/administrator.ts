import type { FastifyRequest } from 'fastify'
import { requireActor } from '../../identity/actor.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { NotAllowed } from '../../platform/errors.ts'
import { requireOffice } from '../../platform/http/parts.ts'
import type { Office } from '../../platform/office.ts'
import { type Action, type Actor, may } from '../may.ts'
import { type Organisation, readOrganisation } from '../reads.ts'

/** Who may do this to the organisation, and the organisation as it is now. */
export async function administratorOf(
  request: FastifyRequest,
  action: Action,
): Promise<{ office: Office; actor: Actor; organisation: Organisation }> {
  const office = requireOffice(request.office)
  const actor = requireActor(request)
  if (!may(actor, action, { unitPath: [] })) throw new NotAllowed('org.administrators-only')
  const organisation = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  return { office, actor, organisation }
}
