import { expect, test } from 'vitest'
import { loadPacks } from '../packs/load.ts'
import type { DeadlineRule } from '../packs/schema.ts'
import { builtInCalendar } from './built-in-calendars.ts'
import type { WorkingCalendar } from './calendar.ts'
import { iso } from './due.ts'
import {
  applyStages,
  type Change,
  cancel,
  extend,
  isRefused,
  meet,
  nextLook,
  type Obligation,
  openObligation,
  pause,
  type Refusal,
  recompute,
  resume,
  type Timing,
  timingOf,
} from './rules.ts'

const packs = loadPacks()
const cnPack = packs.get('cn-2022@1')
if (cnPack === undefined) throw new Error('no pack')
const published = builtInCalendar('cn')
const cn = timingOf(cnPack, published, 'Asia/Shanghai')
const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Shanghai').toInstant()
const shown = (due: string) =>
  Temporal.Instant.from(due).toZonedDateTimeISO('Asia/Shanghai').toPlainDateTime().toString()

// Five working days that the institution owes; the window of art. 23 is as long but is the unit's own.
const FIVE = 'five-days'

function rule(id: string): DeadlineRule {
  if (id === FIVE) return { ...rule('object'), id: FIVE, owedBy: 'institution' }
  const found = cnPack?.deadlines.find(one => one.id === id)
  if (found === undefined) throw new Error(`no ${id}`)
  return found
}

function open(id: string, trigger: string, timing = cn, told = true): Obligation {
  return openObligation(rule(id), { id: `${id}-1`, trigger: at(trigger), told }, timing).obligation
}

function done(change: Change | Refusal): Obligation {
  if (isRefused(change)) throw new Error(change.refused)
  return change.obligation
}

function withHolidays(dates: string[], version = 'changed', base: WorkingCalendar = published): Timing {
  const years = structuredClone(base.years)
  for (const date of dates) {
    const year = years[date.slice(0, 4)] ?? { holidays: [], makeup: [] }
    years[date.slice(0, 4)] = year
    year.holidays.push({ date, name: { en: 'A day off', 'zh-CN': '放假' } })
  }
  return { ...cn, calendar: { ...base, version, years } }
}

test('sixty days from acceptance, extended once by thirty, are ninety days', () => {
  const opened = open('answer', '2026-05-06T10:00')
  expect(shown(opened.due)).toBe('2026-07-06T23:59:59')
  const granted = {
    length: { n: 30, unit: 'calendarDay' as const },
    now: at('2026-06-01T09:00'),
    by: 's1',
    reasonGiven: true,
  }
  const extended = done(extend(opened, rule('answer'), granted, cn))
  expect(shown(extended.due)).toBe('2026-08-04T23:59:59')
  expect(extended.firstDue).toBe(opened.due)
  expect(extend(extended, rule('answer'), granted, cn)).toEqual({ refused: 'extension-used-up' })
  expect(extended.history.map(entry => entry.because)).toEqual(['opened', 'extended'])
})

test.each([
  ['31 days', { n: 31, unit: 'calendarDay' }, true, '2026-06-01T09:00', 'extension-too-long'],
  ['another kind of day', { n: 5, unit: 'workingDay' }, true, '2026-06-01T09:00', 'extension-too-long'],
  ['no reason', { n: 30, unit: 'calendarDay' }, false, '2026-06-01T09:00', 'reason-required'],
  ['the time already over', { n: 30, unit: 'calendarDay' }, true, '2026-07-07T00:00', 'already-missed'],
] as const)('an extension is refused for %s', (_, length, reasonGiven, when, code) => {
  const opened = open('answer', '2026-05-06T10:00')
  const result = extend(opened, rule('answer'), { length, now: at(when), by: 's1', reasonGiven }, cn)
  expect(result).toEqual({ refused: code })
})

test('a question to the resident stops the clock for fifteen days at most, and only once', () => {
  const opened = open('answer', '2026-05-06T10:00')
  const asked = { cause: 'information' as const, now: at('2026-05-11T10:00') }
  const paused = done(pause(opened, rule('answer'), asked, cn))
  expect(shown(paused.due)).toBe('2026-07-20T23:59:59')
  expect(nextLook(paused)).toEqual(at('2026-05-26T23:59:59'))
  expect(pause(paused, rule('answer'), asked, cn)).toEqual({ refused: 'already-paused' })

  const answered = done(resume(paused, rule('answer'), { now: at('2026-05-14T08:00') }, cn))
  expect(shown(answered.due)).toBe('2026-07-08T23:59:59')
  const again = { cause: 'information' as const, now: at('2026-05-20T10:00') }
  expect(pause(answered, rule('answer'), again, cn)).toEqual({ refused: 'pause-used-up' })

  const forgotten = applyStages(paused, at('2026-06-25T00:00'))
  expect(forgotten.events.map(event => event.type)).toEqual(['obligation.resumed', 'obligation.warned'])
  expect(shown(forgotten.obligation.due)).toBe('2026-07-20T23:59:59')
})

test('a hearing stops a final review until its planned end, which cannot be put off for ever', () => {
  const opened = open('final-review', '2026-05-06T10:00')
  const now = at('2026-05-11T10:00')
  expect(pause(opened, rule('final-review'), { cause: 'hearing', now }, cn)).toEqual({
    refused: 'pause-needs-end',
  })
  const never = { cause: 'hearing' as const, now, until: at('2099-01-01T00:00') }
  expect(pause(opened, rule('final-review'), never, cn)).toEqual({ refused: 'pause-end-too-far' })
  const planned = { cause: 'hearing' as const, now, until: at('2026-05-21T10:00') }
  expect(shown(done(pause(opened, rule('final-review'), planned, cn)).due)).toBe('2026-06-15T23:59:59')
  expect(pause(opened, rule('review'), planned, cn)).toEqual({ refused: 'pause-not-allowed' })
})

test('warnings at half and four fifths, the breach, then unit head, supervisor and the unit above', () => {
  let clock = open(FIVE, '2026-05-06T10:00')
  const reached: [string, string][] = []
  for (let next = nextLook(clock); next !== undefined; next = nextLook(clock)) {
    const look = applyStages(clock, next)
    for (const stage of look.reached) reached.push([stage, shown(iso(next))])
    clock = look.obligation
  }
  expect(shown(clock.due)).toBe('2026-05-12T23:59:59')
  expect(reached.map(([stage]) => stage)).toEqual([
    'half',
    'four-fifths',
    'breached',
    'unit-head',
    'supervisor',
    'unit-above',
  ])
  expect(Object.fromEntries(reached)).toMatchObject({
    breached: '2026-05-13T00:00:00',
    'unit-head': '2026-05-13T00:00:00',
    supervisor: '2026-05-14T09:00:00',
    'unit-above': '2026-05-19T09:00:00',
  })
})

test('thirty minutes are escalated within minutes, not days', () => {
  const hotline = packs.get('cn-hotline-example@1')
  const urgent = hotline?.deadlines.find(one => one.id === 'answer-urgent')
  if (hotline === undefined || urgent === undefined) throw new Error('no rule')
  const timing = timingOf(hotline, published, 'Asia/Shanghai')
  const { obligation } = openObligation(
    urgent,
    { id: 'o', trigger: at('2026-05-06T10:00'), told: true },
    timing,
  )
  expect(obligation.plan.map(({ stage, at: when }) => [stage, shown(when)])).toEqual([
    ['half', '2026-05-06T10:15:00'],
    ['four-fifths', '2026-05-06T10:24:00'],
    ['breached', '2026-05-06T10:30:01'],
    ['unit-head', '2026-05-06T10:30:01'],
    ['supervisor', '2026-05-06T10:45:00'],
    ['unit-above', '2026-05-06T11:30:00'],
  ])
})

test('what was done in the last second is in time; a second later it is missed, with the time it was done', () => {
  const opened = open(FIVE, '2026-05-06T10:00')
  expect(done(meet(opened, at('2026-05-12T23:59:59.9')))).toMatchObject({ status: 'met', stages: [] })
  const late = done(meet(opened, at('2026-05-13T00:00:00')))
  expect(late).toMatchObject({ status: 'missed', stages: ['breached'], metAt: '2026-05-12T16:00:00.000Z' })
  expect(nextLook(late)).toBeUndefined()
  expect(meet(late, at('2026-05-14T00:00'))).toEqual({ refused: 'not-running' })
})

test('a breach stays on the record when the case is withdrawn', () => {
  const breached = applyStages(open(FIVE, '2026-05-06T10:00'), at('2026-05-13T00:00')).obligation
  const withdrawn = done(cancel(breached, { now: at('2026-05-13T08:00'), because: 'withdrawn' }))
  expect(withdrawn.status).toBe('missed')
  expect(nextLook(withdrawn)).toBeUndefined()
  const early = done(
    cancel(open(FIVE, '2026-05-06T10:00'), { now: at('2026-05-07T08:00'), because: 'withdrawn' }),
  )
  expect(early.status).toBe('cancelled')
})

test('the window of a unit to object lapses without a breach', () => {
  const late = applyStages(open('object', '2026-05-06T10:00'), at('2026-06-06T00:00'))
  expect(late.reached).toEqual(['lapsed'])
})

test('a silent resident is reminded twice in the morning, then the window lapses; it is nobody’s breach', () => {
  const opened = open('silence', '2026-05-06T10:00')
  expect(opened.plan.map(({ stage, at: when }) => [stage, shown(when)])).toEqual([
    ['reminder-1', '2026-05-21T09:00:00'],
    ['reminder-2', '2026-05-31T09:00:00'],
    ['lapsed', '2026-06-06T00:00:00'],
  ])
  const late = applyStages(opened, at('2026-06-06T00:00'))
  expect(late.reached).toEqual(['lapsed'])
  expect(late.obligation.status).toBe('lapsed')
  expect(nextLook(late.obligation)).toBeUndefined()
})

test('a date in a year not announced is provisional and may move, until the year is announced', () => {
  const before = timingOf(cnPack, { ...builtInCalendar('cn', [2025]), version: '2025 only' }, 'Asia/Shanghai')
  const opened = open(FIVE, '2025-12-30T10:00', before)
  expect(opened).toMatchObject({ provisional: true })
  expect(shown(opened.due)).toBe('2026-01-06T23:59:59')
  const firm = recompute(opened, rule(FIVE), { now: at('2025-12-31T10:00') }, cn)
  expect(firm.obligation.provisional).toBe(false)
  expect(shown(firm.obligation.due)).toBe('2026-01-07T23:59:59')
  expect(firm.obligation.history.at(-1)).toMatchObject({ because: 'calendar' })
  expect(firm.events.map(event => event.type)).toEqual(['obligation.recomputed'])
  expect(recompute(firm.obligation, rule(FIVE), { now: at('2025-12-31T11:00') }, cn).events).toEqual([])
})

test('a holiday announced late does not move what was told, and its day is not made up for by a later extension', () => {
  const opened = open(FIVE, '2026-05-06T10:00')
  const timing = withHolidays(['2026-05-11'])
  const kept = recompute(opened, rule(FIVE), { now: at('2026-05-07T10:00') }, timing)
  expect(kept).toEqual({ obligation: opened, events: [] })
  const untold = open(FIVE, '2026-05-06T10:00', cn, false)
  const moved = recompute(untold, rule(FIVE), { now: at('2026-05-07T10:00') }, timing).obligation
  expect(shown(moved.due)).toBe('2026-05-13T23:59:59')
})

test('a holiday announced while the clock stands still gives nothing away when the resident answers early', () => {
  const hotline = packs.get('cn-hotline-example@1')
  const deadline = hotline?.deadlines.find(one => one.id === 'answer-ordinary')
  if (deadline === undefined) throw new Error('no rule')
  const trigger = at('2026-05-06T10:00')
  const { obligation } = openObligation(deadline, { id: 'o', trigger, told: true }, cn)
  const asked = { cause: 'information' as const, now: at('2026-05-07T10:00') }
  const paused = done(pause(obligation, deadline, asked, cn))
  expect([obligation.due, paused.due].map(shown)).toEqual(['2026-05-12T23:59:59', '2026-05-15T23:59:59'])
  const early = { now: at('2026-05-08T08:00') }
  const under = done(resume(paused, deadline, early, cn))
  const changed = done(resume(paused, deadline, early, withHolidays(['2026-05-14'])))
  expect(shown(under.due)).toBe('2026-05-13T23:59:59')
  expect(changed.due >= obligation.due && changed.due <= under.due).toBe(true)
})

test('a promised date is kept as promised, whatever the calendar', () => {
  const opening = { id: 'r', trigger: at('2026-05-06T10:00'), told: true, by: '2026-05-20' }
  const { obligation } = openObligation(rule('remedy'), opening, cn)
  expect(shown(obligation.due)).toBe('2026-05-20T23:59:59')
  const timing = withHolidays(['2026-05-20'])
  expect(recompute(obligation, rule('remedy'), { now: at('2026-05-07T10:00') }, timing).events).toEqual([])
})
