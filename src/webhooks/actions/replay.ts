import { change, type OrgActor } from '../../org/actions.ts'
import { Conflict, NotFound } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { v7 } from '../../platform/uuid.ts'
import { webhookActions } from '../permissions.ts'
import { messagesMeant, type Which } from '../reads.ts'
import { deliveryOf } from '../relay.ts'
import { testType } from '../rules/event-types.ts'
import { sendJob } from '../send-job.ts'
import { insertDeliveries, insertMessages, sendAgain } from '../store.ts'
import { theEndpoint } from './endpoints.ts'

const { manageWebhooks } = webhookActions

/** The most that is sent again at once; a longer stretch is cut in pieces by whoever asks. */
const mostAtOnce = 10_000

/** Sends messages to an endpoint again, under the ids they had. @returns how many. */
export function replay(office: Office, actor: OrgActor, endpointId: string, which: Which): Promise<number> {
  return change(office, actor, manageWebhooks, async (tx, now) => {
    const endpoint = await theEndpoint(tx, endpointId)
    if (endpoint.disabledAt) throw new Conflict('webhooks.replay-disabled')
    const messageIds = await messagesMeant(tx, endpointId, which, mostAtOnce)
    if (messageIds.length === 0) {
      if ('messageId' in which) throw new NotFound('webhook message')
      throw new Conflict('webhooks.replay-none')
    }
    const data = { endpointId, messages: messageIds.length }
    return {
      result: messageIds.length,
      events: [{ type: 'webhooks.replayed', data }],
      writes: [sendAgain(tx.tenant, endpointId, { messageIds }, now)],
      jobs: [sendJob(tx.tenant, endpointId)],
    }
  })
}

/** Sends an event that means nothing, to see whether it arrives. @returns the id of its message. */
export function sendTest(office: Office, actor: OrgActor, endpointId: string): Promise<string> {
  return change(office, actor, manageWebhooks, async (tx, now) => {
    const endpoint = await theEndpoint(tx, endpointId)
    if (endpoint.disabledAt) throw new Conflict('webhooks.replay-disabled')
    const id = `msg_${v7().replaceAll('-', '')}`
    const at = now.toString({ fractionalSecondDigits: 3 })
    const body = JSON.stringify({ type: testType, timestamp: at, data: {} })
    return {
      result: id,
      events: [{ type: 'webhooks.tested', data: { endpointId, messageId: id } }],
      writes: [
        insertMessages([{ tenant_id: tx.tenant, id, type: testType, body, created_at: now }]),
        insertDeliveries([deliveryOf(tx.tenant, endpointId, id, now)]),
      ],
      jobs: [sendJob(tx.tenant, endpointId)],
    }
  })
}
