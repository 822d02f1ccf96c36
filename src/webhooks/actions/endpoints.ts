import { change, type OrgActor } from '../../org/actions.ts'
import type { Tx } from '../../platform/database/tx.ts'
import { BadInput, Conflict, type Fault, NotFound } from '../../platform/errors.ts'
import { type Allowed, readAddress } from '../../platform/http-client/address.ts'
import type { Office } from '../../platform/office.ts'
import { v7 } from '../../platform/uuid.ts'
import { webhookActions } from '../permissions.ts'
import { type Endpoint, findEndpoint, forgetListening, listEndpoints } from '../reads.ts'
import { webhookTypes } from '../rules/event-types.ts'
import { createSecret, sealSecret } from '../secret.ts'
import {
  deleteEndpoint,
  disableWrites,
  enableEndpoint,
  exchangeSecret,
  insertEndpoint,
  setTypes,
} from '../store.ts'

const { manageWebhooks } = webhookActions
const mostEndpoints = 50

/** Adds an endpoint. Its secret is returned to be shown once. */
export async function addEndpoint(
  office: Office,
  actor: OrgActor,
  input: { url: string; types: readonly string[] },
  allowed: Allowed,
): Promise<{ id: string; secret: string }> {
  const types = [...new Set(input.types)]
  const address = readAddress(input.url, allowed)
  const faults: Fault[] =
    typeof address === 'string' ? [{ field: 'url', text: `webhooks.fault.${address}` }] : []
  const url = typeof address === 'string' ? input.url : address.href
  faults.push(...typeFaults(types))
  const made = await change(office, actor, manageWebhooks, async (tx, now) => {
    const known = await listEndpoints(tx)
    if (known.length >= mostEndpoints) faults.push({ field: 'url', text: 'webhooks.fault.many' })
    if (known.some(endpoint => endpoint.url === url))
      faults.push({ field: 'url', text: 'webhooks.fault.known' })
    if (faults.length > 0) throw new BadInput(faults)
    const id = v7()
    const secret = createSecret()
    const row = { id, url, types, secret: sealSecret(office, id, secret) }
    return {
      result: { id, secret },
      // An address may carry a key of the receiver's.
      events: [{ type: 'webhooks.endpoint-added', data: { endpointId: id, types }, sealed: { url } }],
      writes: [insertEndpoint(tx.tenant, row, now)],
    }
  })
  forgetListening(office.pool)
  return made
}

/** Says anew which types an endpoint is told of; none means all. */
export function changeTypes(
  office: Office,
  actor: OrgActor,
  id: string,
  wanted: readonly string[],
): Promise<void> {
  const types = [...new Set(wanted)]
  return change(office, actor, manageWebhooks, async tx => {
    await theEndpoint(tx, id)
    const faults = typeFaults(types)
    if (faults.length > 0) throw new BadInput(faults)
    return {
      result: undefined,
      events: [{ type: 'webhooks.types-changed', data: { endpointId: id, types } }],
      writes: [setTypes(tx.tenant, id, types)],
    }
  })
}

function typeFaults(types: readonly string[]): Fault[] {
  const known: readonly string[] = webhookTypes
  return types.every(type => known.includes(type)) ? [] : [{ field: 'types', text: 'webhooks.fault.types' }]
}

/** Removes an endpoint with its log. */
export function removeEndpoint(office: Office, actor: OrgActor, id: string): Promise<void> {
  return change(office, actor, manageWebhooks, async tx => {
    await theEndpoint(tx, id)
    return {
      result: undefined,
      events: [{ type: 'webhooks.endpoint-removed', data: { endpointId: id } }],
      writes: [deleteEndpoint(tx.tenant, id)],
    }
  })
}

/**
 * Gives an endpoint a new secret, returned to be shown once; for a day both sign. `seen` is until when an earlier one
 * signed, as the caller last saw it: a page that is loaded again would else end the secret that the receiver still has.
 */
export function rotateSecret(office: Office, actor: OrgActor, id: string, seen?: string): Promise<string> {
  return change(office, actor, manageWebhooks, async (tx, now) => {
    const { earlierUntil } = await theEndpoint(tx, id)
    if (seen !== undefined && seen !== String(earlierUntil ?? ''))
      throw new Conflict('webhooks.rotated-already')
    const secret = createSecret()
    return {
      result: secret,
      events: [{ type: 'webhooks.secret-rotated', data: { endpointId: id } }],
      writes: [exchangeSecret(tx.tenant, id, sealSecret(office, id, secret), now.add({ hours: 24 }))],
    }
  })
}

/** Stops sending to an endpoint until it is enabled again. */
export function disableEndpoint(office: Office, actor: OrgActor, id: string): Promise<void> {
  return change(office, actor, manageWebhooks, async (tx, now) => {
    const endpoint = await theEndpoint(tx, id)
    if (endpoint.disabledAt) throw new Conflict('webhooks.disabled-already')
    const because = 'administrator'
    return {
      result: undefined,
      events: [{ type: 'webhooks.endpoint-disabled', data: { endpointId: id, because } }],
      writes: disableWrites(tx.tenant, id, because, now),
    }
  })
}

/** Sends to an endpoint again. What happened meanwhile was not written down for it. */
export async function enableAgain(office: Office, actor: OrgActor, id: string): Promise<void> {
  await change(office, actor, manageWebhooks, async tx => {
    const endpoint = await theEndpoint(tx, id)
    if (!endpoint.disabledAt) throw new Conflict('webhooks.enabled-already')
    return {
      result: undefined,
      events: [{ type: 'webhooks.endpoint-enabled', data: { endpointId: id } }],
      writes: [enableEndpoint(tx.tenant, id)],
    }
  })
  forgetListening(office.pool)
}

/** The endpoint, read in the transaction that changes it; the organisation's chain is locked already. */
export async function theEndpoint(tx: Tx, id: string): Promise<Endpoint> {
  const endpoint = await findEndpoint(tx, id)
  if (!endpoint) throw new NotFound('webhook endpoint')
  return endpoint
}
