/** What a limit remembers of one key after an attempt, and how long to wait: 0 when the attempt may go ahead. */
export type Step<S> = { state: S; waitMs: number }

/** Counts one attempt at `nowMs` (epoch milliseconds) against what is remembered of the key. */
export type LimitRule<S> = (state: S | undefined, nowMs: number) => Step<S>

/**
 * `burst` attempts at once and one more every `everyMs`, by the generic cell rate algorithm (ITU-T I.371): one number
 * a key is remembered, no window edge doubles the rate, and a refused attempt costs nothing.
 */
export function allowance({ burst, everyMs }: { burst: number; everyMs: number }): LimitRule<number> {
  return (state = 0, nowMs) => {
    // A clock set back must not shut anyone out: what is remembered is never more than a whole burst ahead.
    const arrival = Math.min(Math.max(state, nowMs), nowMs + burst * everyMs)
    const waitMs = Math.max(0, arrival - nowMs - (burst - 1) * everyMs)
    return { state: waitMs > 0 ? arrival : arrival + everyMs, waitMs }
  }
}

/** Failed attempts in a row, when the last was let through, and until when the next must wait (epoch milliseconds). */
export type Failures = { count: number; at: number; until: number }

/**
 * `free` failures cost nothing; each further one doubles the wait from `firstMs` up to `longestMs`; `forgetMs` without
 * an attempt wipes the slate. An attempt counts as failed when it starts, so that a thousand at once do not slip
 * through before the first is answered. One made during the wait is refused and does not lengthen it.
 */
export function backOff(rule: {
  free: number
  firstMs: number
  longestMs: number
  forgetMs: number
}): LimitRule<Failures> {
  return (state, nowMs) => {
    const jumpedBack = state !== undefined && nowMs < state.at
    // After a clock was set back the wait starts anew from now, so that it is never longer than it was meant to be.
    const known = jumpedBack ? { ...state, at: nowMs, until: nowMs + (state.until - state.at) } : state
    if (known && nowMs < known.until) return { state: known, waitMs: known.until - nowMs }
    const count = known && nowMs - known.at < rule.forgetMs ? known.count + 1 : 1
    // 2 ** 30 times any first wait is beyond every cap; without the bound the power would grow to Infinity.
    const doublings = Math.min(count - rule.free - 1, 30)
    const pause = doublings < 0 ? 0 : Math.min(rule.longestMs, rule.firstMs * 2 ** doublings)
    return { state: { count, at: nowMs, until: nowMs + pause }, waitMs: 0 }
  }
}
