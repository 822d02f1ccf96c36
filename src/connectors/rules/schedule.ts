/** Seconds from a failure to the next try; the last one from then on. */
const waits = [5, 15, 60, 300, 900, 1800, 3600]

/** Part of a wait that is added by chance, so that what failed together does not come back together. */
const jitter = 0.2

const longestAskedFor = 86_400

/**
 * When to try again after `tries` failures in a row. `chance` is from 0 up to 1, `retryAfter` the seconds that the other
 * side asked for: never sooner than that, and a day at the most.
 */
export function nextTry(
  tries: number,
  now: Temporal.Instant,
  chance: number,
  retryAfter = 0,
): Temporal.Instant {
  const wait = waits[Math.min(Math.max(tries, 1), waits.length) - 1] ?? 0
  const seconds = Math.max(wait * (1 + jitter * chance), Math.min(retryAfter, longestAskedFor))
  return now.add({ milliseconds: Math.round(seconds * 1000) })
}

/** Days of nothing but failures after which a connection is paused. */
export const patienceDays = 5

/** Whether a connection that has failed since then has failed for too long. */
export function isGivenUp(failingSince: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(failingSince.add({ hours: 24 * patienceDays }), now) <= 0
}

/** A stretch of time that is asked for at once. */
export type Stretch = { from: Temporal.Instant; to: Temporal.Instant }

/** Clocks differ, and what is being written is not in a list yet: so much of what is known is asked for again. */
export const overlap = { minutes: 5 }
/** GeoReport allows 90 days in one question. */
const longest = { hours: 24 * 89 }

/** The questions that cover the time from what is known up to now, oldest first. */
export function stretches(until: Temporal.Instant, now: Temporal.Instant): Stretch[] {
  const found: Stretch[] = []
  let from = until.subtract(overlap)
  while (Temporal.Instant.compare(from, now) < 0) {
    const end = from.add(longest)
    const to = Temporal.Instant.compare(end, now) < 0 ? end : now
    found.push({ from, to })
    from = to
  }
  return found
}
