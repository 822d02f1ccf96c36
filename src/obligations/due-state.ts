import type { DeadlineRule } from '../packs/schema.ts'
import type { TimeAmount } from '../platform/i18n/time-left.ts'
import { dayKind, isWorked, type WorkingCalendar } from './calendar.ts'
import { isLate, isOwed, type Obligation, type Timing } from './obligation.ts'

/** How an obligation stands, in the terms of the due badge. */
export type DueState =
  | { state: 'running'; used: number; left: TimeAmount }
  | { state: 'paused' | 'met' | 'met-late' | 'cancelled' }

/** How an obligation stands at an instant: what is left of its time, in the unit its rule counts in. */
export function dueState(
  one: Obligation,
  rule: DeadlineRule | undefined,
  timing: Pick<Timing, 'calendar' | 'timeZone'>,
  now: Temporal.Instant,
): DueState {
  if (one.metAt) return { state: one.status === 'missed' ? 'met-late' : 'met' }
  if (!isOwed(one)) return { state: 'cancelled' }
  if (one.status === 'paused') return { state: 'paused' }
  const due = Temporal.Instant.from(one.due)
  const start = Temporal.Instant.from(one.trigger).epochMilliseconds
  const whole = Math.max(1, due.epochMilliseconds - start)
  return {
    state: 'running',
    used: (now.epochMilliseconds - start) / whole,
    left: isLate(one, now) ? overdue(due, timing, now) : leftUntil(due, rule, timing, now),
  }
}

function leftUntil(
  due: Temporal.Instant,
  rule: DeadlineRule | undefined,
  { calendar, timeZone }: Pick<Timing, 'calendar' | 'timeZone'>,
  now: Temporal.Instant,
): TimeAmount {
  const minutes = Math.floor((due.epochMilliseconds - now.epochMilliseconds) / 60_000)
  const unit = rule?.length.unit ?? 'calendarDay'
  const [today, last] = [now, due].map(at => at.toZonedDateTimeISO(timeZone).toPlainDate())
  if (!today || !last) throw new RangeError('no dates')
  if (unit === 'minute' || (unit === 'halfWorkingDay' && today.equals(last)))
    return minutes >= 120
      ? { amount: Math.floor(minutes / 60), unit: 'hour' }
      : { amount: minutes, unit: 'minute' }
  if (unit === 'calendarDay') return { amount: today.until(last).days, unit: 'day' }
  return { amount: workedDays(calendar, today, last), unit: 'working-day' }
}

// Late by a day from its first second on, also where the day after is a day off.
function overdue(
  due: Temporal.Instant,
  { timeZone }: Pick<Timing, 'timeZone'>,
  now: Temporal.Instant,
): TimeAmount {
  const minutes = Math.floor((now.epochMilliseconds - due.epochMilliseconds) / 60_000)
  const [last, today] = [due, now].map(at => at.toZonedDateTimeISO(timeZone).toPlainDate())
  const days = last && today ? last.until(today).days : 0
  if (days > 0) return { amount: -days, unit: 'day' }
  return minutes >= 60
    ? { amount: -Math.floor(minutes / 60), unit: 'hour' }
    : { amount: -Math.max(1, minutes), unit: 'minute' }
}

function workedDays(calendar: WorkingCalendar, after: Temporal.PlainDate, until: Temporal.PlainDate): number {
  let n = 0
  for (
    let date = after.add({ days: 1 });
    Temporal.PlainDate.compare(date, until) <= 0;
    date = date.add({ days: 1 })
  )
    if (isWorked(dayKind(calendar, date))) n += 1
  return n
}
