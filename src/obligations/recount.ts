import type { DeadlineRule, Length } from '../packs/schema.ts'
import { endOfDay } from './count.ts'
import { computeDue, type Due, iso } from './due.ts'
import { isLate, type Obligation, type Timing } from './obligation.ts'
import type { Step } from './steps.ts'

/** A due time counted anew: it may be held to what was told. */
export type Recount = Pick<Obligation, 'due' | 'provisional' | 'held'>

/**
 * Counts a due time on the calendar as it is now, pauses and extensions as they stand. A date held to what was told
 * goes on from there: the units waived then are not counted again.
 */
export function count(obligation: Obligation, rule: DeadlineRule, timing: Timing): Due {
  const { by, held } = obligation
  if (by !== undefined) return promised(obligation, by, timing)
  const waived = held?.waived ?? 0
  const counted = countWith(obligation, rule, timing, waived)
  if (held === undefined || Temporal.Instant.compare(counted.due, Temporal.Instant.from(held.due)) >= 0)
    return counted
  const { provisional } = counted
  const steps: Step[] = [
    ...counted.steps.slice(0, -1),
    { type: 'held', due: held.due, counted: iso(counted.due) },
    { type: 'due', at: held.due, provisional },
  ]
  return { due: Temporal.Instant.from(held.due), provisional, steps }
}

/**
 * What a changed calendar makes of a due time. A firm date that was told never moves later: it is held, and the units
 * that no longer fit before it are waived, so that a later extension or pause does not bring them back. A resident's
 * firm window does not move at all. No date moves into the past.
 */
export function recount(
  obligation: Obligation,
  rule: DeadlineRule,
  timing: Timing,
  now: Temporal.Instant,
): Recount {
  const fresh = count(obligation, rule, timing)
  const old = Temporal.Instant.from(obligation.due)
  const { held } = obligation
  const firm = obligation.told && !obligation.provisional
  const way = Temporal.Instant.compare(fresh.due, old)
  const stays =
    way < 0 && ((firm && obligation.owedBy === 'resident') || isLate({ due: iso(fresh.due) }, now))
  if (stays) return hold(obligation, held?.waived ?? 0)
  if (firm && way > 0) return hold(obligation, waivedUnits(obligation, rule, timing))
  return { due: iso(fresh.due), provisional: firm ? false : fresh.provisional, ...(held && { held }) }
}

function hold({ due, provisional }: Obligation, waived: number): Recount {
  return { due, provisional, held: { due, waived } }
}

// The fewest units to leave out so that the count ends no later than the date told.
function waivedUnits(obligation: Obligation, rule: DeadlineRule, timing: Timing): number {
  const told = Temporal.Instant.from(obligation.due)
  const unshifted: DeadlineRule = { ...rule, lastDay: 'asIs' }
  let waived = obligation.held?.waived ?? 0
  while (waived < rule.length.n - 1) {
    const { due } = countWith(obligation, unshifted, timing, waived)
    if (Temporal.Instant.compare(due, told) <= 0) break
    waived += 1
  }
  return waived
}

function countWith(obligation: Obligation, rule: DeadlineRule, timing: Timing, waived: number): Due {
  const length: Length = { ...rule.length, n: rule.length.n - waived }
  return computeDue({
    ...timing,
    trigger: Temporal.Instant.from(obligation.trigger),
    length,
    lastDay: rule.lastDay,
    pauses: obligation.pauses.map(({ from, to, until, cause }) => ({
      from: Temporal.Instant.from(from),
      to: Temporal.Instant.from(to ?? until),
      cause,
    })),
    extensions: obligation.extensions,
  })
}

function promised(obligation: Obligation, by: string, timing: Timing): Due {
  const due = endOfDay(Temporal.PlainDate.from(by), timing.timeZone)
  const start = Temporal.Instant.from(obligation.trigger).toZonedDateTimeISO(timing.timeZone).toPlainDate()
  const steps: Step[] = [
    { type: 'trigger', at: obligation.trigger, date: start.toString() },
    { type: 'promised', date: by },
    { type: 'due', at: iso(due), provisional: false },
  ]
  return { due, provisional: false, steps }
}
