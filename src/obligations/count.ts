import type { Length, WorkingHours } from '../packs/schema.ts'
import { type DayKind, dayKind, isPublished, isWorked, type WorkingCalendar } from './calendar.ts'
import { pauseAt, type Stretch } from './pauses.ts'
import type { Step } from './steps.ts'

/** A count under way; with `steps` it takes down each day it looked at. */
export type Counting = {
  calendar: WorkingCalendar
  hours: WorkingHours
  timeZone: string
  paused: readonly Stretch[]
  provisional: boolean
  steps?: Step[]
}

const HALVES = ['morning', 'afternoon'] as const

function note(counting: Counting, step: () => Step): void {
  counting.steps?.push(step())
}

/** The last of so many calendar or working days after a date. */
export function countDays(counting: Counting, after: Temporal.PlainDate, length: Length): Temporal.PlainDate {
  // Most clocks are opened with nothing to look at and nothing to take down, and a case opens several, each with its
  // whole plan.
  if (counting.steps !== undefined || counting.paused.length > 0) return countEach(counting, after, length)
  if (length.unit === 'calendarDay') return after.add({ days: length.n })
  const known = knownCounts(counting.calendar)
  const key = ((after.year * 100 + after.month) * 100 + after.day) * 1000 + length.n
  let found = length.n < 1000 ? known.get(key) : undefined
  if (found === undefined) {
    const apart = { ...counting, provisional: false }
    found = { date: countEach(apart, after, length), provisional: apart.provisional }
    if (length.n < 1000) known.set(key, found)
  }
  if (found.provisional) counting.provisional = true
  return found.date
}

type KnownCount = { date: Temporal.PlainDate; provisional: boolean }
const counts = new WeakMap<WorkingCalendar, Map<number, KnownCount>>()

// What is filed on one day counts the same working days over and over: a third of the cost of starting its clocks.
function knownCounts(calendar: WorkingCalendar): Map<number, KnownCount> {
  let known = counts.get(calendar)
  if (known === undefined || known.size > 10_000) {
    known = new Map()
    counts.set(calendar, known)
  }
  return known
}

function countEach(counting: Counting, after: Temporal.PlainDate, length: Length): Temporal.PlainDate {
  let date = after
  let n = 0
  while (n < length.n) {
    date = date.add({ days: 1 })
    if (length.unit === 'workingDay' && skipsDayOff(counting, date)) continue
    if (skipsPausedDay(counting, date)) continue
    n += 1
    const isWorking = length.unit === 'workingDay'
    note(counting, () => ({
      type: 'counted',
      date: date.toString(),
      n,
      ...(isWorking && remarks(counting, date)),
    }))
  }
  return date
}

/** When the last of so many half working days ends that begin at or after an instant. */
export function countHalves(counting: Counting, from: Temporal.Instant, count: number): Temporal.Instant {
  let date = from.toZonedDateTimeISO(counting.timeZone).toPlainDate()
  let n = 0
  for (;;) {
    if (!skipsDayOff(counting, date)) {
      const day = dayKind(counting.calendar, date)
      for (const half of HALVES) {
        if (day.kind === 'half' && day.half !== half) {
          note(counting, () => ({
            type: 'skipped',
            date: date.toString(),
            because: 'holiday',
            name: day.name,
            half,
          }))
          continue
        }
        const [start, end] = session(counting, date, half)
        if (Temporal.Instant.compare(start, from) < 0) {
          note(counting, () => ({ type: 'skipped', date: date.toString(), because: 'begun', half }))
          continue
        }
        if (skipsPause(counting, date, end, half)) continue
        n += 1
        note(counting, () => ({
          type: 'counted',
          date: date.toString(),
          n,
          half,
          ...remarks(counting, date),
        }))
        if (n === count) return end
      }
    }
    date = date.add({ days: 1 })
  }
}

/** The first day from a date on that is worked and at whose end the clock runs. */
export function shiftLastDay(counting: Counting, last: Temporal.PlainDate): Temporal.PlainDate {
  let date = last
  while (skipsDayOff(counting, date) || skipsPausedDay(counting, date)) {
    date = date.add({ days: 1 })
  }
  if (!date.equals(last))
    note(counting, () => ({ type: 'shifted', from: last.toString(), to: date.toString() }))
  return date
}

/** The last second of a day in a zone, also where the clock changes at midnight. */
export function endOfDay(date: Temporal.PlainDate, timeZone: string): Temporal.Instant {
  const next = date.add({ days: 1 }).toZonedDateTime(timeZone)
  return Temporal.Instant.fromEpochMilliseconds(next.epochMilliseconds - 1000)
}

function session(
  { hours, timeZone }: Pick<Counting, 'hours' | 'timeZone'>,
  date: Temporal.PlainDate,
  half: 'morning' | 'afternoon',
): [Temporal.Instant, Temporal.Instant] {
  const [start, end] = hours[half]
  return [timeOf(date, start, timeZone), timeOf(date, end, timeZone)]
}

/** An instant by local date and time; where the clock leaps over it, the time it leaps to. */
export function timeOf(date: Temporal.PlainDate, time: string, timeZone: string): Temporal.Instant {
  return date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).toInstant()
}

function skipsDayOff(counting: Counting, date: Temporal.PlainDate): boolean {
  const published = isPublished(counting.calendar, date)
  if (!published) counting.provisional = true
  const day = dayKind(counting.calendar, date)
  if (isWorked(day)) return false
  note(counting, () => ({ type: 'skipped', date: date.toString(), ...dayOff(day, published) }))
  return true
}

function dayOff(day: DayKind, published: boolean) {
  if (day.kind === 'holiday') return { because: 'holiday', name: day.name } as const
  return { because: 'weekend', ...(!published && { unpublished: true as const }) } as const
}

function skipsPausedDay(counting: Counting, date: Temporal.PlainDate): boolean {
  // Most clocks never pause, and the end of each day in the zone costs more than the rest of the count.
  return counting.paused.length > 0 && skipsPause(counting, date, endOfDay(date, counting.timeZone))
}

function skipsPause(
  counting: Counting,
  date: Temporal.PlainDate,
  end: Temporal.Instant,
  half?: 'morning' | 'afternoon',
): boolean {
  const pause = pauseAt(end, counting.paused)
  if (pause === undefined) return false
  const { cause } = pause
  note(counting, () => ({
    type: 'skipped',
    date: date.toString(),
    because: 'paused',
    cause,
    ...(half && { half }),
  }))
  return true
}

function remarks(counting: Counting, date: Temporal.PlainDate) {
  const day = dayKind(counting.calendar, date)
  return {
    ...(day.kind === 'makeup' && { makeup: day.name }),
    ...(!isPublished(counting.calendar, date) && { unpublished: true as const }),
  }
}
