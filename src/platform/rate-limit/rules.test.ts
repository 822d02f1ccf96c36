import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allowance, backOff, type Failures } from './rules.ts'

const start = Date.UTC(2026, 0, 1)
const gaps = fc.array(fc.nat(5000), { maxLength: 200 })

describe('an allowance', () => {
  const rules = fc.record({
    burst: fc.integer({ min: 1, max: 20 }),
    everyMs: fc.integer({ min: 1, max: 2000 }),
  })

  test('lets through no more than its burst and one for each interval, over any stretch of time', () => {
    fc.assert(
      fc.property(rules, gaps, (rule, steps) => {
        const step = allowance(rule)
        const passed: number[] = []
        let state: number | undefined
        let now = start
        for (const gap of steps) {
          now += gap
          const after = step(state, now)
          state = after.state
          if (after.waitMs === 0) passed.push(now)
        }
        for (const [i, from] of passed.entries())
          for (const [j, to] of passed.entries())
            if (j >= i)
              expect(j - i + 1).toBeLessThanOrEqual(rule.burst + Math.floor((to - from) / rule.everyMs))
      }),
    )
  })

  test('keeps its word: who waits as long as told is let through, and not a millisecond earlier', () => {
    fc.assert(
      fc.property(rules, gaps, (rule, steps) => {
        const step = allowance(rule)
        let state: number | undefined
        let now = start
        for (const gap of steps) {
          now += gap % 50
          const after = step(state, now)
          state = after.state
          if (after.waitMs === 0) continue
          expect(step(state, now + after.waitMs - 1).waitMs).toBe(1)
          expect(step(state, now + after.waitMs).waitMs).toBe(0)
        }
      }),
    )
  })

  test('never makes anyone wait longer than one interval, even when the clock is set back', () => {
    fc.assert(
      fc.property(rules, fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 100 }), (rule, jumps) => {
        const step = allowance(rule)
        let state: number | undefined
        let now = start
        for (const jump of jumps) {
          now += jump
          const after = step(state, now)
          state = after.state
          expect(after.waitMs).toBeLessThanOrEqual(rule.everyMs)
        }
      }),
    )
  })
})

describe('a back-off', () => {
  const rule = { free: 3, firstMs: 1000, longestMs: 60_000, forgetMs: 3_600_000 }
  const step = backOff(rule)

  test('lets the first failures pass, then doubles the wait up to the longest', () => {
    let state: Failures | undefined
    let now = start
    const waits: number[] = []
    for (let i = 0; i < 12; i++) {
      const allowed = step(state, now)
      expect(allowed.waitMs).toBe(0)
      state = allowed.state
      const { waitMs } = step(state, now)
      waits.push(state.until > now ? waitMs : 0)
      now = Math.max(now, state.until)
    }
    expect(waits).toEqual([0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })

  test('is not lengthened by trying during the wait', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(900), { maxLength: 50 }), tries => {
        let state: Failures | undefined
        for (let i = 0; i <= rule.free; i++) state = step(state, start).state
        const until = state?.until ?? 0
        for (const at of tries.sort((a, b) => a - b)) {
          const after = step(state, start + at)
          state = after.state
          expect(after.waitMs).toBe(until - start - at)
        }
        expect(step(state, until).waitMs).toBe(0)
      }),
    )
  })

  test('holds an attacker who never sleeps to the free tries and one for each longest wait', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 500 }), tries => {
        let state: Failures | undefined
        let now = start
        let passed = 0
        for (const gap of tries) {
          now += gap
          const after = step(state, now)
          state = after.state
          if (after.waitMs === 0) passed++
        }
        // Waits of 1, 2, 4 … s: six doublings take 63 s, from then on one a minute.
        expect(passed).toBeLessThanOrEqual(rule.free + 7 + (now - start) / rule.longestMs)
      }),
    )
  })

  test('forgets after long quiet', () => {
    let state: Failures | undefined
    for (let i = 0; i <= rule.free; i++) state = step(state, start).state
    state = step(state, start + rule.forgetMs).state
    expect(state).toEqual({ count: 1, at: start + rule.forgetMs, until: start + rule.forgetMs })
  })

  test('never makes anyone wait longer than the longest wait, even when the clock is set back', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 100 }), jumps => {
        let state: Failures | undefined
        let now = start
        for (const jump of jumps) {
          now += jump
          const after = step(state, now)
          state = after.state
          expect(after.waitMs).toBeLessThanOrEqual(rule.longestMs)
        }
      }),
    )
  })
})
