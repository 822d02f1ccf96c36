import { describe, expect, test } from 'vitest'
import { dateFormatFault, dateReader } from './date-format.ts'

const newYork = dateReader('MM/dd/yyyy hh:mm:ss a', 'America/New_York')
const read = (text: string) => newYork(text)?.toString()

describe('a date as New York writes it', () => {
  test.each([
    ['03/01/2011 02:27:57 PM', '2011-03-01T19:27:57Z'],
    ['3/1/2011 12:00:00 am', '2011-03-01T05:00:00Z'],
    ['07/01/2011 12:00:00 PM', '2011-07-01T16:00:00Z'],
    ['02/29/2012 01:05:09 AM', '2012-02-29T06:05:09Z'],
  ])('%s is %s', (text, instant) => {
    expect(read(text)).toBe(instant)
  })

  test.each([
    '02/30/2011 01:00:00 AM',
    '03/01/2011 13:00:00 PM',
    '03/01/2011 00:10:00 AM',
    '13/01/2011 01:00:00 AM',
    '03/01/2011',
    '2011-03-01 01:00:00 AM',
    '',
  ])('“%s” is none', text => {
    expect(newYork(text)).toBeUndefined()
  })

  test('a time that the clock leaps over is an hour later, and one that it shows twice the first', () => {
    expect(read('03/13/2011 02:30:00 AM')).toBe('2011-03-13T07:30:00Z')
    expect(read('11/06/2011 01:30:00 AM')).toBe('2011-11-06T05:30:00Z')
  })
})

test('other orders, and dates without a time, can be read', () => {
  expect(dateReader('dd.MM.yyyy HH:mm', 'Europe/Berlin')('24.12.2025 18:30')?.toString()).toBe(
    '2025-12-24T17:30:00Z',
  )
  expect(dateReader('yyyy年MM月dd日', 'Asia/Shanghai')('2026年1月5日')?.toString()).toBe(
    '2026-01-04T16:00:00Z',
  )
  expect(dateReader('yyyy-MM-ddTHH:mm:ss', 'UTC')('2026-01-05T08:00:00')?.toString()).toBe(
    '2026-01-05T08:00:00Z',
  )
})

test.each([
  ['MM/dd/yyyy hh:mm', 'hh and a belong together'],
  ['dd/MM HH:mm', 'yyyy is missing'],
  ['yyyy-MM-dd dd', 'each field once'],
  ['yyyy-MM-dd EEE', 'made of'],
])('the format “%s” is refused', (format, message) => {
  expect(dateFormatFault(format)).toContain(message)
})
