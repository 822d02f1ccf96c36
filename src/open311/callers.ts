import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Budget, createBudget } from '../access/budget.ts'
import { type Caller, findCaller } from '../access/reads.ts'
import { NotAllowed } from '../platform/errors.ts'
import type { Office } from '../platform/office.ts'
import { networkOf } from '../platform/rate-limit/address.ts'
import { createLimit, type Limit } from '../platform/rate-limit/limit.ts'
import { allowance } from '../platform/rate-limit/rules.ts'
import type { Args } from './args.ts'

/** Finds out who asks, and holds them to their number of requests. */
export type Callers = {
  /** Counts a request by its address, where it costs something before its key is known. @throws an error of status 429 */
  count(request: FastifyRequest, reply: FastifyReply, office: Office): void
  /**
   * Who asks; undefined where no key was sent. Counted by key, and by address where there is none or a wrong one.
   * @throws NotAllowed for a key that is none of ours, or not for this; an error of status 429
   */
  find(request: FastifyRequest, reply: FastifyReply, office: Office, args: Args): Promise<Caller | undefined>
}

/** Callers, counted in the memory of this process. */
export function createCallers(): Callers {
  // For those without a key: a page of a map, or a village behind one address.
  const byAddress: Limit = createLimit(allowance({ burst: 600, everyMs: 100 }))
  const budget: Budget = createBudget()
  const count: Callers['count'] = (request, reply, office) => {
    const waitMs = byAddress.attempt(networkOf(request.ip), office.clock.now())
    if (waitMs > 0) tooMany(reply, waitMs)
  }
  return {
    count,
    find: async (request, reply, office, args) => {
      const presented = presentedKey(request, args)
      const caller = presented === undefined ? undefined : await findCaller(office, presented)
      if (!caller) count(request, reply, office)
      if (presented === undefined) return undefined
      if (!caller?.scopes.includes('open311')) throw new NotAllowed('open311.fault.key')
      const { waitMs } = budget.spend(caller, office.clock.now())
      if (waitMs > 0) tooMany(reply, waitMs)
      return caller
    },
  }
}

/** The key that came with a request: in its form or address as the standard says, or as a bearer token. */
function presentedKey(request: FastifyRequest, args: Args): string | undefined {
  const [, bearer] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  return bearer ?? args.get('api_key')
}

function tooMany(reply: FastifyReply, waitMs: number): never {
  reply.header('Retry-After', String(Math.ceil(waitMs / 1000)))
  throw Object.assign(new Error('too many requests'), { statusCode: 429 })
}
