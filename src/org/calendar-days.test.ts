import { expect, test } from 'vitest'
import { dayKind, type WorkingCalendar } from '../obligations/calendar.ts'
import { readBilingual, readDays, withDay, withYear, writeBilingual, writeDays } from './calendar-days.ts'

const plain: WorkingCalendar = {
  id: 'weekdays',
  version: 'weekdays-1',
  weekend: [6, 7],
  published: 'always',
  years: {},
}
const friday = Temporal.PlainDate.from('2026-05-01')
const name = { en: 'Labour Day', 'zh-CN': '劳动节' }

test('a day becomes a holiday, half a day, and a plain day again, each in a version of its own', () => {
  const holiday = withDay(plain, { date: friday, kind: 'holiday', name })
  expect(dayKind(holiday, friday)).toEqual({ kind: 'holiday', name })
  expect(dayKind(plain, friday)).toEqual({ kind: 'working' })
  const half = withDay(holiday, { date: friday, kind: 'morning', name })
  expect(dayKind(half, friday)).toEqual({ kind: 'half', half: 'morning', name })
  const again = withDay(half, { date: friday, kind: 'plain', name })
  expect(dayKind(again, friday)).toEqual({ kind: 'working' })
  expect([holiday, half, again].map(one => one.version)).toEqual([
    'weekdays-1+1',
    'weekdays-1+2',
    'weekdays-1+3',
  ])
})

test('a Saturday is worked in exchange for a holiday', () => {
  const saturday = Temporal.PlainDate.from('2026-05-09')
  const calendar = withDay(plain, { date: saturday, kind: 'makeup', name })
  expect(dayKind(calendar, saturday)).toEqual({ kind: 'makeup', name })
})

test('a year is published whole, its days in order', () => {
  const { days } = readDays('holidays', '2027-05-01 劳动节 / Labour Day\n\n2027-01-01 元旦', 2027)
  const calendar = withYear(plain, '2027', { holidays: days, makeup: [] })
  expect(calendar.years['2027']?.holidays.map(day => day.date)).toEqual(['2027-01-01', '2027-05-01'])
  expect(writeDays(days)).toBe('2027-05-01 劳动节 / Labour Day\n2027-01-01 元旦')
})

test('each line that cannot be read is named with its number', () => {
  const { faults } = readDays(
    'holidays',
    '2027-02-30 No such day\n2026-01-01 Last year\n2027-01-02\n2027-01-03 A\n2027-01-03 B',
    2027,
  )
  expect(faults.map(fault => [fault.text, fault.values?.line])).toEqual([
    ['org.days.unreadable', 1],
    ['org.days.other-year', 2],
    ['org.days.no-name', 3],
    ['org.days.twice', 5],
  ])
})

test('a name in one line is read in either order', () => {
  const both = { en: 'East Village', 'zh-CN': '东村' }
  expect(readBilingual('东村 / East Village')).toEqual(both)
  expect(readBilingual('East Village/东村')).toEqual(both)
  expect(readBilingual('东村')).toEqual({ en: '东村', 'zh-CN': '东村' })
  expect(writeBilingual(both)).toBe('东村 / East Village')
})
