import { expect, test } from 'vitest'
import { readRetryAfter } from './retry-after.ts'

const now = Temporal.Instant.from('2026-03-02T01:00:00Z')

test.each([
  ['120', 120],
  ['Mon, 02 Mar 2026 01:00:30 GMT', 30],
  ['Mon, 02 Mar 2026 00:00:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
])('Retry-After: %s', (header, seconds) => {
  expect(readRetryAfter(header, now)).toBe(seconds)
})

test('a number that makes no sense does no harm', () => {
  expect(readRetryAfter('-5', now) ?? 0).toBeGreaterThanOrEqual(0)
})
