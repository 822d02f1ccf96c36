import type { DeadlineRule, Length } from '../packs/schema.ts'
import { endOfDay } from './count.ts'
import { computeDue, computeDueOnly, type Due, type DueInput, iso } from './due.ts'
import { isLate, type Obligation, type Timing } from './obligation.ts'
import type { Pause } from './pauses.ts'
import type { Step } from './steps.ts'

/** A due time counted anew: it may be held to what was told. */
export type Recount = Pick<Obligation, 'due' | 'provisional' | 'held'>

/**
 * Counts a due time on the calendar as it is now, pauses and extensions as they stand. A date held to what was told
 * goes on from there: the units waived then are not counted again.
 */
export function count(obligation: Obligation, rule: DeadlineRule, timing: Timing): Omit<Due, 'steps'> {
  const { by, held } = obligation
  if (by !== undefined)
    return { due: endOfDay(Temporal.PlainDate.from(by), timing.timeZone), provisional: false }
  const { due, provisional } = computeDueOnly(dueInput(obligation, rule, timing, held?.waived ?? 0))
  const isBefore = held !== undefined && iso(due) < held.due
  return { due: isBefore ? Temporal.Instant.from(held.due) : due, provisional }
}

/** The same count, step by step. */
export function countSteps(obligation: Obligation, rule: DeadlineRule, timing: Timing): Step[] {
  const { by, held, trigger } = obligation
  const { due, provisional } = count(obligation, rule, timing)
  const last: Step = { type: 'due', at: iso(due), provisional }
  if (by !== undefined) {
    const date = Temporal.Instant.from(trigger).toZonedDateTimeISO(timing.timeZone).toPlainDate().toString()
    return [{ type: 'trigger', at: trigger, date }, { type: 'promised', date: by }, last]
  }
  const counted = computeDue(dueInput(obligation, rule, timing, held?.waived ?? 0))
  if (counted.due.equals(due)) return counted.steps
  return [...counted.steps.slice(0, -1), { type: 'held', due: iso(due), counted: iso(counted.due) }, last]
}

/** The pauses of an obligation; each has its end. */
export function pausesOf(obligation: Pick<Obligation, 'pauses'>): (Pause & { to: Temporal.Instant })[] {
  return obligation.pauses.map(({ from, to, until, cause }) => ({
    from: Temporal.Instant.from(from),
    to: Temporal.Instant.from(to ?? until),
    cause,
  }))
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
    way < 0 && ((firm && obligation.owedBy !== 'institution') || isLate({ due: iso(fresh.due) }, now))
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
    const { due } = computeDueOnly(dueInput(obligation, unshifted, timing, waived))
    if (Temporal.Instant.compare(due, told) <= 0) break
    waived += 1
  }
  return waived
}

function dueInput(obligation: Obligation, rule: DeadlineRule, timing: Timing, waived: number): DueInput {
  const { calendar, hours, timeZone } = timing
  const length: Length = { ...rule.length, n: rule.length.n - waived }
  const trigger = Temporal.Instant.from(obligation.trigger)
  const { extensions } = obligation
  return {
    calendar,
    hours,
    timeZone,
    trigger,
    length,
    lastDay: rule.lastDay,
    pauses: pausesOf(obligation),
    extensions,
  }
}
