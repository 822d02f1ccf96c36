import type { Length } from '../packs/schema.ts'

/** A stretch in which a clock stands still, from `from` up to but not including `to`, cut off at its maximum. */
export type Stretch = { from: Temporal.Instant; to?: Temporal.Instant; cause: string; capped: boolean }

/** A pause as it is given: without `to` it is still running and ends at `max` at the latest. */
export type Pause = { from: Temporal.Instant; to?: Temporal.Instant; cause: string; max?: Length }

/**
 * Pauses as stretches, earliest first, each ended at its maximum. One that still runs and has no maximum keeps no
 * `to`: it stops nothing yet, so that a date counted meanwhile is the earliest possible one.
 */
export function stretches(
  pauses: readonly Pause[],
  limit: (from: { at: Temporal.Instant; max: Length }) => Temporal.Instant,
): Stretch[] {
  return pauses
    .map(({ from, to, cause, max }) => {
      const latest = max === undefined ? undefined : limit({ at: from, max })
      const capped = latest !== undefined && (to === undefined || isBefore(latest, to))
      const end = capped ? latest : to
      return { from, ...(end !== undefined && { to: end }), cause, capped }
    })
    .sort((a, b) => Temporal.Instant.compare(a.from, b.from))
}

/** The pause in which the clock stands still at an instant, or undefined while it is running. */
export function pauseAt(at: Temporal.Instant, paused: readonly Stretch[]): Stretch | undefined {
  return paused.find(({ from, to }) => to !== undefined && !isBefore(at, from) && isBefore(at, to))
}

/** The instant at which a clock started at `start` has run for so many milliseconds. */
export function runFor(start: Temporal.Instant, ms: number, paused: readonly Stretch[]): Temporal.Instant {
  let at = start
  let left = ms
  for (const { from, to } of paused) {
    if (to === undefined || !isBefore(at, to)) continue
    const until = isBefore(at, from) ? elapsed(at, from) : 0
    // A clock that runs out just as the pause begins has run out.
    if (until >= left) break
    left -= until
    at = to
  }
  return at.add({ milliseconds: left })
}

/** How many milliseconds a clock ran between two instants. */
export function ranBetween(
  start: Temporal.Instant,
  end: Temporal.Instant,
  paused: readonly Stretch[],
): number {
  let at = start
  let ran = 0
  for (const { from, to } of paused) {
    if (to === undefined || !isBefore(at, to)) continue
    if (!isBefore(from, end)) break
    if (isBefore(at, from)) ran += elapsed(at, from)
    at = to
  }
  return isBefore(at, end) ? ran + elapsed(at, end) : ran
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0
}

function elapsed(from: Temporal.Instant, to: Temporal.Instant): number {
  return to.epochMilliseconds - from.epochMilliseconds
}
