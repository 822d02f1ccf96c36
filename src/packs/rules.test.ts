import { expect, test } from 'vitest'
import { loadPacks } from './load.ts'
import { categoryPath, deadlineFor, deadlinesOn, findDeadline, leafCategories, urgencyOf } from './rules.ts'
import type { ObligationKind, Pack } from './schema.ts'
import { fill, notice, reviewRight } from './templates.ts'

const packs = loadPacks()
const generic = get('generic@1')
const cn = get('cn-2022@1')
const hotline = get('cn-hotline-example@1')
const about = { kind: 'grievance', urgency: 'ordinary', category: 'refuse' } as const

const numbers: [Pack, ObligationKind, number, string][] = [
  [generic, 'acknowledge', 2, 'workingDay'],
  [generic, 'answer', 30, 'calendarDay'],
  [generic, 'review', 30, 'calendarDay'],
  [generic, 'final-review', 30, 'calendarDay'],
  [generic, 'silence', 14, 'calendarDay'],
  [cn, 'route', 15, 'calendarDay'],
  [cn, 'accept', 15, 'calendarDay'],
  [cn, 'object', 5, 'workingDay'],
  [cn, 'answer', 60, 'calendarDay'],
  [cn, 'ask-review', 30, 'calendarDay'],
  [cn, 'review', 30, 'calendarDay'],
  [cn, 'ask-final-review', 30, 'calendarDay'],
  [cn, 'final-review', 30, 'calendarDay'],
  [hotline, 'route', 1, 'halfWorkingDay'],
  [hotline, 'answer', 5, 'workingDay'],
]

test.each(numbers.map(([pack, ...rest]) => [pack.id, ...rest, pack] as const))(
  'in %s, %s is due in %i (%s)',
  (_id, kind, n, unit, pack) => {
    expect(deadlineFor(pack, kind, about)?.length).toEqual({ n, unit })
  },
)

test('an answer may be extended once, by the head of the unit, by 30 days', () => {
  for (const pack of [generic, cn]) {
    expect(deadlineFor(pack, 'answer', about)?.extension).toMatchObject({
      max: { n: 30, unit: 'calendarDay' },
      times: 1,
      grantedBy: 'unit-head',
    })
  }
})

test('the hotline answers enquiries in 3 working days, ordinary matters in 5, urgent ones in 30 minutes', () => {
  const length = (urgency: 'enquiry' | 'ordinary' | 'urgent') =>
    deadlineFor(hotline, 'answer', { ...about, urgency })?.length
  expect(length('enquiry')).toEqual({ n: 3, unit: 'workingDay' })
  expect(length('ordinary')).toEqual({ n: 5, unit: 'workingDay' })
  expect(length('urgent')).toEqual({ n: 30, unit: 'minute' })
})

test('each number of the 2022 Regulations names its article, each other says that it is a local example', () => {
  const articles = Object.fromEntries(
    cn.deadlines.map(({ id, source }) => [id, source === 'local example' ? source : source.article?.en]),
  )
  expect(articles).toMatchObject({
    route: 'art. 22–23',
    accept: 'art. 23',
    object: 'art. 23',
    answer: 'art. 34',
    'ask-review': 'art. 35',
    review: 'art. 35',
    'ask-final-review': 'art. 36',
    'final-review': 'art. 36',
    silence: 'local example',
  })
  expect(cn.recusal.source).toMatchObject({ article: { en: 'art. 28' } })
  expect(cn.outcomes.map(outcome => outcome.code)).toEqual(['supported', 'explained', 'not-supported'])
  expect(cn.outcomes.every(outcome => outcome.hint.en.includes('art. 32'))).toBe(true)
})

test('only hearing time is left out of a final review, and without a maximum', () => {
  const rule = findDeadline(cn, 'final-review')
  expect(rule?.pauses).toMatchObject([
    { cause: 'hearing', max: null, source: { article: { en: 'art. 36' } } },
  ])
})

test('the most specific rule wins: category before urgency before kind, children of a category included', () => {
  const rule = findDeadline(generic, 'answer')
  if (rule === undefined) throw new Error('no rule')
  const special: Pack = {
    ...generic,
    deadlines: [
      rule,
      { ...rule, id: 'by-kind', appliesTo: { kinds: ['hazard'] } },
      { ...rule, id: 'by-urgency', appliesTo: { urgency: ['urgent'] } },
      { ...rule, id: 'by-category', appliesTo: { categories: ['streets'] } },
    ],
  }
  const found = (kind: 'hazard' | 'grievance', urgency: 'urgent' | 'ordinary', category: string) =>
    deadlineFor(special, 'answer', { kind, urgency, category })?.id
  expect(found('grievance', 'ordinary', 'refuse')).toBe('answer')
  expect(found('hazard', 'ordinary', 'refuse')).toBe('by-kind')
  expect(found('hazard', 'urgent', 'refuse')).toBe('by-urgency')
  expect(found('hazard', 'urgent', 'road-damage')).toBe('by-category')
})

test('a trigger starts one clock for each thing owed', () => {
  expect(deadlinesOn(generic, 'filed', about).map(rule => rule.id)).toEqual([
    'acknowledge',
    'route',
    'answer',
  ])
  expect(deadlinesOn(generic, 'sent-back', about).map(rule => rule.id)).toEqual(['answer-again'])
  const urgent = { ...about, urgency: 'urgent' } as const
  expect(deadlinesOn(hotline, 'filed', urgent).map(rule => rule.id)).toEqual(['route', 'answer-urgent'])
})

test('a question is an enquiry whatever it is about; else the category says how pressing it is', () => {
  expect(urgencyOf(generic, 'question', 'gas-smell')).toBe('enquiry')
  expect(urgencyOf(generic, 'hazard', 'gas-smell')).toBe('urgent')
  expect(urgencyOf(generic, 'hazard', 'no-such')).toBe('ordinary')
})

test('people choose among at least forty leaves, each with a way up to its group', () => {
  for (const pack of packs.values()) {
    expect(leafCategories(pack).length).toBeGreaterThanOrEqual(40)
    expect(categoryPath(pack, 'road-damage').map(one => one.code)).toEqual(['road-damage', 'streets'])
    expect(categoryPath(pack, 'no-such')).toEqual([])
  }
})

test('every answer says how to ask for review and where else to turn, in both languages', () => {
  for (const pack of packs.values()) {
    for (const language of ['en', 'zh-CN'] as const) {
      const right = reviewRight(pack, 'answer', language, '1 May')
      const values = { number: 'N', link: 'L', lead: 'A', outcome: 'O', institution: 'I', reviewRight: right }
      const { body } = notice(pack, 'answered', language, values)
      expect(body).toContain('1 May')
      for (const place of pack.whereElse) expect(body).toContain(place.name[language])
      expect(reviewRight(pack, 'review', language, '2 May')).toContain('2 May')
      expect(reviewRight(pack, 'final-review', language, '')).toBe(pack.review.afterFinal[language])
    }
  }
})

test('a notice with a gap is never sent', () => {
  expect(() => fill('by {due}', {})).toThrow('{due}')
})

function get(key: 'generic@1' | 'cn-2022@1' | 'cn-hotline-example@1'): Pack {
  const pack = packs.get(key)
  if (pack === undefined) throw new Error(`no ${key}`)
  return pack
}
