import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireAdministrator } from '../identity/actor.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput, Conflict, NotFound } from '../platform/errors.ts'
import { parseForm } from '../platform/http/parse-form.ts'
import { isUuid } from '../platform/uuid.ts'
import { pageContextAfter } from '../ui/flash.ts'
import type { Typed } from '../ui/form/form-state.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import { addToken, revokeToken } from './actions.ts'
import { tokenForm } from './forms.ts'
import { madeTokenPage, tokensPage } from './pages.ts'
import { accessActions } from './permissions.ts'
import { listTokens } from './reads.ts'

const home = '/organisation/tokens'

/**
 * The tokens of other programs, for administrators: all are listed and can be ended here. Those that act for a member of
 * staff are made on the server alone, so that no administrator gives themselves what somebody else may read.
 */
export function accessRoutes(app: FastifyInstance): void {
  app.get(home, (request, reply) => showAll(request, reply))

  app.post(home, async (request, reply) => {
    const { office, actor } = administratorOf(request)
    const typed = (request.body ?? {}) as Typed
    try {
      const { token } = await addToken(office, actor, parseForm(tokenForm, typed))
      const ctx = pageContext(request)
      return sendPage(reply, ctx, madeTokenPage(ctx, token))
    } catch (error) {
      // Loaded again, the page that showed it: it is made, and is not shown a second time.
      if (error instanceof Conflict)
        return showAll(request, reply, { typed: {}, faults: [{ field: 'name', text: error.reason }] })
      if (!(error instanceof BadInput)) throw error
      return showAll(request, reply, { typed, faults: error.faults })
    }
  })

  app.post<{ Params: { id: string } }>(`${home}/:id/revoke`, async (request, reply) => {
    const { office, actor } = administratorOf(request)
    if (!isUuid(request.params.id)) throw new NotFound('token')
    await revokeToken(office, actor, request.params.id).catch(error => {
      if (!(error instanceof Conflict)) throw error // Revoked already, in another window: that was wanted.
    })
    return reply.redirect(`${home}?done=revoked`, 303)
  })
}

async function showAll(
  request: FastifyRequest,
  reply: FastifyReply,
  refused?: { typed: Typed; faults: BadInput['faults'] },
): Promise<FastifyReply> {
  const { office } = administratorOf(request)
  const tokens = await inSnapshot(office.pool, office.tenant.id, listTokens)
  const ctx = pageContextAfter(request, { revoked: 'access.done.revoked' })
  return sendPage(reply, ctx, tokensPage(ctx, { tokens, ...refused }), refused ? 422 : 200)
}

const administratorOf = (request: FastifyRequest) => requireAdministrator(request, accessActions.manageTokens)
