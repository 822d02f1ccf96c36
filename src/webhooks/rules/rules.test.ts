import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { caseEventTypes } from '../../cases/rules/evolve.ts'
import { translator } from '../../platform/i18n/translator.ts'
import { testType, webhookTypeOf, webhookTypes } from './event-types.ts'
import { isGivenUp, jitter, mostTries, nextTry } from './schedule.ts'

const now = Temporal.Instant.from('2026-03-02T01:00:00Z')
const secondsTo = (instant: Temporal.Instant | undefined) =>
  instant === undefined ? undefined : instant.since(now).total('seconds')

describe('the schedule of attempts', () => {
  test('is the one of the specification', () => {
    const waits = Array.from({ length: mostTries }, (_, i) => secondsTo(nextTry(i + 1, now, 0)))
    expect(waits).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, undefined])
  })

  const tries = fc.integer({ min: 1, max: mostTries - 1 })
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

  test('waits longer each time, never less than its step and never a fifth more, whatever chance says', () => {
    fc.assert(
      fc.property(tries, chance, chance, (n, some, other) => {
        const step = secondsTo(nextTry(n, now, 0)) ?? Number.NaN
        const wait = secondsTo(nextTry(n, now, some)) ?? Number.NaN
        expect(wait).toBeGreaterThanOrEqual(step)
        expect(wait).toBeLessThanOrEqual(step * (1 + jitter) + 0.001)
        const next = secondsTo(nextTry(n + 1, now, other))
        if (next !== undefined) expect(next).toBeGreaterThan(step)
      }),
    )
  })

  test('leaves a receiver alone for as long as it asks, up to a day', () => {
    fc.assert(
      fc.property(tries, chance, fc.nat(10_000_000), (n, some, asked) => {
        const wait = secondsTo(nextTry(n, now, some, asked)) ?? Number.NaN
        expect(wait).toBeGreaterThanOrEqual(Math.min(asked, 86_400))
        const ordinary = secondsTo(nextTry(n, now, some)) ?? Number.NaN
        expect(wait).toBeLessThanOrEqual(Math.max(ordinary, 86_400))
      }),
    )
  })

  test('gives an endpoint up after five days, not before', () => {
    expect(isGivenUp(now, now.add({ hours: 119, minutes: 59 }))).toBe(false)
    expect(isGivenUp(now, now.add({ hours: 120 }))).toBe(true)
  })
})

describe('what is told', () => {
  // A new event of the record is told or kept by somebody's decision, not by chance.
  const inside = [
    'party.named',
    'party.contact-confirmed',
    'recusal.added',
    'note.added',
    'identity.opened',
    'calendar.renewed',
    'notice.undelivered',
    'case.imported',
    'copy.taken',
    'copy.sent',
  ]

  test('is every event of a case but those that stay inside', () => {
    expect(caseEventTypes.filter(type => !webhookTypeOf(type)).toSorted()).toEqual(inside.toSorted())
  })

  test('has names that the specification recommends, and words in both languages', () => {
    for (const type of [...webhookTypes, testType]) {
      expect(type).toMatch(/^[a-z]+\.[a-z_]+$/)
      const key = `webhooks.type.${type.replace(/^\w+\./, '').replaceAll('_', '-')}`
      for (const lang of ['en', 'zh-CN'] as const) expect(translator(lang).stored(key)).not.toBe('')
    }
  })
})
