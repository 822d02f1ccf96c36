import { expect, test } from 'vitest'
import { movableClock, systemClock } from './clock.ts'

test('a clock for tests stands still until it is moved', () => {
  const clock = movableClock('2026-02-28T23:00:00Z')
  expect(String(clock.now())).toBe('2026-02-28T23:00:00Z')
  clock.advance({ hours: 36 })
  expect(String(clock.now())).toBe('2026-03-02T11:00:00Z')
  clock.advance('-PT1M')
  expect(String(clock.now())).toBe('2026-03-02T10:59:00Z')
  clock.set('2025-01-01T00:00:00Z')
  expect(String(clock.now())).toBe('2025-01-01T00:00:00Z')
})

test('the system clock tells the time of the machine', () => {
  expect(Math.abs(systemClock.now().epochMilliseconds - Date.now())).toBeLessThan(1000)
})
