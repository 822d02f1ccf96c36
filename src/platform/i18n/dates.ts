import type { Lang } from './languages.ts'

type Formatter = { format: Intl.DateTimeFormat; known: Map<number, Parts> }

// Making an Intl formatter costs some 50 µs and using one 4 µs, which for a queue of 100 rows is more than the rest of
// the page; so each is made once per language and zone, and remembers what it wrote lately.
const formatters = new Map<string, Formatter>()
const remembered = 2000

function formatter(lang: Lang, timeZone: string): Formatter {
  const key = `${lang} ${timeZone}`
  let one = formatters.get(key)
  if (!one) {
    const format = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      weekday: 'long',
      year: 'numeric',
      month: lang === 'en' ? 'long' : 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    one = { format, known: new Map() }
    formatters.set(key, one)
  }
  return one
}

type Parts = Record<'weekday' | 'year' | 'month' | 'day' | 'hour' | 'minute', string>

function partsOf(instant: Temporal.Instant, lang: Lang, timeZone: string): Parts {
  const { format, known } = formatter(lang, timeZone)
  const minute = Math.floor(instant.epochMilliseconds / 60_000)
  let parts = known.get(minute)
  if (!parts) {
    parts = { weekday: '', year: '', month: '', day: '', hour: '', minute: '' }
    for (const { type, value } of format.formatToParts(minute * 60_000)) {
      if (type in parts) parts[type as keyof Parts] = value
    }
    if (known.size >= remembered) known.clear()
    known.set(minute, parts)
  }
  return parts
}

/** A whole date with its day of the week: "Saturday 14 March 2026", "2026年3月14日（星期六）". */
export function formatDate(instant: Temporal.Instant, lang: Lang, timeZone: string): string {
  const { weekday, year, month, day } = partsOf(instant, lang, timeZone)
  return lang === 'en' ? `${weekday} ${day} ${month} ${year}` : `${year}年${month}月${day}日（${weekday}）`
}

/** A date without its day of the week, for tables: "14 March 2026", "2026年3月14日". */
export function formatShortDate(instant: Temporal.Instant, lang: Lang, timeZone: string): string {
  const { year, month, day } = partsOf(instant, lang, timeZone)
  return lang === 'en' ? `${day} ${month} ${year}` : `${year}年${month}月${day}日`
}

/** Date and time on a 24-hour clock: "14 March 2026, 09:05", "2026年3月14日 09:05". */
export function formatDateTime(instant: Temporal.Instant, lang: Lang, timeZone: string): string {
  const { hour, minute } = partsOf(instant, lang, timeZone)
  const date = formatShortDate(instant, lang, timeZone)
  return lang === 'en' ? `${date}, ${hour}:${minute}` : `${date} ${hour}:${minute}`
}

/** The time of day on a 24-hour clock: "09:05". */
export function formatTime(instant: Temporal.Instant, lang: Lang, timeZone: string): string {
  const { hour, minute } = partsOf(instant, lang, timeZone)
  return `${hour}:${minute}`
}

/** A calendar date that belongs to no time zone, written as `formatDate` writes an instant. */
export function formatPlainDate(date: Temporal.PlainDate, lang: Lang): string {
  return formatDate(date.toZonedDateTime('UTC').toInstant(), lang, 'UTC')
}

const dayFormats = new Map<Lang, Intl.DateTimeFormat>()

/** A calendar date with its day of the week in as few letters as can be, for long lists: "Sat 14 Mar", "3月14日 周六". */
export function formatDay(date: Temporal.PlainDate, lang: Lang): string {
  let format = dayFormats.get(lang)
  if (!format) {
    const parts = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' } as const
    format = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, parts)
    dayFormats.set(lang, format)
  }
  const found = new Map(
    format
      .formatToParts(date.toZonedDateTime('UTC').epochMilliseconds)
      .map(({ type, value }) => [type, value]),
  )
  const [weekday, day, month] = (['weekday', 'day', 'month'] as const).map(type => found.get(type) ?? '')
  return lang === 'en' ? `${weekday} ${day} ${month}` : `${date.month}月${date.day}日 ${weekday}`
}
