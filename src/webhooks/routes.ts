import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireAdministrator } from '../identity/actor.ts'
import type { Actor } from '../org/may.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput, Conflict, NotFound } from '../platform/errors.ts'
import { parseForm } from '../platform/http/parse-form.ts'
import type { Parts } from '../platform/http/parts.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import type { Office } from '../platform/office.ts'
import { isUuid } from '../platform/uuid.ts'
import { pageContextAfter } from '../ui/flash.ts'
import type { Typed } from '../ui/form/form-state.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import {
  addEndpoint,
  changeTypes,
  disableEndpoint,
  enableAgain,
  removeEndpoint,
  rotateSecret,
} from './actions/endpoints.ts'
import { replay, sendTest } from './actions/replay.ts'
import { endpointForm, stretchForm, typesForm } from './forms.ts'
import { endpointPage } from './pages/endpoint.ts'
import { endpointsPage } from './pages/endpoints.ts'
import { secretPage } from './pages/secret.ts'
import { webhookActions } from './permissions.ts'
import { findEndpoint, listDeliveries, listEndpoints } from './reads.ts'
import { isMessageId } from './rules/message-id.ts'

type One = { Params: { id: string }; Querystring: { before?: unknown } }

const home = '/organisation/webhooks'
const pageSize = 50

/** The addresses that are told of events, and the log of each, for administrators. */
export function webhookRoutes(app: FastifyInstance, parts: Parts): void {
  const allowed = allowedNetworks(parts.config.webhookAllowPrivate)

  app.get(home, async (request, reply) => {
    const { office } = administratorOf(request)
    const endpoints = await inSnapshot(office.pool, office.tenant.id, listEndpoints)
    const ctx = pageContextAfter(request, { removed: 'webhooks.done.removed' })
    return sendPage(reply, ctx, endpointsPage(ctx, { endpoints }))
  })

  app.post(home, async (request, reply) => {
    const { office, actor } = administratorOf(request)
    const typed = (request.body ?? {}) as Typed
    const ctx = pageContext(request)
    try {
      const { id, secret } = await addEndpoint(office, actor, parseForm(endpointForm, typed), allowed)
      return sendPage(reply, ctx, secretPage(ctx, { id, secret, added: true }))
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      const endpoints = await inSnapshot(office.pool, office.tenant.id, listEndpoints)
      const page = endpointsPage(ctx, { endpoints, typed, faults: error.faults })
      return sendPage(reply, ctx, page, 422)
    }
  })

  app.get<One>(`${home}/:id`, async (request, reply) => {
    administratorOf(request)
    return showOne(request, reply)
  })

  app.post<One>(`${home}/:id`, async (request, reply) => {
    const { office, actor, id } = endpointOf(request)
    const typed = (request.body ?? {}) as Typed
    try {
      await changeTypes(office, actor, id, parseForm(typesForm, typed).types)
      return reply.redirect(`${home}/${id}?done=saved`, 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return showOne(request, reply, { typed, faults: error.faults })
    }
  })

  app.post<One>(`${home}/:id/rotate`, async (request, reply) => {
    const { office, actor, id } = endpointOf(request)
    const { earlier } = (request.body ?? {}) as { earlier?: unknown }
    const seen = typeof earlier === 'string' ? earlier : undefined
    const secret = await rotateSecret(office, actor, id, seen)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, secretPage(ctx, { id, secret, added: false }))
  })

  app.post<One>(`${home}/:id/remove`, async (request, reply) => {
    const { office, actor, id } = endpointOf(request)
    await removeEndpoint(office, actor, id)
    return reply.redirect(`${home}?done=removed`, 303)
  })

  app.post<One>(`${home}/:id/disable`, (request, reply) => act(request, reply, 'disabled', disableEndpoint))
  app.post<One>(`${home}/:id/enable`, (request, reply) => act(request, reply, 'enabled', enableAgain))
  app.post<One>(`${home}/:id/test`, (request, reply) => act(request, reply, 'tested', sendTest))

  app.post<One>(`${home}/:id/replay`, (request, reply) =>
    act(request, reply, 'replayed', async (office, actor, id) => {
      const { message } = (request.body ?? {}) as { message?: unknown }
      if (!isMessageId(message)) throw new NotFound('webhook message')
      await replay(office, actor, id, { messageId: message })
    }),
  )

  app.post<One>(`${home}/:id/replay-days`, async (request, reply) => {
    const { office, actor, id } = endpointOf(request)
    const typed = (request.body ?? {}) as Typed
    try {
      const { since, until, failedOnly } = parseForm(stretchForm, typed)
      const start = (day: Temporal.PlainDate) => day.toZonedDateTime(office.tenant.timeZone).toInstant()
      await replay(office, actor, id, {
        since: start(since),
        until: start(until.add({ days: 1 })),
        failedOnly,
      })
      return reply.redirect(`${home}/${id}?done=replayed`, 303)
    } catch (error) {
      const faults =
        error instanceof BadInput
          ? error.faults
          : error instanceof Conflict
            ? [{ field: 'since', text: error.reason }]
            : undefined
      if (!faults) throw error
      return showOne(request, reply, { typed, faults })
    }
  })
}

const administratorOf = (request: FastifyRequest) =>
  requireAdministrator(request, webhookActions.manageWebhooks)

function endpointOf(request: FastifyRequest<One>): { office: Office; actor: Actor; id: string } {
  const who = administratorOf(request)
  const { id } = request.params
  if (!isUuid(id)) throw new NotFound('webhook endpoint')
  return { ...who, id }
}

async function act(
  request: FastifyRequest<One>,
  reply: FastifyReply,
  done: keyof typeof doneTexts,
  work: (office: Office, actor: Actor, id: string) => Promise<unknown>,
): Promise<FastifyReply> {
  const { office, actor, id } = endpointOf(request)
  await work(office, actor, id)
  return reply.redirect(`${home}/${id}?done=${done}`, 303)
}

const doneTexts = {
  saved: 'webhooks.done.saved',
  disabled: 'webhooks.done.disabled',
  enabled: 'webhooks.done.enabled',
  tested: 'webhooks.done.tested',
  replayed: 'webhooks.done.replayed',
} as const

async function showOne(
  request: FastifyRequest<One>,
  reply: FastifyReply,
  refused?: { typed: Typed; faults: BadInput['faults'] },
): Promise<FastifyReply> {
  const { office, id } = endpointOf(request)
  const { before } = request.query
  const { endpoint, deliveries } = await inSnapshot(office.pool, office.tenant.id, async tx => {
    const [endpoint, deliveries] = await Promise.all([
      findEndpoint(tx, id),
      listDeliveries(tx, id, pageSize + 1, isMessageId(before) ? before : undefined),
    ])
    return { endpoint, deliveries }
  })
  if (!endpoint) throw new NotFound('webhook endpoint')
  const ctx = pageContextAfter(request, doneTexts)
  const shown = deliveries.slice(0, pageSize)
  const older = deliveries.length > pageSize ? shown.at(-1)?.messageId : undefined
  const page = endpointPage(ctx, { endpoint, deliveries: shown, older, ...refused })
  return sendPage(reply, ctx, page, refused ? 422 : 200)
}
