import { change, type OrgActor } from '../../org/actions.ts'
import { packOf } from '../../packs/reads.ts'
import { leafCategories } from '../../packs/rules.ts'
import type { Tx } from '../../platform/database/tx.ts'
import { BadInput, Conflict, type Fault, NotFound } from '../../platform/errors.ts'
import { type Allowed, readAddress } from '../../platform/http-client/address.ts'
import type { Office } from '../../platform/office.ts'
import type { Job, NewEvent } from '../../platform/perform.ts'
import { v7 } from '../../platform/uuid.ts'
import { sealApiKey } from '../key.ts'
import { connectorActions } from '../permissions.ts'
import { type Connection, findConnection, forgetSending, listConnections } from '../reads.ts'
import { type Direction, doubled, type Pair } from '../rules/mapping.ts'
import { keyDigest } from '../rules/recorded.ts'
import { runJob } from '../run-job.ts'
import {
  deleteConnection,
  insertConnection,
  pauseWrite,
  resumeWrite,
  retryRefused,
  updateConnection,
} from '../store.ts'

const { manageConnections } = connectorActions
const mostConnections = 50

/** A new connection. */
export type ConnectionInput = {
  name: string
  direction: Direction
  url: string
  jurisdiction?: string | undefined
  apiKey?: string | undefined
  services: readonly Pair[]
  everyMinutes?: number | undefined
}

/** What a connection is looked at by: where requests may go, and where this server itself is reached, if it knows. */
export type Setting = { allowed: Allowed; baseUrl: string | undefined }

/** Adds a connection. What was there before it is not copied. @returns its id. */
export async function addConnection(
  office: Office,
  actor: OrgActor,
  input: ConnectionInput,
  { allowed, baseUrl }: Setting,
): Promise<string> {
  const address = readAddress(input.url, allowed)
  const url = typeof address === 'string' ? '' : address.href.replace(/[/]+$/, '')
  const { direction, services } = input
  const name = input.name.trim()
  const everyMinutes = input.everyMinutes ?? 5
  const faults = faultsOf(office, direction, { name, services, everyMinutes })
  // The other side knows a case by its address here, so that address has to stay the same.
  if (direction === 'to' && baseUrl === undefined)
    faults.push({ field: 'direction', text: 'connectors.fault.base-url' })
  if (typeof address === 'string') faults.push({ field: 'url', text: `connectors.fault.${address}` })
  else if (address.search !== '') faults.push({ field: 'url', text: 'connectors.fault.url' })
  else if (baseUrl !== undefined && address.host === new URL(baseUrl).host)
    faults.push({ field: 'url', text: 'connectors.fault.self' })
  if (direction === 'to' && !input.apiKey)
    faults.push({ field: 'apiKey', text: 'connectors.fault.key-missing' })
  const id = await change(office, actor, manageConnections, async (tx, now) => {
    const known = await listConnections(tx)
    if (known.length >= mostConnections) faults.push({ field: 'name', text: 'connectors.fault.many' })
    if (known.some(one => one.name === name)) faults.push({ field: 'name', text: 'connectors.fault.known' })
    if (known.some(one => one.url === url && one.direction === direction))
      faults.push({ field: 'url', text: 'connectors.fault.url-known' })
    if (faults.length > 0) throw new BadInput(faults)
    const id = v7()
    const key = input.apiKey?.trim()
    const jurisdiction = input.jurisdiction?.trim() || null
    const row = {
      id,
      name,
      direction,
      url,
      jurisdiction,
      apiKey: key ? sealApiKey(office, id, key) : null,
      services,
      everyMinutes,
      createdAt: now,
    }
    const data = { connectionId: id, direction, services: services.map(pair => ({ ...pair })), everyMinutes }
    const sealed = { name, url, jurisdiction, keyDigest: key ? keyDigest(key) : null }
    return {
      result: id,
      events: [{ type: 'connectors.added', data, sealed }],
      writes: [insertConnection(tx.tenant, row)],
      jobs: [runJob(tx.tenant, id), catchUpJob(tx.tenant, id, now.add({ seconds: 5 }))],
    }
  })
  forgetSending(office.pool)
  return id
}

/** Takes what was filed since the connection was made, before it was mapped or before every process knew of it. */
function catchUpJob(tenant: number, connectionId: string, runAt: Temporal.Instant): Job {
  return { task: 'catch-up-connector', payload: { tenant, connectionId }, runAt }
}

/** What may change of a connection: never its server or its way, which are what its copies are known by. */
export type ConnectionChange = Partial<Pick<ConnectionInput, 'name' | 'services' | 'everyMinutes'>> & {
  jurisdiction?: string
  /** A new key; left out, the one before stays. */
  apiKey?: string
}

/** Changes a connection, and has it try at once. */
export function changeConnection(
  office: Office,
  actor: OrgActor,
  id: string,
  given: ConnectionChange,
): Promise<void> {
  return change(office, actor, manageConnections, async (tx, now) => {
    const connection = await theConnection(tx, id)
    const name = given.name?.trim() ?? connection.name
    const { services = connection.services, everyMinutes = connection.everyMinutes } = given
    const faults = faultsOf(office, connection.direction, { name, services, everyMinutes })
    if ((await listConnections(tx)).some(one => one.id !== id && one.name === name))
      faults.push({ field: 'name', text: 'connectors.fault.known' })
    if (faults.length > 0) throw new BadInput(faults)
    const key = given.apiKey?.trim()
    const jurisdiction =
      given.jurisdiction === undefined ? connection.jurisdiction : given.jurisdiction.trim() || null
    const event: NewEvent = {
      type: 'connectors.changed',
      data: { connectionId: id, services: services.map(pair => ({ ...pair })), everyMinutes },
      sealed: { name, jurisdiction, ...(key && { keyDigest: keyDigest(key) }) },
    }
    const apiKey = key ? sealApiKey(office, id, key) : undefined
    return {
      result: undefined,
      events: [event],
      writes: [
        updateConnection(
          tx.tenant,
          id,
          {
            name,
            jurisdiction,
            everyMinutes,
            ...(given.services && { services }),
            ...(apiKey && { apiKey }),
          },
          now,
        ),
      ],
      jobs: [
        ...(connection.pausedAt ? [] : [runJob(tx.tenant, id)]),
        ...(given.services ? [catchUpJob(tx.tenant, id, now)] : []),
      ],
    }
  })
}

function faultsOf(
  office: Office,
  direction: Direction,
  { name, services, everyMinutes }: Pick<Connection, 'name' | 'services' | 'everyMinutes'>,
): Fault[] {
  const faults: Fault[] = []
  if (name === '' || [...name].length > 100) faults.push({ field: 'name', text: 'connectors.fault.name' })
  if (!Number.isInteger(everyMinutes) || everyMinutes < 1 || everyMinutes > 1440)
    faults.push({ field: 'everyMinutes', text: 'connectors.fault.every' })
  const ours = new Set(leafCategories(packOf(office.tenant)).map(one => one.code))
  const unknown = services.find(pair => !ours.has(pair.category))
  if (unknown)
    faults.push({ field: 'services', text: 'connectors.fault.category', values: { code: unknown.category } })
  if (services.length > 500 || services.some(pair => pair.service === '' || pair.service.length > 200))
    faults.push({ field: 'services', text: 'connectors.fault.service' })
  const twice = doubled(services, direction)
  if (twice !== undefined)
    faults.push({ field: 'services', text: 'connectors.fault.twice', values: { code: twice } })
  return faults
}

/** Stops a connection until it is resumed; what is filed meanwhile waits. */
export function pauseConnection(office: Office, actor: OrgActor, id: string): Promise<void> {
  return change(office, actor, manageConnections, async (tx, now) => {
    if ((await theConnection(tx, id)).pausedAt) throw new Conflict('connectors.paused-already')
    const because = 'administrator'
    return {
      result: undefined,
      events: [{ type: 'connectors.paused', data: { connectionId: id, because } }],
      writes: [pauseWrite(tx.tenant, id, because, now)],
    }
  })
}

/** Lets a connection go on from where it stood. */
export function resumeConnection(office: Office, actor: OrgActor, id: string): Promise<void> {
  return change(office, actor, manageConnections, async (tx, now) => {
    if (!(await theConnection(tx, id)).pausedAt) throw new Conflict('connectors.running-already')
    return {
      result: undefined,
      events: [{ type: 'connectors.resumed', data: { connectionId: id } }],
      writes: [resumeWrite(tx.tenant, id, now)],
      jobs: [runJob(tx.tenant, id)],
    }
  })
}

/** Removes a connection, and what it remembers. The copies stay where they are. */
export function removeConnection(office: Office, actor: OrgActor, id: string): Promise<void> {
  return change(office, actor, manageConnections, async tx => {
    await theConnection(tx, id)
    return {
      result: undefined,
      events: [{ type: 'connectors.removed', data: { connectionId: id } }],
      writes: [deleteConnection(tx.tenant, id)],
    }
  })
}

/** Has everything tried again that the other side refused. */
export function retryConnection(office: Office, actor: OrgActor, id: string): Promise<void> {
  return change(office, actor, manageConnections, async tx => {
    await theConnection(tx, id)
    return {
      result: undefined,
      events: [{ type: 'connectors.retried', data: { connectionId: id } }],
      writes: [retryRefused(tx.tenant, id)],
      jobs: [runJob(tx.tenant, id)],
    }
  })
}

/** The connection, read in the transaction that changes it; the organisation's chain is locked already. */
async function theConnection(tx: Tx, id: string): Promise<Connection> {
  const connection = await findConnection(tx, id)
  if (!connection) throw new NotFound('connection')
  return connection
}
