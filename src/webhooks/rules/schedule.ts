/** Seconds from a failed attempt to the next. Source: Standard Webhooks 1.0.0, "Deliverability and reliability". */
const waits = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]

/** How often a message is tried: at once, and after each wait. */
export const mostTries = waits.length + 1

/** Part of a wait that is added by chance, so that what failed together does not come back together. */
export const jitter = 0.2

const longestAskedFor = 86_400

/**
 * When to try again after `tries` failed attempts; undefined when it was the last. `chance` is from 0 up to 1,
 * `retryAfter` the seconds that the receiver asked for: never sooner than that, and a day at the most.
 */
export function nextTry(
  tries: number,
  now: Temporal.Instant,
  chance: number,
  retryAfter = 0,
): Temporal.Instant | undefined {
  const wait = waits[tries - 1]
  if (wait === undefined) return undefined
  const seconds = Math.max(wait * (1 + jitter * chance), Math.min(retryAfter, longestAskedFor))
  return now.add({ milliseconds: Math.round(seconds * 1000) })
}

/** Days of nothing but failures after which an endpoint is disabled. */
export const patienceDays = 5

/** Whether an endpoint that has failed since then has failed for too long. */
export function isGivenUp(failingSince: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(failingSince.add({ hours: 24 * patienceDays }), now) <= 0
}
