import { expect, test } from 'vitest'
import { loadPacks } from '../packs/load.ts'
import { builtInCalendar } from './built-in-calendars.ts'
import { explainObligation } from './explain.ts'
import { isRefused, openObligation, pause, recompute, type Timing, timingOf } from './rules.ts'

const pack = loadPacks().get('cn-2022@1')
if (pack === undefined) throw new Error('no pack')
const calendar = builtInCalendar('cn')
const timing = timingOf(pack, calendar, 'Asia/Shanghai')
const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Shanghai').toInstant()

function rule(id: string) {
  const found = pack?.deadlines.find(one => one.id === id)
  if (found === undefined) throw new Error(`no ${id}`)
  return found
}

test('a date is explained by its rule, article, trigger and every day counted or skipped', () => {
  const { obligation } = openObligation(
    rule('object'),
    { id: 'o', trigger: at('2026-09-29T10:00'), told: true },
    timing,
  )
  const explained = explainObligation(obligation, rule('object'), timing)
  expect(explained.rule.source).toMatchObject({ article: { 'zh-CN': '第二十三条' } })
  expect(explained.trigger).toEqual({ code: 'routed', at: '2026-09-29T02:00:00.000Z' })
  const days = explained.steps.flatMap(step =>
    step.type === 'counted'
      ? [step.date.slice(5)]
      : step.type === 'skipped'
        ? [`(${step.date.slice(5)})`]
        : [],
  )
  expect(days.join(' ')).toBe(
    '09-30 (10-01) (10-02) (10-03) (10-04) (10-05) (10-06) (10-07) 10-08 10-09 10-10 (10-11) 10-12',
  )
  expect(explained.steps).toContainEqual({
    type: 'counted',
    date: '2026-10-10',
    n: 4,
    makeup: { en: 'National Day', 'zh-CN': '国庆节' },
  })
  expect(explained.result).toMatchObject({
    due: '2026-10-12T15:59:59.000Z',
    provisional: false,
    timeZone: 'Asia/Shanghai',
  })
})

test('a shifted last day names the article that shifts it', () => {
  const { obligation } = openObligation(
    rule('route'),
    { id: 'o', trigger: at('2026-09-18T10:00'), told: true },
    timing,
  )
  const explained = explainObligation(obligation, rule('route'), timing)
  expect(explained.steps).toContainEqual({ type: 'shifted', from: '2026-10-03', to: '2026-10-08' })
  expect(explained.rule.lastDaySource).toMatchObject({ article: { en: 'art. 203' } })
})

test('a pause is shown with its source and the days it gave back', () => {
  const { obligation } = openObligation(
    rule('answer'),
    { id: 'o', trigger: at('2026-05-06T10:00'), told: true },
    timing,
  )
  const asked = { cause: 'information' as const, now: at('2026-05-11T10:00') }
  const paused = pause(obligation, rule('answer'), asked, timing)
  if (isRefused(paused)) throw new Error(paused.refused)
  const explained = explainObligation(paused.obligation, rule('answer'), timing)
  expect(explained.pauses).toMatchObject([{ cause: 'information', source: 'local example' }])
  expect(explained.steps.filter(step => step.type === 'skipped' && step.because === 'paused')).toHaveLength(
    15,
  )
  expect(explained.history.map(entry => entry.because)).toEqual(['opened', 'paused'])
})

test('a date that holds against a later calendar says so, and what the calendar would have made of it', () => {
  const { obligation } = openObligation(
    rule('ask-review'),
    { id: 'o', trigger: at('2026-05-06T10:00'), told: true },
    timing,
  )
  const years = structuredClone(calendar.years)
  years['2026']?.holidays.push({ date: '2026-06-05', name: { en: 'A day off', 'zh-CN': '放假' } })
  const changed: Timing = { ...timing, calendar: { ...calendar, version: 'changed', years } }
  const kept = recompute(obligation, rule('ask-review'), { now: at('2026-05-07T10:00') }, changed).obligation
  const explained = explainObligation(kept, rule('ask-review'), changed)
  expect(explained.steps.slice(-2)).toEqual([
    { type: 'held', due: '2026-06-05T15:59:59.000Z', counted: '2026-06-08T15:59:59.000Z' },
    { type: 'due', at: '2026-06-05T15:59:59.000Z', provisional: false },
  ])
  expect(explained.result).toMatchObject({
    due: '2026-06-05T15:59:59.000Z',
    counted: '2026-06-08T15:59:59.000Z',
  })
})

test('a promised date is explained as promised', () => {
  const opening = { id: 'r', trigger: at('2026-05-06T10:00'), told: true, by: '2026-05-20' }
  const { obligation } = openObligation(rule('remedy'), opening, timing)
  const explained = explainObligation(obligation, rule('remedy'), timing)
  expect(explained.steps.map(step => step.type)).toEqual(['trigger', 'promised', 'due'])
})
