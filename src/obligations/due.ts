import type { DeadlineRule, Length, WorkingHours } from '../packs/schema.ts'
import type { WorkingCalendar } from './calendar.ts'
import { type Counting, countDays, countHalves, endOfDay, shiftLastDay } from './count.ts'
import { type Pause, runFor, type Stretch, stretches } from './pauses.ts'
import type { Step } from './steps.ts'

/** What a due time is counted from. */
export type DueInput = {
  trigger: Temporal.Instant
  length: Length
  lastDay: DeadlineRule['lastDay']
  calendar: WorkingCalendar
  hours: WorkingHours
  timeZone: string
  pauses?: readonly Pause[]
  extensions?: readonly { length: Length }[]
}

/** A due time, whether it may still move because a year is not published, and how it came about. */
export type Due = { due: Temporal.Instant; provisional: boolean; steps: Step[] }

/**
 * When something is due, and why, day by day.
 *
 * - The unit (day, half day) in which the trigger falls is not counted; a half day that begins at the trigger is.
 * - A deadline in days ends at 23:59:59 of its last day in the given zone, one in half days when that half ends;
 *   minutes are elapsed time, whatever the wall clock does.
 * - A day or half day counts when the clock is running as it ends. So a pause gives back one day for each midnight
 *   it spans, one within a single day gives back none, and nothing ever falls due during a pause.
 * - An extension goes on counting from the last day reached. The last-day rule is applied once, at the end.
 */
export function computeDue(input: DueInput): Due {
  const steps: Step[] = []
  return { ...run(input, steps), steps }
}

/** The same without the steps, for the many times that only the date is wanted: several times as fast. */
export function computeDueOnly(input: DueInput): Omit<Due, 'steps'> {
  return run(input)
}

function run(input: DueInput, steps?: Step[]): Omit<Due, 'steps'> {
  const { trigger, timeZone } = input
  const paused = stretches(input.pauses ?? [], from => pauseLimit(input, from))
  const counting: Counting = { ...input, paused, provisional: false, ...(steps && { steps }) }
  let at = trigger
  let date = trigger.toZonedDateTimeISO(timeZone).toPlainDate()
  let { unit } = input.length
  steps?.push({ type: 'trigger', at: iso(trigger), date: date.toString() }, ...paused.map(pauseStep))
  for (const length of [input.length, ...(input.extensions ?? []).map(extension => extension.length)]) {
    if (length !== input.length) steps?.push({ type: 'extended', length })
    unit = length.unit
    if (unit === 'minute' || unit === 'halfWorkingDay') {
      at = unit === 'minute' ? runFor(at, length.n * 60_000, paused) : countHalves(counting, at, length.n)
      date = at.toZonedDateTimeISO(timeZone).toPlainDate()
    } else {
      date = countDays(counting, date, length)
      at = endOfDay(date, timeZone)
    }
  }
  if (unit === 'calendarDay' && input.lastDay === 'nextWorkingDay') {
    at = endOfDay(shiftLastDay(counting, date), timeZone)
  }
  steps?.push({ type: 'due', at: iso(at), provisional: counting.provisional })
  return { due: at, provisional: counting.provisional }
}

/** When a pause that began at `from` ends at the latest. */
export function pauseLimit(
  context: Pick<DueInput, 'calendar' | 'hours' | 'timeZone'>,
  from: { at: Temporal.Instant; max: Length },
): Temporal.Instant {
  const { calendar, hours, timeZone } = context
  return run({ trigger: from.at, length: from.max, lastDay: 'asIs', calendar, hours, timeZone }).due
}

/** An instant as it stands in JSON and events: ISO, UTC, milliseconds. */
export function iso(instant: Temporal.Instant): string {
  // The same text as from the instant itself, in a tenth of the time; a case writes some fifty.
  return new Date(instant.epochMilliseconds).toISOString()
}

function pauseStep(pause: Stretch): Step {
  const to = pause.to === undefined ? undefined : iso(pause.to)
  return {
    type: 'paused',
    from: iso(pause.from),
    ...(to && { to }),
    cause: pause.cause,
    capped: pause.capped,
  }
}
