import type { DeadlineRule, Length } from '../packs/schema.ts'
import { session } from './count.ts'
import { computeDue, iso } from './due.ts'
import { lateFrom, type Obligation, type Stage, type Timing } from './obligation.ts'
import { ranBetween, runFor, stretches } from './pauses.ts'

/**
 * When each stage of a clock falls. Warnings come when the clock has run for a half and four fifths of its time,
 * pauses left out. The breach comes with the first second after the due time, and the escalations follow it by the
 * pack's lengths; those in days, like reminders, come when people are at their desks: as that day's morning begins.
 */
export function planOf(obligation: Obligation, rule: DeadlineRule, timing: Timing): Obligation['plan'] {
  const due = Temporal.Instant.from(obligation.due)
  if (rule.owedBy === 'resident')
    return [...reminders(obligation, rule, timing), { stage: 'lapsed', at: iso(lateFrom(due)) }]
  const trigger = Temporal.Instant.from(obligation.trigger)
  const paused = pausesOf(obligation)
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

/** The pauses of an obligation as stretches; each has its end. */
export function pausesOf(obligation: Pick<Obligation, 'pauses'>) {
  const pauses = obligation.pauses.map(({ from, to, until, cause }) => ({
    from: Temporal.Instant.from(from),
    to: Temporal.Instant.from(to ?? until),
    cause,
  }))
  return stretches(pauses, ({ at }) => at)
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
  const { due } = computeDue({ ...timing, trigger: from, length, lastDay: 'asIs' })
  if (length.unit !== 'calendarDay' && length.unit !== 'workingDay') return due
  return session(timing, due.toZonedDateTimeISO(timing.timeZone).toPlainDate(), 'morning')[0]
}

// A pack may give lengths of different kinds; whatever they come to, no stage overtakes the one before it.
function inOrder(stages: [Stage, Temporal.Instant][]): Obligation['plan'] {
  let last = stages[0]?.[1]
  return stages.map(([stage, at]) => {
    if (last === undefined || Temporal.Instant.compare(at, last) > 0) last = at
    return { stage, at: iso(last) }
  })
}
