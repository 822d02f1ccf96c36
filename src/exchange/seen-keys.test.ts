import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seenKeys } from './seen-keys.ts'

test('a key is known by the line it stood on first, whatever came between', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 3000, size: 'max' }), keys => {
      const seen = seenKeys()
      const lines = new Map<string, number>()
      for (const [at, key] of keys.entries()) {
        expect(seen.note(key, at + 2)).toBe(lines.get(key))
        if (!lines.has(key)) lines.set(key, at + 2)
      }
    }),
    { numRuns: 20 },
  )
})

test('a million keys are told apart in 25 MB, and as much again that is not cleared away yet', () => {
  const seen = seenKeys()
  const before = process.memoryUsage().arrayBuffers
  for (let n = 1; n <= 1_000_000; n++) if (seen.note(`K-${n}`, n) !== undefined) throw new Error(`K-${n}`)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60_000_000)
  expect([seen.note('K-1', 1), seen.note('K-999999', 1), seen.note('K-0', 7)]).toEqual([
    1,
    999_999,
    undefined,
  ])
})
