/** Where the time comes from: the system's clock, or one that a test moves. */
export type Clock = { now(): Temporal.Instant }

/** The clock of the machine. */
export const systemClock: Clock = { now: () => Temporal.Now.instant() }

/** A clock that stands still until it is moved. */
export type MovableClock = Clock & {
  /** Moves on by a duration of hours or smaller units (`{ hours: 36 }`, `'PT36H'`); negative moves back. */
  advance(by: Temporal.Duration | Temporal.DurationLike | string): void
  /** Moves to an instant, earlier or later. */
  set(to: Temporal.Instant | string): void
}

/** A clock for tests and the demo that starts at `start` and moves only when told to. */
export function movableClock(start: Temporal.Instant | string): MovableClock {
  let now = Temporal.Instant.from(start)
  return {
    now: () => now,
    advance(by) {
      now = now.add(by)
    },
    set(to) {
      now = Temporal.Instant.from(to)
    },
  }
}
