import chineseDays from 'chinese-days'
import { expect, test } from 'vitest'
import { builtInCalendar } from './built-in-calendars.ts'
import { dayKind, isPublished, isWorked } from './calendar.ts'

const day = (date: string) => Temporal.PlainDate.from(date)

test('the Chinese calendar agrees with its source on every day it knows', () => {
  const cn = builtInCalendar('cn')
  for (let date = day('2004-01-01'); date.year <= 2026; date = date.add({ days: 1 })) {
    expect([date.toString(), isWorked(dayKind(cn, date))]).toEqual([
      date.toString(),
      chineseDays.isWorkday(date.toString()),
    ])
  }
})

test('a make-up day is worked though it is a Sunday, a holiday is not though it is a Thursday', () => {
  const cn = builtInCalendar('cn')
  expect(dayKind(cn, day('2026-01-04'))).toEqual({
    kind: 'makeup',
    name: { en: "New Year's Day", 'zh-CN': '元旦' },
  })
  expect(dayKind(cn, day('2026-10-01'))).toEqual({
    kind: 'holiday',
    name: { en: 'National Day', 'zh-CN': '国庆节' },
  })
})

test('a year that is not announced yet has weekends only, and says so', () => {
  const cn = builtInCalendar('cn')
  expect(isPublished(cn, day('2026-12-31'))).toBe(true)
  expect(isPublished(cn, day('2027-01-01'))).toBe(false)
  expect(dayKind(cn, day('2027-01-01')).kind).toBe('working')
  expect(dayKind(cn, day('2027-01-02')).kind).toBe('weekend')
  const until2025 = builtInCalendar('cn', [2024, 2025])
  expect(isPublished(until2025, day('2026-01-01'))).toBe(false)
  expect(until2025.version).not.toBe(cn.version)
})

test('plain weekdays and no calendar need no announcement', () => {
  const weekdays = builtInCalendar('weekdays')
  expect(isPublished(weekdays, day('2099-01-01'))).toBe(true)
  expect(dayKind(weekdays, day('2026-10-03')).kind).toBe('weekend')
  expect(dayKind(builtInCalendar('none'), day('2026-10-03')).kind).toBe('working')
})

test('another country is reckoned with its substitute days, half days and weekend', () => {
  const england = builtInCalendar('dh:GB-ENG')
  expect(dayKind(england, day('2026-12-28')).kind).toBe('holiday')
  expect(dayKind(england, day('2026-12-29')).kind).toBe('working')
  expect(dayKind(builtInCalendar('dh:AT'), day('2026-12-24'))).toMatchObject({
    kind: 'half',
    half: 'morning',
  })
  expect(builtInCalendar('dh:EG').weekend).toEqual([5, 6])
  const hongKong = dayKind(builtInCalendar('dh:HK', [2026]), day('2026-02-18'))
  expect(hongKong).toMatchObject({ kind: 'holiday', name: { 'zh-CN': '農曆年初二' } })
})

test('a calendar that does not exist, or on which nobody ever works, is refused', () => {
  expect(() => builtInCalendar('dh:XX')).toThrow(RangeError)
  expect(() => builtInCalendar('mars')).toThrow(RangeError)
  const idle = { ...builtInCalendar('weekdays'), weekend: [1, 2, 3, 4, 5, 6, 7] }
  expect(() => dayKind(idle, day('2026-01-01'))).toThrow('no working day')
})
