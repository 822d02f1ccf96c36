import { z } from 'zod'
import { may } from '../../org/may.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { NotAllowed, NotFound } from '../../platform/errors.ts'
import { allowedNetworks } from '../../platform/http-client/address.ts'
import {
  addEndpoint,
  changeTypes,
  disableEndpoint,
  enableAgain,
  removeEndpoint,
  rotateSecret,
} from '../../webhooks/actions/endpoints.ts'
import { replay, sendTest } from '../../webhooks/actions/replay.ts'
import { webhookActions } from '../../webhooks/permissions.ts'
import { findEndpoint, listDeliveries, listEndpoints } from '../../webhooks/reads.ts'
import { isMessageId } from '../../webhooks/rules/message-id.ts'
import type { Call } from '../call.ts'
import { type Operation, operation } from '../operation.ts'
import { firstOf, isText, nextOf, nextPage, pageOf, paging, readKey } from '../paging.ts'
import { uuid } from '../views/common.ts'
import { deliverySchema, typesField, viewDelivery, viewWebhook, webhookSchema } from '../views/webhooks.ts'

const base = { tag: 'webhooks', who: 'staff', scope: 'webhooks' } as const
const byId = z.object({ id: uuid })
const secret = z.string().meta({ description: 'api.field.webhook.secret' })

const list = operation({
  ...base,
  id: 'list-webhooks',
  method: 'get',
  path: '/webhooks',
  query: z.strictObject(paging),
  status: 200,
  result: z.object({ webhooks: z.array(webhookSchema), next: nextPage }).meta({ id: 'WebhookList' }),
  paged: true,
  answer: async ({ office, actor, query }) => {
    requireAdministrator(actor)
    const all = await inSnapshot(office.pool, office.tenant.id, listEndpoints)
    const page = pageOf('webhooks', all, query, { keyOf: one => one.id, isKey: isText })
    const { next, links } = nextOf('webhooks', '/webhooks', query, page.next)
    return { body: { webhooks: page.rows.map(viewWebhook), next }, links }
  },
})

const add = operation({
  ...base,
  id: 'add-webhook',
  method: 'post',
  path: '/webhooks',
  body: z.strictObject({
    url: z.string().min(1).max(2000).meta({ description: 'api.field.webhook.url' }),
    types: typesField.optional(),
  }),
  status: 201,
  result: z.object({ ...webhookSchema.shape, secret }).meta({ id: 'NewWebhook' }),
  // The secret is kept for nobody to see twice. The same address is refused, so that nothing is there twice either.
  repeat: 'each',
  answer: async call => {
    const { office, actor, parts, body } = call
    const { url, types = [] } = body
    const allowed = allowedNetworks(parts.config.webhookAllowPrivate)
    const made = await addEndpoint(office, actor, { url, types }, allowed)
    const added = await webhookNow(call, made.id)
    return { body: { ...added, secret: made.secret }, location: `/webhooks/${made.id}` }
  },
})

const find = operation({
  ...base,
  id: 'find-webhook',
  method: 'get',
  path: '/webhooks/{id}',
  params: byId,
  status: 200,
  result: webhookSchema,
  answer: async call => ({ body: await webhookNow(call, call.params.id) }),
})

const change = operation({
  ...base,
  id: 'change-webhook',
  method: 'put',
  path: '/webhooks/{id}',
  params: byId,
  body: z.strictObject({ types: typesField }),
  status: 200,
  result: webhookSchema,
  answer: async call => {
    await changeTypes(call.office, call.actor, call.params.id, call.body.types)
    return { body: await webhookNow(call, call.params.id) }
  },
})

const remove = operation({
  ...base,
  id: 'remove-webhook',
  method: 'delete',
  path: '/webhooks/{id}',
  params: byId,
  status: 204,
  answer: async ({ office, actor, params }) => {
    await removeEndpoint(office, actor, params.id)
    return undefined
  },
})

const rotate = operation({
  ...base,
  id: 'rotate-webhook-secret',
  method: 'post',
  path: '/webhooks/{id}/rotate',
  params: byId,
  status: 200,
  result: z.object({ secret }).meta({ id: 'WebhookSecret' }),
  repeat: 'each',
  answer: async ({ office, actor, params }) => ({
    body: { secret: await rotateSecret(office, actor, params.id) },
  }),
})

const switchOperation = (
  id: 'stop-webhook' | 'resume-webhook',
  word: string,
  run: typeof disableEndpoint,
): Operation =>
  operation({
    ...base,
    id,
    method: 'post',
    path: `/webhooks/{id}/${word}`,
    params: byId,
    status: 200,
    result: webhookSchema,
    repeat: 'once',
    act: ({ once, actor, params }) => run(once, actor, params.id),
    answer: async call => ({ body: await webhookNow(call, call.params.id) }),
  })

const stop = switchOperation('stop-webhook', 'stop', disableEndpoint)
const resume = switchOperation('resume-webhook', 'resume', enableAgain)

const test = operation({
  ...base,
  id: 'test-webhook',
  method: 'post',
  path: '/webhooks/{id}/test',
  params: byId,
  status: 200,
  result: z.object({ message: z.string() }).meta({ id: 'WebhookTest' }),
  repeat: 'once',
  act: ({ once, actor, params }) => sendTest(once, actor, params.id),
  answer: async (_call, message) => ({ body: { message } }),
})

const deliveries = operation({
  ...base,
  id: 'list-deliveries',
  method: 'get',
  path: '/webhooks/{id}/deliveries',
  params: byId,
  query: z.strictObject(paging),
  status: 200,
  result: z.object({ deliveries: z.array(deliverySchema), next: nextPage }).meta({ id: 'DeliveryList' }),
  paged: true,
  answer: async call => {
    const { office, query, params } = call
    const name = `deliveries ${params.id}`
    const before = readKey(name, query.cursor, isMessageId)
    await webhookNow(call, params.id)
    const read = await inSnapshot(office.pool, office.tenant.id, tx =>
      listDeliveries(tx, params.id, query.limit + 1, before),
    )
    const page = firstOf(read, query.limit, one => one.messageId)
    const { next, links } = nextOf(name, `/webhooks/${params.id}/deliveries`, query, page.next)
    return { body: { deliveries: page.rows.map(viewDelivery), next }, links }
  },
})

const replayed = z.object({ messages: z.int() }).meta({ id: 'Replayed' })

const replayOne = operation({
  ...base,
  id: 'replay-delivery',
  method: 'post',
  path: '/webhooks/{id}/deliveries/{message}/replay',
  params: z.object({ ...byId.shape, message: z.string().refine(isMessageId) }),
  status: 200,
  result: replayed,
  repeat: 'once',
  act: ({ once, actor, params }) => replay(once, actor, params.id, { messageId: params.message }),
  answer: async (_call, messages) => ({ body: { messages } }),
})

const replayMany = operation({
  ...base,
  id: 'replay-deliveries',
  method: 'post',
  path: '/webhooks/{id}/replay',
  params: byId,
  body: z.strictObject({
    since: z.iso.datetime().meta({ description: 'api.field.replay.since' }),
    until: z.iso.datetime().meta({ description: 'api.field.replay.until' }),
    failedOnly: z.boolean().meta({ description: 'api.field.replay.failed' }),
  }),
  status: 200,
  result: replayed,
  repeat: 'once',
  act: ({ once, actor, params, body }) =>
    replay(once, actor, params.id, {
      since: Temporal.Instant.from(body.since),
      until: Temporal.Instant.from(body.until),
      failedOnly: body.failedOnly,
    }),
  answer: async (_call, messages) => ({ body: { messages } }),
})

function requireAdministrator(actor: Call['actor']): void {
  if (!may(actor, webhookActions.manageWebhooks, { unitPath: [] }))
    throw new NotAllowed('org.administrators-only')
}

async function webhookNow({ office, actor }: Pick<Call, 'office' | 'actor'>, id: string) {
  requireAdministrator(actor)
  const found = await inSnapshot(office.pool, office.tenant.id, tx => findEndpoint(tx, id))
  if (!found) throw new NotFound('webhook endpoint')
  return viewWebhook(found)
}

/** The addresses that are told of events, and the log of each, for administrators. */
export const webhookOperations: readonly Operation[] = [
  list,
  add,
  find,
  change,
  remove,
  rotate,
  stop,
  resume,
  test,
  deliveries,
  replayOne,
  replayMany,
]
