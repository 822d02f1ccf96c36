import type { Status } from '../cases/lifecycle.ts'
import type { Json } from '../platform/json.ts'

/** Whether a service request is open, as GeoReport knows it: until it is closed or taken back, answered or not. */
export function isClosed(status: string): boolean {
  return closedStatuses.some(closed => closed === status)
}

/** The statuses of a case that are `closed` to GeoReport. */
export const closedStatuses = ['closed', 'withdrawn'] as const satisfies readonly Status[]

/** Where a request stands after an update, in the words of the extension that FixMyStreet and its back offices speak. */
export type UpdateStatus =
  | 'OPEN'
  | 'INVESTIGATING'
  | 'IN_PROGRESS'
  | 'ACTION_SCHEDULED'
  | 'FIXED'
  | 'NO_FURTHER_ACTION'
  | 'INTERNAL_REFERRAL'
  | 'CLOSED'

/** Every event that the public is told of as an update: each that changes where a request stands. The index names them too. */
export const updateEvents = [
  'redirect.proposed',
  'redirect.confirmed',
  'redirect.refused',
  'redirect.ended',
  'case.accepted',
  'case.declined',
  'information.asked',
  'information.given',
  'information.lapsed',
  'answer.given',
  'review.asked',
  'review.sent-back',
  'remedy.done',
  'case.closed',
  'case.reopened',
  'case.withdrawn',
] as const
export type UpdateEvent = (typeof updateEvents)[number]

const fixed: Readonly<Record<Exclude<UpdateEvent, 'answer.given'>, UpdateStatus>> = {
  'redirect.proposed': 'INTERNAL_REFERRAL',
  'redirect.confirmed': 'OPEN',
  'redirect.refused': 'OPEN',
  'redirect.ended': 'OPEN',
  'case.accepted': 'IN_PROGRESS',
  'case.declined': 'NO_FURTHER_ACTION',
  'information.asked': 'INVESTIGATING',
  'information.given': 'IN_PROGRESS',
  'information.lapsed': 'IN_PROGRESS',
  'review.asked': 'INVESTIGATING',
  'review.sent-back': 'IN_PROGRESS',
  'remedy.done': 'FIXED',
  'case.closed': 'CLOSED',
  'case.reopened': 'IN_PROGRESS',
  'case.withdrawn': 'CLOSED',
}

/**
 * Where a request stands after an event. An answer in the resident's favour is `ACTION_SCHEDULED` while its remedy is
 * only promised; `inFavour` says of an outcome, by the pack, whether it is one.
 */
export function statusAfter(
  type: UpdateEvent,
  data: Json,
  inFavour: (outcome: string) => boolean,
): UpdateStatus {
  if (type !== 'answer.given') return fixed[type]
  const { outcome, remedyBy } = data as { outcome: string; remedyBy?: string }
  if (!inFavour(outcome)) return 'NO_FURTHER_ACTION'
  return remedyBy === undefined ? 'FIXED' : 'ACTION_SCHEDULED'
}

/** What an update that somebody sends says of where a request stands. */
export function readUpdateStatus(typed: string | undefined): 'going-on' | 'ended' | 'reopen' | undefined {
  switch ((typed ?? 'open').toUpperCase().replace(/[\s-]+/g, '_')) {
    case 'OPEN':
    case 'CONFIRMED':
    case 'INVESTIGATING':
    case 'IN_PROGRESS':
    case 'PLANNED':
    case 'ACTION_SCHEDULED':
    case 'INTERNAL_REFERRAL':
    case 'FOR_TRIAGE':
      return 'going-on'
    case 'REOPEN':
    case 'REOPENED':
      return 'reopen'
    case 'CLOSED':
    case 'FIXED':
    case 'DUPLICATE':
    case 'NO_FURTHER_ACTION':
    case 'UNABLE_TO_FIX':
    case 'NOT_RESPONSIBLE':
    case 'NOT_COUNCILS_RESPONSIBILITY':
    case 'CANCELLED':
      return 'ended'
    default:
      return undefined
  }
}

/** The address of a request at its own server: what it is called when it is copied, and known by wherever it is copied to. */
export function requestUrl(endpoint: string, number: string): string {
  return `${endpoint}/requests/${encodeURIComponent(number)}`
}

/** The number in such an address; undefined for what is none, as the ids of senders that are no servers. */
export function copiedNumber(reference: string): string | undefined {
  if (reference.length > 1000 || !/^https?:[/][/]\S+[/]requests[/][^/\s]+$/.test(reference)) return undefined
  try {
    return decodeURIComponent(reference.slice(reference.lastIndexOf('/') + 1))
  } catch {
    return undefined
  }
}

/** Whether a filing failed because the request it is a copy of is here already. */
export function isKnownOrigin(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code === '23505' && constraint === 'open311_origins_tenant_id_url_key'
}

/** An address as it is kept and shown to staff: what was typed, and behind it the id that the sender has for it. */
export function addressWithId(typed: string | undefined, id: string | undefined): string {
  return [typed, id && `[${id}]`].filter(part => part).join(' ')
}

/** What was typed of such an address. */
export function addressWithoutId(address: string, id: string | undefined): string {
  const end = addressWithId(undefined, id)
  return end && address.endsWith(end) ? address.slice(0, -end.length).trimEnd() : address
}
