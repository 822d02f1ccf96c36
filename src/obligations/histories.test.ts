import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  at,
  cn,
  done,
  FIVE,
  history,
  live,
  packs,
  rule,
  withHolidays,
} from '../../test/support/obligation-histories.ts'
import { computeDue, iso } from './due.ts'
import { applyStages, extend, isLate, isOwed, nextLook, openObligation, recompute, STAGES } from './rules.ts'

const runs = { numRuns: 600 }

test('the events alone give the obligation as it stands', () => {
  fc.assert(
    fc.property(history, given => {
      const { list, obligation } = live(given)
      expect(list).toEqual([obligation])
      expect(JSON.parse(JSON.stringify(obligation))).toEqual(obligation)
    }),
    runs,
  )
})

test('every stage is reached at most once, in order, whatever the clock does', () => {
  fc.assert(
    fc.property(history, given => {
      const { obligation, reached } = live(given)
      expect(new Set(obligation.stages).size).toBe(obligation.stages.length)
      expect(new Set(reached).size).toBe(reached.length)
      const order = reached.map(stage => STAGES.indexOf(stage))
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }),
    runs,
  )
})

test('a deadline is never lost: as long as anything is left to come there is a next look, and it finds it', () => {
  fc.assert(
    fc.property(history, given => {
      let { obligation } = live(given)
      for (let looks = 0; looks < 12; looks += 1) {
        const next = nextLook(obligation)
        if (next === undefined) break
        const look = applyStages(obligation, next)
        expect(look.events.length).toBeGreaterThan(0)
        obligation = look.obligation
      }
      expect(nextLook(obligation)).toBeUndefined()
      if (!isOwed(obligation)) return
      expect(obligation.status).toBe('missed')
      expect(obligation.stages).toEqual(
        expect.arrayContaining(['breached', 'unit-head', 'supervisor', 'unit-above']),
      )
    }),
    runs,
  )
})

test('a worker that was down for years catches up in one pass and finds nothing at the next', () => {
  fc.assert(
    fc.property(history, given => {
      const { obligation, now } = live(given)
      const later = now.add({ hours: 24 * 3000 })
      const once = applyStages(obligation, later)
      if (isOwed(obligation) && obligation.owedBy === 'institution') {
        const missing = (['breached', 'unit-head', 'supervisor', 'unit-above'] as const).filter(
          stage => !obligation.stages.includes(stage),
        )
        expect(once.reached).toEqual(missing)
      }
      expect(applyStages(once.obligation, later)).toEqual({
        obligation: once.obligation,
        reached: [],
        events: [],
      })
      expect(applyStages(once.obligation, now).events).toEqual([])
    }),
    runs,
  )
})

test('a firm date that was told never moves later by a calendar, and a resident never loses a day of theirs', () => {
  fc.assert(
    fc.property(history, given => {
      for (const { before, after, command } of live(given).seen) {
        if (command.do !== 'recompute' || !before.told || before.provisional) continue
        expect(after.due <= before.due).toBe(true)
        expect(after.provisional).toBe(false)
        if (before.owedBy === 'resident') expect(after.due).toBe(before.due)
      }
    }),
    runs,
  )
})

test('whatever days off are announced in its time, a told date stays and one not told moves to a fresh count', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('route', 'answer', FIVE, 'ask-review', 'silence'),
      fc.integer({ min: 0, max: 200 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 30 }),
      fc.boolean(),
      (id, days, off, told) => {
        const trigger = at('2026-03-02T10:00').add({ hours: 24 * days })
        const { obligation } = openObligation(rule(id), { id: 'o', trigger, told }, cn)
        const start = trigger.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
        const timing = withHolidays(off.map(day => start.add({ days: day }).toString()))
        const after = recompute(obligation, rule(id), { now: trigger }, timing).obligation
        const fresh = openObligation(rule(id), { id: 'o', trigger, told }, timing).obligation
        expect(after.due).toBe(told && !obligation.provisional ? obligation.due : fresh.due)
        expect(fresh.due >= obligation.due).toBe(true)
      },
    ),
    { numRuns: 200 },
  )
})

test('only an extension, a pause and a calendar move a date; nothing else restarts or hides a clock', () => {
  fc.assert(
    fc.property(history, given => {
      for (const { before, after, command, refused, now } of live(given).seen) {
        expect(after.trigger).toBe(before.trigger)
        expect(after.firstDue).toBe(before.firstDue)
        if (refused) expect(after).toBe(before)
        if (['wait', 'look', 'jump-to-look', 'tell', 'meet', 'cancel'].includes(command.do)) {
          expect(after.due).toBe(before.due)
        }
        if (command.do === 'extend' || command.do === 'pause') {
          if (!refused) expect(after.due >= before.due || !before.told || before.provisional).toBe(true)
          if (!refused) expect(isLate(before, now)).toBe(false)
        }
        if (before.status === 'missed') {
          expect(after.status).toBe('missed')
          expect(after.due).toBe(before.due)
        }
      }
    }),
    runs,
  )
})

test('all the time ever given stays within what the pack allows', () => {
  fc.assert(
    fc.property(history, given => {
      const { obligation, deadline } = live(given)
      expect(obligation.extensions.length).toBeLessThanOrEqual(deadline.extension?.times ?? 0)
      for (const cause of ['information', 'hearing']) {
        const allowed = deadline.pauses?.find(one => one.cause === cause)?.times ?? 0
        expect(obligation.pauses.filter(one => one.cause === cause).length).toBeLessThanOrEqual(allowed)
      }
    }),
    runs,
  )
})

test('with its own calendar, a date is what a fresh count of pauses and extensions gives', () => {
  fc.assert(
    fc.property(history, given => {
      const commands = given.commands.filter(one => one.do !== 'recompute')
      const { obligation, deadline, timing } = live({ ...given, commands })
      const { due } = computeDue({
        ...timing,
        trigger: Temporal.Instant.from(obligation.trigger),
        length: deadline.length,
        lastDay: deadline.lastDay,
        extensions: obligation.extensions,
        pauses: obligation.pauses.map(one => ({
          cause: one.cause,
          from: Temporal.Instant.from(one.from),
          to: Temporal.Instant.from(one.to ?? one.until),
        })),
      })
      // A pause that was cut short because the matter was done moves no date any more.
      if (obligation.metAt === undefined && obligation.cancelledAt === undefined)
        expect(obligation.due).toBe(iso(due))
    }),
    runs,
  )
})

test('an extension granted after a new holiday gives no more than it would have without the holiday', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 5 }),
      (days, holidays, n) => {
        const hotline = packs.get('cn-hotline-example@1')
        const deadline = hotline?.deadlines.find(one => one.id === 'answer-ordinary')
        if (deadline === undefined) throw new Error('no rule')
        const trigger = at('2026-03-02T10:00').add({ hours: 24 * days })
        const now = trigger.add({ minutes: 1 })
        const { obligation } = openObligation(deadline, { id: 'o', trigger, told: true }, cn)
        const start = trigger.toZonedDateTimeISO('Asia/Shanghai').toPlainDate()
        const before = holidays.map(day => start.add({ days: day }).toString())
        const timing = withHolidays(before.filter(date => `${date}T15:59:59.000Z` <= obligation.due))
        const granted = { length: { n, unit: 'workingDay' as const }, now, by: 's1', reasonGiven: true }
        const under = done(extend(obligation, deadline, granted, cn))
        const changed = done(
          extend(done(recompute(obligation, deadline, { now }, timing)), deadline, granted, timing),
        )
        expect(changed.due <= under.due).toBe(true)
        expect(changed.due > obligation.due).toBe(true)
      },
    ),
    { numRuns: 200 },
  )
})
