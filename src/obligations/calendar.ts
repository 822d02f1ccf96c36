import type { Text } from '../packs/schema.ts'

/** A day off, or a weekend day worked in its place, by ISO date. */
type NamedDay = { date: string; name: Text }
/** A day of which only one half is worked. */
type HalfDay = NamedDay & { half: 'morning' | 'afternoon' }
/** What differs from the plain week in one year. */
export type CalendarYear = { holidays: NamedDay[]; makeup: NamedDay[]; halfDays?: HalfDay[] }

/**
 * A working calendar. `weekend` holds ISO weekdays (1 Monday … 7 Sunday). With `published: 'listed'` a year missing
 * from `years` is not announced yet, and a date counted into it is provisional; `'always'` needs no announcement.
 * A calendar is never changed in place: another content is another object with another `version`.
 */
export type WorkingCalendar = {
  id: string
  version: string
  weekend: number[]
  published: 'listed' | 'always'
  years: Record<string, CalendarYear>
}

/** What a day is on a calendar; `half` says which half is worked. */
export type DayKind =
  | { kind: 'working' }
  | { kind: 'makeup'; name: Text }
  | { kind: 'half'; half: 'morning' | 'afternoon'; name: Text }
  | { kind: 'weekend' }
  | { kind: 'holiday'; name: Text }

const indexes = new WeakMap<WorkingCalendar, Map<number, DayKind>>()

/** What a day is; in a year not published yet only the weekend is known. */
export function dayKind(calendar: WorkingCalendar, date: Temporal.PlainDate): DayKind {
  const special = index(calendar).get(date.year * 10_000 + date.month * 100 + date.day)
  if (special !== undefined) return special
  return calendar.weekend.includes(date.dayOfWeek) ? { kind: 'weekend' } : { kind: 'working' }
}

/** Whether people work on that day, if only half of it. */
export function isWorked(day: DayKind): boolean {
  return day.kind === 'working' || day.kind === 'makeup' || day.kind === 'half'
}

/** Whether the year of a date is announced, so that what is counted in it is firm. */
export function isPublished(calendar: WorkingCalendar, date: Temporal.PlainDate): boolean {
  return calendar.published === 'always' || calendar.years[String(date.year)] !== undefined
}

// A count looks at some ninety days; scanning the year's lists for each of them cost more than the whole rest.
function index(calendar: WorkingCalendar): Map<number, DayKind> {
  const known = indexes.get(calendar)
  if (known !== undefined) return known
  const days = new Map<number, DayKind>()
  // Counting on such a calendar would never end.
  if (new Set(calendar.weekend).size >= 7) throw new RangeError(`calendar ${calendar.id} has no working day`)
  for (const year of Object.values(calendar.years)) {
    for (const { date, name } of year.holidays) days.set(keyOf(date), { kind: 'holiday', name })
    for (const { date, name, half } of year.halfDays ?? [])
      days.set(keyOf(date), { kind: 'half', half, name })
    for (const { date, name } of year.makeup) days.set(keyOf(date), { kind: 'makeup', name })
  }
  indexes.set(calendar, days)
  return days
}

// 2026-10-01 as 20261001: a number is found faster than a text that must be made first.
function keyOf(date: string): number {
  return Number(date.replaceAll('-', ''))
}
