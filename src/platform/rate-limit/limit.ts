import type { LimitRule } from './rules.ts'

/** Counts attempts by key, such as an address or a case number. */
export type Limit = {
  /** Counts an attempt and gives the milliseconds to wait first; 0 when it may go ahead. */
  attempt(key: string, now: Temporal.Instant): number
  /** Forgets what was counted for the key, after a success. */
  forgive(key: string): void
}

/**
 * A limit kept in the memory of this process, for at most `capacity` keys and at least the half used last.
 *
 * Not in PostgreSQL: a flood would then cost a write a request, which is what a flood wants. What memory loses is
 * small: a restart forgets waits of at most an hour, and several server processes allow that many times as much,
 * neither of which brings 10^16 receipt codes within reach. 50,000 keys take some 10 MB.
 */
export function createLimit<S>(rule: LimitRule<S>, capacity = 50_000): Limit {
  // Two generations, the older dropped whole when the newer is full. Taking out the least recently used key of one
  // Map instead cost 15 µs an attempt, because its iterator steps over every key deleted before.
  let newer = new Map<string, S>()
  let older = new Map<string, S>()
  return {
    attempt(key, now) {
      const { state, waitMs } = rule(newer.get(key) ?? older.get(key), now.epochMilliseconds)
      if (!newer.has(key) && newer.size >= capacity / 2) {
        older = newer
        newer = new Map()
      }
      newer.set(key, state)
      return waitMs
    },
    forgive(key) {
      newer.delete(key)
      older.delete(key)
    },
  }
}
