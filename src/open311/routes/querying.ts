import { formatCaseNumber, parseCaseNumber } from '../../platform/case-number.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { findSent } from '../actions.ts'
import { type Answer, type Asked, readAsked } from '../asked.ts'
import { describeRequest } from '../describe.ts'
import { list } from '../document.ts'
import { Unknown } from '../errors.ts'
import { readRequestQuery, readUpdateQuery } from '../filters.ts'
import { findRequests, type RequestQuery } from '../reads.ts'
import { findUpdates } from '../updates.ts'

/** The requests asked for, or one of them. */
export async function answerRequests(asked: Asked): Promise<Answer> {
  const { office, args, caller, t } = await readAsked(asked)
  const { tenant, pool, clock } = office
  const { id } = asked.target
  const hasKey = caller !== undefined
  const query: RequestQuery =
    id === undefined
      ? readRequestQuery(args, { now: clock.now(), timeZone: tenant.timeZone, hasKey })
      : { numbers: [id], services: [], limit: 1, offset: 0 }
  const numbers = query.numbers?.map(written)
  const { requests, organisation } = await inSnapshot(pool, tenant.id, tx =>
    findRequests(office, tx, { ...query, ...(numbers && { numbers }) }, caller),
  )
  if (id !== undefined && requests.length === 0)
    throw new Unknown('open311.fault.request-unknown', { id: id.slice(0, 100) })
  const telling = { t, tenant, organisation, hasKey }
  const items = requests.map(request => describeRequest(request, telling))
  return { root: 'service_requests', node: list('request', items) }
}

/**
 * The request that its sender filed under a reference of its own. Every service gives its number at once, so nobody is
 * given a token; this is for a client that lost the answer to its POST.
 */
export async function answerToken(asked: Asked): Promise<Answer> {
  const { office, caller } = await readAsked(asked)
  const token = asked.target.id
  if (token === undefined) throw new Unknown('open311.fault.resource')
  // Without its key a token is nobody's, and so there is none.
  if (!caller) throw new Unknown('open311.fault.token')
  const found = { service_request_id: await findSent(office, caller, token), token }
  return { root: 'service_requests', node: list('request', [found]) }
}

/** What changed where requests stand. */
export async function answerUpdates(asked: Asked): Promise<Answer> {
  const { office, args, caller, t } = await readAsked(asked)
  const { tenant, pool, clock } = office
  if (asked.target.id !== undefined) throw new Unknown('open311.fault.resource')
  const hasKey = caller !== undefined
  const query = readUpdateQuery(args, { now: clock.now(), timeZone: tenant.timeZone, hasKey })
  const numbers = query.numbers?.map(written)
  const updates = await inSnapshot(pool, tenant.id, tx =>
    findUpdates(office, tx, { ...query, ...(numbers && { numbers }) }, { t, hasKey }),
  )
  return { root: 'service_request_updates', node: updates }
}

/** A number as it is printed, however it was typed; what is none stays as it is and is not found. */
function written(typed: string): string {
  const number = parseCaseNumber(typed)
  return number ? formatCaseNumber(number) : typed.slice(0, 100)
}
