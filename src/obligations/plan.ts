import type { DeadlineRule, Length } from '../packs/schema.ts'
import { countDays, timeOf } from './count.ts'
import { computeDueOnly, iso } from './due.ts'
import { lateFrom, type Obligation, type Stage, type Timing } from './obligation.ts'
import { ranBetween, runFor, stretches } from './pauses.ts'
import { pausesOf } from './recount.ts'

/**
 * When each stage of a clock falls. Warnings come when the clock has run for a half and four fifths of its time,
 * pauses left out. The breach comes with the first second after the due time, and the escalations follow it by the
 * pack's lengths; those in days, like reminders, come when people are at their desks: as that day's morning begins.
 */
export function planOf(obligation: Obligation, rule: DeadlineRule, timing: Timing): Obligation['plan'] {
  const due = Temporal.Instant.from(obligation.due)
  if (rule.owedBy !== 'institution')
    return [...reminders(obligation, rule, timing), { stage: 'lapsed', at: iso(lateFrom(due)) }]
  const trigger = Temporal.Instant.from(obligation.trigger)
  const paused = stretches(pausesOf(obligation), ({ at }) => at)
  const time = ranBetween(trigger, due, paused)
  const steps = rule.length.unit === 'minute' ? timing.escalation.minutes : timing.escalation.days
  return inOrder([
    ['half', runFor(trigger, Math.floor(time / 2), paused)],
    ['four-fifths', runFor(trigger, Math.floor((time * 4) / 5), paused)],
    ['breached', lateFrom(due)],
    ['unit-head', after(due, steps.unitHead, timing)],
    ['supervisor', after(due, steps.supervisor, timing)],
    ['unit-above', after(due, steps.unitAbove, timing)],
  ])
}

function reminders(obligation: Obligation, rule: DeadlineRule, timing: Timing): Obligation['plan'] {
  const trigger = Temporal.Instant.from(obligation.trigger)
  const [first, second] = rule.reminders ?? []
  const plan: Obligation['plan'] = []
  if (first) plan.push({ stage: 'reminder-1', at: iso(after(trigger, first, timing)) })
  if (second) plan.push({ stage: 'reminder-2', at: iso(after(trigger, second, timing)) })
  return plan.filter(({ at }) => at < obligation.due)
}

function after(
  from: Temporal.Instant,
  length: { n: number; unit: Length['unit'] },
  timing: Timing,
): Temporal.Instant {
  if (length.n === 0) return lateFrom(from)
  if (length.unit === 'minute' || length.unit === 'halfWorkingDay') {
    return computeDueOnly({ ...timing, trigger: from, length, lastDay: 'asIs' }).due
  }
  const start = from.toZonedDateTimeISO(timing.timeZone).toPlainDate()
  const date = countDays({ ...timing, paused: [], provisional: false }, start, length)
  return timeOf(date, timing.hours.morning[0], timing.timeZone)
}

// A pack may give lengths of different kinds; whatever they come to, no stage overtakes the one before it.
function inOrder(stages: [Stage, Temporal.Instant][]): Obligation['plan'] {
  let last = stages[0]?.[1]
  return stages.map(([stage, at]) => {
    if (last === undefined || Temporal.Instant.compare(at, last) > 0) last = at
    return { stage, at: iso(last) }
  })
}
