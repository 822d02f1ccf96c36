import { allowance } from '../platform/rate-limit/rules.ts'
import type { Caller } from './reads.ts'

/** Where a caller stands after a request. */
export type Spent = {
  /** Requests a minute. */
  limit: number
  /** Requests that may still be made at once. */
  remaining: number
  /** Milliseconds until the whole minute's worth is there again. */
  resetMs: number
  /** Milliseconds to wait first; 0 where the request may go ahead. */
  waitMs: number
}

/** Counts the requests of tokens. */
export type Budget = { spend(caller: Caller, now: Temporal.Instant): Spent }

const minute = 60_000

/** A budget in the memory of this process, with one number for each token in use; there are as many as were made. */
export function createBudget(): Budget {
  const arrivals = new Map<string, number>()
  return {
    spend({ tokenId, limitPerMinute: limit }, now) {
      const nowMs = now.epochMilliseconds
      const everyMs = minute / limit
      const { state, waitMs } = allowance({ burst: limit, everyMs })(arrivals.get(tokenId), nowMs)
      arrivals.set(tokenId, state)
      const resetMs = Math.max(0, state - nowMs)
      const remaining = Math.max(0, Math.floor(limit - resetMs / everyMs + 1e-6))
      return { limit, remaining, resetMs, waitMs: Math.ceil(waitMs) }
    },
  }
}
