import { expect, test } from 'vitest'
import { builtInCalendar } from './built-in-calendars.ts'
import { computeDue, type DueInput } from './due.ts'
import type { Pause } from './pauses.ts'

const HOURS: DueInput['hours'] = { morning: ['09:00', '12:00'], afternoon: ['14:00', '18:00'] }
const cn = builtInCalendar('cn')
const shanghai = { hours: HOURS, timeZone: 'Asia/Shanghai', calendar: cn, lastDay: 'asIs' as const }
const at = (text: string, zone = 'Asia/Shanghai') =>
  Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant()
const shown = (due: { due: Temporal.Instant }, zone = 'Asia/Shanghai') =>
  due.due.toZonedDateTimeISO(zone).toPlainDateTime().toString()

test('five working days before the Spring Festival of 2026 skip the festival and count both make-up Saturdays', () => {
  const due = computeDue({
    ...shanghai,
    trigger: at('2026-02-12T10:00'),
    length: { n: 5, unit: 'workingDay' },
  })
  expect(shown(due)).toBe('2026-02-26T23:59:59')
  expect(due.provisional).toBe(false)
  const counted = due.steps.filter(step => step.type === 'counted')
  expect(counted.map(step => step.date)).toEqual([
    '2026-02-13',
    '2026-02-14',
    '2026-02-24',
    '2026-02-25',
    '2026-02-26',
  ])
  expect(counted[1]).toMatchObject({ makeup: { 'zh-CN': '春节' } })
  expect(due.steps.filter(step => step.type === 'skipped')).toHaveLength(9)
})

test('half a working day: a morning filing is due that evening, an evening filing the next noon', () => {
  const half = { ...shanghai, length: { n: 1, unit: 'halfWorkingDay' as const } }
  expect(shown(computeDue({ ...half, trigger: at('2026-03-10T10:00') }))).toBe('2026-03-10T18:00:00')
  expect(shown(computeDue({ ...half, trigger: at('2026-03-10T09:00') }))).toBe('2026-03-10T12:00:00')
  expect(shown(computeDue({ ...half, trigger: at('2026-03-10T13:00') }))).toBe('2026-03-10T18:00:00')
  expect(shown(computeDue({ ...half, trigger: at('2026-03-10T20:00') }))).toBe('2026-03-11T12:00:00')
  expect(shown(computeDue({ ...half, trigger: at('2026-09-30T16:00') }))).toBe('2026-10-08T12:00:00')
})

test('thirty minutes are thirty minutes while the clock is put back', () => {
  const due = computeDue({
    ...shanghai,
    timeZone: 'America/New_York',
    trigger: Temporal.Instant.from('2026-11-01T05:45Z'),
    length: { n: 30, unit: 'minute' },
  })
  expect(due.due.toString()).toBe('2026-11-01T06:15:00Z')
  expect(shown(due, 'America/New_York')).toBe('2026-11-01T01:15:00')
})

test('thirty days from 30 January end on 29 February or 1 March, whichever the year has', () => {
  const days = { ...shanghai, length: { n: 30, unit: 'calendarDay' as const } }
  expect(shown(computeDue({ ...days, trigger: at('2028-01-30T12:00') }))).toBe('2028-02-29T23:59:59')
  expect(shown(computeDue({ ...days, trigger: at('2026-01-30T12:00') }))).toBe('2026-03-01T23:59:59')
})

test('a last day in the National Day holiday moves to the first working day after it, if the rule says so', () => {
  const given = {
    ...shanghai,
    trigger: at('2026-09-02T12:00'),
    length: { n: 30, unit: 'calendarDay' as const },
  }
  expect(shown(computeDue(given))).toBe('2026-10-02T23:59:59')
  const moved = computeDue({ ...given, lastDay: 'nextWorkingDay' })
  expect(shown(moved)).toBe('2026-10-08T23:59:59')
  expect(moved.steps).toContainEqual({ type: 'shifted', from: '2026-10-02', to: '2026-10-08' })
})

test('a date counted into a year not announced yet is provisional, one in plain days is not', () => {
  const december = { ...shanghai, trigger: at('2026-12-28T12:00') }
  const working = computeDue({ ...december, length: { n: 10, unit: 'workingDay' } })
  expect(working.provisional).toBe(true)
  expect(
    working.steps.filter(step => 'unpublished' in step).map(step => 'date' in step && step.date)[0],
  ).toBe('2027-01-01')
  expect(computeDue({ ...december, length: { n: 10, unit: 'calendarDay' } }).provisional).toBe(false)
  const shifted = computeDue({
    ...december,
    length: { n: 10, unit: 'calendarDay' },
    lastDay: 'nextWorkingDay',
  })
  expect(shifted.provisional).toBe(true)
})

test('a pause gives back one day for each midnight it spans, up to its maximum', () => {
  const days = {
    ...shanghai,
    trigger: at('2026-03-02T10:00'),
    length: { n: 30, unit: 'calendarDay' as const },
  }
  const with_ = (pause: Omit<Pause, 'cause'>) =>
    shown(computeDue({ ...days, pauses: [{ ...pause, cause: 'information' }] }))
  expect(shown(computeDue(days))).toBe('2026-04-01T23:59:59')
  expect(with_({ from: at('2026-03-05T09:00'), to: at('2026-03-05T17:00') })).toBe('2026-04-01T23:59:59')
  expect(with_({ from: at('2026-03-05T09:00'), to: at('2026-03-08T17:00') })).toBe('2026-04-04T23:59:59')
  const max = { n: 5, unit: 'calendarDay' } as const
  expect(with_({ from: at('2026-03-05T09:00'), to: at('2026-03-25T17:00'), max })).toBe('2026-04-06T23:59:59')
  expect(with_({ from: at('2026-03-05T09:00'), max })).toBe('2026-04-06T23:59:59')
  expect(with_({ from: at('2026-04-01T23:00'), to: at('2026-04-02T08:00') })).toBe('2026-04-02T23:59:59')
})

test('sixty days are counted in well under a millisecond', () => {
  const given = {
    ...shanghai,
    trigger: at('2026-03-02T10:00'),
    length: { n: 60, unit: 'workingDay' as const },
  }
  const start = performance.now()
  for (let n = 0; n < 200; n += 1) computeDue(given)
  expect((performance.now() - start) / 200).toBeLessThan(5)
})
