import type { FastifyReply, FastifyRequest } from 'fastify'
import { createBudget, type Spent } from '../access/budget.ts'
import { type Caller, findCaller } from '../access/reads.ts'
import { codeMatches } from '../cases/actions/file-case.ts'
import { type CaseView, findView } from '../cases/follow/view.ts'
import { findCaseByNumber } from '../cases/reads.ts'
import type { Actor } from '../org/may.ts'
import { findActorById } from '../org/reads.ts'
import { formatCaseNumber, parseCaseNumber } from '../platform/case-number.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { NotFound } from '../platform/errors.ts'
import type { Office } from '../platform/office.ts'
import { networkOf } from '../platform/rate-limit/address.ts'
import { createLimit } from '../platform/rate-limit/limit.ts'
import type { ReceiptLimit } from '../platform/rate-limit/receipt-limit.ts'
import { tooManyRequests } from '../platform/rate-limit/reply.ts'
import { allowance } from '../platform/rate-limit/rules.ts'
import type { Operation } from './operation.ts'
import { Refused } from './problem.ts'

/** Lets callers in: by their token, at their rate, to what it is good for. */
export type Guard = {
  /** @throws Refused, or an error of status 429. */
  admit(operation: Operation, office: Office, request: FastifyRequest, reply: FastifyReply): Promise<Caller>
  /** The case of the receipt that came with a request. @throws NotFound alike for a wrong number and a wrong code. */
  openReceipt(office: Office, request: FastifyRequest, reply: FastifyReply): Promise<CaseView>
}

/** The guard of this process, with what it remembers of who called how often; `receipts` counts wrong codes. */
export function createGuard(receipts: ReceiptLimit): Guard {
  const budget = createBudget()
  const strangers = createLimit(allowance({ burst: 60, everyMs: 1000 }))
  return {
    async admit({ who, scope }, office, request, reply) {
      const caller = await findCaller(office, bearerOf(request))
      if (!caller) {
        const waitMs = strangers.attempt(networkOf(request.ip), office.clock.now())
        if (waitMs > 0) throw tooMany(reply, waitMs)
        throw new Refused('no-token')
      }
      const spent = budget.spend(caller, office.clock.now())
      reply.headers(limitHeaders(spent))
      if (spent.waitMs > 0) throw tooMany(reply, spent.waitMs)
      if (scope && !caller.scopes.includes(scope)) throw new Refused('no-scope', scope)
      if (who === 'staff' && caller.staffId === undefined) throw new Refused('no-scope', scope)
      return caller
    },
    async openReceipt(office, request, reply) {
      const { number: typed } = request.params as { number: string }
      const parsed = parseCaseNumber(typed)
      const number = parsed ? formatCaseNumber(parsed) : ''
      const key = `${office.tenant.id}/${number}`
      const now = office.clock.now()
      const waitMs = receipts.attempt(request.ip, key, now, 'program')
      if (waitMs > 0) throw tooMany(reply, waitMs)
      const { id, pool } = { id: office.tenant.id, pool: office.pool }
      const found = await inSnapshot(pool, id, tx => findCaseByNumber(tx, number))
      const code = [request.headers['receipt-code'] ?? []].flat()[0] ?? ''
      // The same work and the same words, whether it is the number or the code that is wrong.
      if (!codeMatches(office, code, found?.receiptDigest) || !found) throw new NotFound('case')
      receipts.succeeded(request.ip, key)
      const view = await findView(office, found.id)
      if (!view) throw new NotFound('case')
      return view
    },
  }
}

/** Whom a token acts for, with what they may do now. @throws Refused where they have left. */
export async function actorOf(office: Office, { staffId }: Caller): Promise<Actor | undefined> {
  if (staffId === undefined) return undefined
  const actor = await inSnapshot(office.pool, office.tenant.id, tx => findActorById(tx, staffId))
  if (!actor) throw new Refused('no-token')
  return actor
}

function bearerOf({ headers }: FastifyRequest): string {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
}

// draft-ietf-httpapi-ratelimit-headers-10: what the token is good for, and where it stands.
function limitHeaders({ limit, remaining, resetMs }: Spent): Record<string, string> {
  return {
    'RateLimit-Policy': `"token";q=${limit};w=60`,
    RateLimit: `"token";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
  }
}

function tooMany(reply: FastifyReply, waitMs: number): Error {
  tooManyRequests(reply, waitMs)
  return Object.assign(new Error('too many requests'), { statusCode: 429 })
}
