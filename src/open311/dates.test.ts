import { describe, expect, test } from 'vitest'
import { readInstant, writeInstant } from './dates.ts'

const zone = 'Asia/Shanghai'

describe('a date-time is read', () => {
  test.each([
    ['2010-01-01T00:00:00Z', '2010-01-01T00:00:00Z'],
    ['2010-01-01T00:00:00z', '2010-01-01T00:00:00Z'],
    ['2010-01-01T08:00:00+08:00', '2010-01-01T00:00:00Z'],
    ['2010-01-01T08:00:00+0800', '2010-01-01T00:00:00Z'],
    ['2010-01-01T08:00:00+08', '2010-01-01T00:00:00Z'],
    ['2009-12-31T17:00:00-07:00', '2010-01-01T00:00:00Z'],
    // A plus in an address that nobody wrote as %2B.
    ['2010-01-01T08:00:00 08:00', '2010-01-01T00:00:00Z'],
    ['2010-01-01 08:00:00+08:00', '2010-01-01T00:00:00Z'],
    ['2009-12-31T17:00:00GMT-07:00', '2010-01-01T00:00:00Z'],
    ['2010-01-01T00:00:00UTC', '2010-01-01T00:00:00Z'],
    ['2010-01-01T00:00:00.123456Z', '2010-01-01T00:00:00.123456Z'],
    ['2010-01-01T00:00Z', '2010-01-01T00:00:00Z'],
    // Without a zone, as a validator's isoformat() of the time in UTC.
    ['2010-01-01T00:00:00.123456', '2010-01-01T00:00:00.123456Z'],
  ])('%s', (typed, instant) => {
    expect(readInstant(typed, zone)?.toString()).toBe(instant)
  })

  test('a day alone is the town’s, from its first second to its last', () => {
    expect(readInstant('2010-01-02', zone, 'start')?.toString()).toBe('2010-01-01T16:00:00Z')
    expect(readInstant('2010-01-02', zone, 'end')?.toString()).toBe('2010-01-02T15:59:59Z')
  })

  test.each(['', 'yesterday', '2010', '2010-13-01', '2010-02-30', '2010-01-01T25:00:00Z', '01-31-2010', '0'])(
    'but not %j',
    typed => {
      expect(readInstant(typed, zone)).toBeUndefined()
    },
  )
})

test('a date-time is written with its zone and without a fraction', () => {
  const instant = Temporal.Instant.from('2026-03-02T01:02:03.999Z')
  expect(writeInstant(instant, zone)).toBe('2026-03-02T09:02:03+08:00')
  expect(writeInstant(instant, 'UTC')).toBe('2026-03-02T01:02:03+00:00')
  expect(writeInstant(instant, 'Europe/London')).toBe('2026-03-02T01:02:03+00:00')
})
