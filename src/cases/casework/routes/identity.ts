import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireActor } from '../../../identity/actor.ts'
import { BadInput, NotAllowed } from '../../../platform/errors.ts'
import { requireOffice } from '../../../platform/http/parts.ts'
import type { Typed } from '../../../ui/form/form-state.ts'
import { pageContext, sendPage } from '../../../ui/respond.ts'
import { openIdentity } from '../../actions/open-identity.ts'
import { whyNot } from '../../allowed-actions.ts'
import { requiredText, textOf } from '../fields.ts'
import { identityPage, purposePage } from '../pages/identity.ts'
import { findStaffView, type StaffView } from '../reads.ts'

type Route = { Params: { number: string } }

/**
 * Opening the resident's identity. It is shown on the answer to the form and nowhere else: it has no address, is kept
 * by no cache, and is gone with the page. Sent twice it is opened, recorded and told twice.
 */
export function identityRoutes(app: FastifyInstance): void {
  app.get<Route>('/cases/:number/open-identity', async (request, reply) => {
    const ctx = pageContext(request)
    return sendPage(reply, ctx, purposePage(ctx, await openView(request)))
  })

  app.post<Route>('/cases/:number/open-identity', async (request, reply) => {
    const view = await openView(request)
    const ctx = pageContext(request)
    const typed = (request.body ?? {}) as Typed
    if (textOf(typed, '_language') !== '') return sendPage(reply, ctx, purposePage(ctx, view, { typed }))
    try {
      const purpose = requiredText(typed, 'text')
      const party = await openIdentity(
        requireOffice(request.office),
        view.actor,
        view.record.state.id,
        purpose,
      )
      return sendPage(reply.header('Cache-Control', 'no-store'), ctx, identityPage(ctx, view, party, purpose))
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return sendPage(reply, ctx, purposePage(ctx, view, { typed, faults: error.faults }), 422)
    }
  })
}

async function openView(request: FastifyRequest<Route>): Promise<StaffView> {
  const actor = requireActor(request)
  const view = await findStaffView(requireOffice(request.office), actor, request.params.number)
  if (!view.record.key || whyNot('open-identity', view.record.state, actor, view.context) !== undefined)
    throw new NotAllowed()
  return view
}
