import fc from 'fast-check'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { formatDate, formatDateTime, formatPlainDate, formatShortDate, formatTime } from './dates.ts'
import { chooseLanguage } from './languages.ts'
import { compileMessage } from './message.ts'
import { formatDuration, timeLeft } from './time-left.ts'
import { translator } from './translator.ts'

const instant = Temporal.Instant.from('2026-03-13T16:05:00Z')

describe('dates and times', () => {
  it('are said as people say them, in the time zone of the place', () => {
    expect(formatDate(instant, 'en', 'Asia/Shanghai')).toBe('Saturday 14 March 2026')
    expect(formatDate(instant, 'zh-CN', 'Asia/Shanghai')).toBe('2026年3月14日（星期六）')
    expect(formatDate(instant, 'en', 'Europe/London')).toBe('Friday 13 March 2026')
    expect(formatShortDate(instant, 'zh-CN', 'Asia/Shanghai')).toBe('2026年3月14日')
    expect(formatDateTime(instant, 'en', 'Asia/Shanghai')).toBe('14 March 2026, 00:05')
    expect(formatDateTime(instant, 'zh-CN', 'Asia/Shanghai')).toBe('2026年3月14日 00:05')
    expect(formatPlainDate(Temporal.PlainDate.from('2028-02-29'), 'en')).toBe('Tuesday 29 February 2028')
  })

  it('agree with the calendar for any minute and zone', () => {
    const zones = fc.constantFrom(
      'Asia/Shanghai',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'UTC',
    )
    const minutes = fc.integer({ min: 0, max: 60_000_000 })
    fc.assert(
      fc.property(minutes, zones, (minute, zone) => {
        const at = Temporal.Instant.fromEpochMilliseconds(minute * 60_000)
        const local = at.toZonedDateTimeISO(zone)
        expect(formatShortDate(at, 'zh-CN', zone)).toBe(`${local.year}年${local.month}月${local.day}日`)
        expect(formatTime(at, 'en', zone)).toBe(local.toPlainTime().toString({ smallestUnit: 'minute' }))
      }),
    )
  })
})

describe('what is left of a time', () => {
  it('is counted, with the right plural', () => {
    const t = translator('en')
    expect(timeLeft(t, { amount: 1, unit: 'day' })).toBe('1 day left')
    expect(timeLeft(t, { amount: -3, unit: 'hour' })).toBe('3 hours overdue')
    expect(timeLeft(t, { amount: 0, unit: 'minute' })).toBe('due now')
    expect(formatDuration(t, { amount: 30, unit: 'day' })).toBe('30 days')
    expect(formatDuration(translator('zh-CN'), { amount: 5, unit: 'working-day' })).toBe('5 个工作日')
  })
})

describe('texts with placeholders', () => {
  it('come out as the library for them would have it', () => {
    const messages = [
      "it's {name}",
      "'{'{name}'}'",
      '{n, plural, =0 {none of {name}} one {# case} other {# cases}}',
      '{n, plural, offset:1 =0 {nobody} one {you and # other} other {you and # others}}',
      '{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}',
      '{name, select, a {the {n, plural, one {# a} other {# as}}} other {other <b>}}',
      '{n, number}',
    ]
    const names = fc.oneof(fc.constant('a'), fc.string())
    fc.assert(
      fc.property(
        fc.constantFrom(...messages),
        fc.constantFrom('en', 'zh-CN'),
        names,
        fc.integer({ min: 0, max: 12_345 }),
        (source, lang, name, n) => {
          const made = compileMessage(source, lang)
          const values = { name, n }
          const expected = new IntlMessageFormat(source, lang, undefined, { ignoreTag: true }).format(values)
          expect(typeof made === 'string' ? made : made(values)).toBe(expected)
        },
      ),
    )
  })

  it('choose by codes with hyphens, which are written with underscores there', () => {
    const made = compileMessage('{tier, select, final_review {last} other {first}}', 'en')
    expect(typeof made === 'string' ? made : made({ tier: 'final-review' })).toBe('last')
  })

  it('do not print a placeholder that was forgotten', () => {
    expect(() => translator('en')('ui.progress', { step: 1 })).toThrow('no value for {of}')
    expect(() => translator('en').stored('ui.no-such-text')).toThrow('ui.no-such-text')
  })
})

describe('the language of a request', () => {
  const choose = (cookie: string | undefined, acceptLanguage: string | undefined) =>
    chooseLanguage({ cookie, acceptLanguage, tenantDefault: 'zh-CN' })

  it('is the one chosen, else what the browser asks for, else the institution’s', () => {
    expect(choose('en', 'zh-CN')).toBe('en')
    expect(choose('fr', 'en-US,en;q=0.9')).toBe('en')
    expect(choose(undefined, 'fr,de;q=0.5')).toBe('zh-CN')
    expect(choose(undefined, undefined)).toBe('zh-CN')
  })

  it('respects the order and the weights a browser sends', () => {
    expect(choose(undefined, 'fr, en;q=0.2, zh;q=0.8')).toBe('zh-CN')
    expect(choose(undefined, 'zh-TW;q=0.4, en-GB;q=0.5')).toBe('en')
    expect(choose(undefined, 'en;q=0, zh;q=0.1')).toBe('zh-CN')
    expect(choose(undefined, 'en;q=nonsense')).toBe('zh-CN')
  })
})
