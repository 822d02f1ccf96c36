import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Length } from '../packs/schema.ts'
import type { WorkingCalendar } from './calendar.ts'
import { computeDue, type DueInput } from './due.ts'
import type { Pause } from './pauses.ts'

const HOURS: DueInput['hours'] = { morning: ['09:00', '12:00'], afternoon: ['14:00', '18:00'] }
const ZONES = ['Asia/Shanghai', 'America/New_York', 'Europe/London', 'Australia/Lord_Howe']

// The reference: slow, obvious, sharing nothing with the code under test. It walks through time in small steps and
// asks at each whether the thing to be counted has just been completed.

function isWorkedDay(calendar: WorkingCalendar, date: string): boolean {
  const year = calendar.years[date.slice(0, 4)]
  if (year?.makeup.some(day => day.date === date)) return true
  if (year?.holidays.some(day => day.date === date)) return false
  if (year?.halfDays?.some(day => day.date === date)) return true
  return !calendar.weekend.includes(new Date(`${date}T00:00:00Z`).getUTCDay() || 7)
}

function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

function local(ms: number, zone: string): { date: string; time: string } {
  const [date = '', rest = ''] = Temporal.Instant.fromEpochMilliseconds(ms)
    .toZonedDateTimeISO(zone)
    .toString()
    .split('T')
  return { date, time: rest.slice(0, 5) }
}

const lastSeconds = new Map<string, number>()

function lastSecond(date: string, zone: string): number {
  const known = lastSeconds.get(`${date} ${zone}`)
  if (known !== undefined) return known
  let ms = Date.parse(`${date}T00:00:00Z`) - 16 * 3_600_000
  while (local(ms, zone).date <= date) ms += 900_000
  while (local(ms, zone).date > date) ms -= 1000
  lastSeconds.set(`${date} ${zone}`, ms)
  return ms
}

function isPaused(input: DueInput, ms: number): boolean {
  return (input.pauses ?? []).some(
    ({ from, to }) => ms >= from.epochMilliseconds && to !== undefined && ms < to.epochMilliseconds,
  )
}

function slowDays(input: DueInput, length: Length, from: number): number {
  let { date } = local(from, input.timeZone)
  for (let n = 0; n < length.n; ) {
    date = nextDate(date)
    const counts = length.unit === 'calendarDay' || isWorkedDay(input.calendar, date)
    if (counts && !isPaused(input, lastSecond(date, input.timeZone))) n += 1
  }
  return lastSecond(date, input.timeZone)
}

function slowShift(input: DueInput, ms: number): number {
  let { date } = local(ms, input.timeZone)
  while (!isWorkedDay(input.calendar, date) || isPaused(input, lastSecond(date, input.timeZone)))
    date = nextDate(date)
  return lastSecond(date, input.timeZone)
}

function slowMinutes(input: DueInput, count: number, from: number): number {
  let ms = from
  for (let n = 0; n < count; ms += 60_000) if (!isPaused(input, ms)) n += 1
  return ms
}

// Minute by minute: a half day is begun when its first minute comes by, and counts when its end does.
function slowHalves(input: DueInput, count: number, from: number): number {
  const { calendar, hours, timeZone } = input
  let begun = ''
  let n = 0
  for (let ms = Math.ceil(from / 60_000) * 60_000; ; ms += 60_000) {
    const { date, time } = local(ms, timeZone)
    for (const half of ['morning', 'afternoon'] as const) {
      const off = calendar.years[date.slice(0, 4)]?.halfDays?.some(
        day => day.date === date && day.half !== half,
      )
      const isOff = off && !calendar.years[date.slice(0, 4)]?.makeup.some(day => day.date === date)
      if (!isWorkedDay(calendar, date) || isOff) continue
      if (time === hours[half][0]) begun = `${date} ${half}`
      if (time === hours[half][1] && begun === `${date} ${half}` && !isPaused(input, ms)) n += 1
      if (n === count) return ms
    }
  }
}

function slowDue(input: DueInput): number {
  let at = input.trigger.epochMilliseconds
  let unit = input.length.unit
  for (const length of [input.length, ...(input.extensions ?? []).map(one => one.length)]) {
    unit = length.unit
    if (unit === 'minute') at = slowMinutes(input, length.n, at)
    else if (unit === 'halfWorkingDay') at = slowHalves(input, length.n, at)
    else at = slowDays(input, length, at)
  }
  return input.lastDay === 'nextWorkingDay' && unit === 'calendarDay' ? slowShift(input, at) : at
}

const nothing = { en: 'a day', 'zh-CN': '某日' }
const anyDate = fc
  .integer({ min: 0, max: 1000 })
  .map(days => Temporal.PlainDate.from('2026-01-01').add({ days }).toString())
const named = (dates: string[]) => dates.map(date => ({ date, name: nothing }))

const anyCalendar = fc
  .record({
    weekend: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 3 }),
    holidays: fc.uniqueArray(anyDate, { maxLength: 200 }),
    makeup: fc.uniqueArray(anyDate, { maxLength: 30 }),
    morning: fc.uniqueArray(anyDate, { maxLength: 30 }),
  })
  .map(({ weekend, holidays, makeup, morning }): WorkingCalendar => {
    const of = (year: string) => ({
      holidays: named(holidays.filter(date => date.startsWith(year))),
      makeup: named(makeup.filter(date => date.startsWith(year))),
      halfDays: morning
        .filter(date => date.startsWith(year) && !holidays.includes(date))
        .map(date => ({ date, name: nothing, half: 'morning' as const })),
    })
    const years = { 2026: of('2026'), 2027: of('2027'), 2028: of('2028') }
    return { id: 'any', version: '1', weekend, published: 'listed', years }
  })

// Whole minutes, half of them around the changes of the clock in the zones above and around turns of years.
const CHANGES = [
  '2026-03-08T06:00Z',
  '2026-11-01T05:00Z',
  '2026-03-29T00:00Z',
  '2026-10-25T00:00Z',
  '2026-04-04T14:00Z',
  '2026-10-03T14:00Z',
  '2027-12-31T12:00Z',
  '2028-02-28T12:00Z',
].map(text => Date.parse(text.replace('Z', ':00Z')))
const anyTrigger = fc
  .oneof(
    fc.integer({
      min: Date.parse('2026-01-02T00:00:00Z') / 60_000,
      max: Date.parse('2028-06-01T00:00:00Z') / 60_000,
    }),
    fc
      .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -4000, max: 2000 }))
      .map(([at, minutes]) => at / 60_000 + minutes),
  )
  .map(minutes => Temporal.Instant.fromEpochMilliseconds(minutes * 60_000))

const anyPauses = (longest: number) =>
  fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: longest }),
      minutes: fc.integer({ min: 0, max: longest }),
      // As a pause does that is cut off at its maximum: it ends with the last second of a day.
      untilDaysEnd: fc.boolean(),
    }),
    { maxLength: 3 },
  )

function input(unit: Length['unit'], max: number, longest: number): fc.Arbitrary<DueInput> {
  return fc
    .record({
      trigger: anyTrigger,
      n: fc.integer({ min: 1, max }),
      more: fc.option(fc.integer({ min: 1, max }), { nil: undefined }),
      calendar: anyCalendar,
      timeZone: fc.constantFrom(...ZONES),
      lastDay: fc.constantFrom('asIs' as const, 'nextWorkingDay' as const),
      pauses: anyPauses(longest),
    })
    .map(({ n, more, pauses, trigger, ...rest }) => ({
      ...rest,
      trigger,
      hours: HOURS,
      length: { n, unit },
      extensions: more === undefined ? [] : [{ length: { n: more, unit } }],
      pauses: pauses.map(({ after, minutes, untilDaysEnd }): Pause => {
        const from = trigger.add({ minutes: after })
        const to = from.add({ minutes }).epochMilliseconds
        const end =
          untilDaysEnd && unit !== 'minute' ? lastSecond(local(to, rest.timeZone).date, rest.timeZone) : to
        return { cause: 'information', from, to: Temporal.Instant.fromEpochMilliseconds(end) }
      }),
    }))
}

const agree = (given: DueInput) => {
  expect(computeDue(given).due.toString()).toBe(
    Temporal.Instant.fromEpochMilliseconds(slowDue(given)).toString(),
  )
}

test('calendar days agree with a walk from day to day, across years, leap days and changes of the clock', () => {
  fc.assert(fc.property(input('calendarDay', 40, 30_000), agree), { numRuns: 150 })
})

test('working days agree with a walk from day to day, across holidays, make-up days and pauses', () => {
  fc.assert(fc.property(input('workingDay', 15, 30_000), agree), { numRuns: 150 })
})

test('half working days agree with a walk from minute to minute', () => {
  fc.assert(fc.property(input('halfWorkingDay', 3, 3000), agree), { numRuns: 60 })
})

test('minutes agree with a walk from minute to minute, whatever the wall clock does', () => {
  fc.assert(fc.property(input('minute', 500, 400), agree), { numRuns: 200 })
})

test('an extension counts on: the whole is the sum of its parts', () => {
  const whole = input('workingDay', 20, 30_000)
  fc.assert(
    fc.property(whole, fc.integer({ min: 1, max: 20 }), (given, n) => {
      const { length } = given
      const sum = computeDue({ ...given, length: { ...length, n: length.n + n }, extensions: [] })
      const parts = computeDue({ ...given, extensions: [{ length: { ...length, n } }] })
      expect(parts.due.toString()).toBe(sum.due.toString())
    }),
    { numRuns: 100 },
  )
})

test('a longer pause never brings a date forward, and nothing falls due during a pause', () => {
  fc.assert(
    fc.property(input('calendarDay', 20, 20_000), fc.integer({ min: 0, max: 5000 }), (given, minutes) => {
      const before = computeDue(given).due
      const pauses = (given.pauses ?? []).map(({ from, to, cause }) => ({
        from,
        cause,
        to: (to ?? from).add({ minutes }),
      }))
      const after = computeDue({ ...given, pauses }).due
      expect(Temporal.Instant.compare(after, before)).toBeGreaterThanOrEqual(0)
      expect(isPaused({ ...given, pauses }, after.epochMilliseconds)).toBe(false)
    }),
    { numRuns: 100 },
  )
})
