import { createRequire } from 'node:module'
import chineseDays from 'chinese-days/dist/chinese-days.json' with { type: 'json' }
import chineseDaysPackage from 'chinese-days/package.json' with { type: 'json' }
import type Holidays from 'date-holidays'
import type { CalendarYear, WorkingCalendar } from './calendar.ts'

const WEEKEND = [6, 7]

/**
 * A calendar that comes with the product: `cn` (holidays and make-up days as the State Council announced them),
 * `weekdays` (Monday to Friday), `none` (every day is worked), or `dh:` with a country, state and region as in
 * `dh:GB-ENG` (reckoned by the date-holidays package). `years` limits the published years; for `dh:` it says which
 * to reckon. Throws RangeError for any other id.
 */
export function builtInCalendar(id: string, years?: readonly number[]): WorkingCalendar {
  if (id === 'cn') return chineseCalendar(years)
  if (id === 'weekdays')
    return { id, version: 'weekdays-1', weekend: WEEKEND, published: 'always', years: {} }
  if (id === 'none') return { id, version: 'none-1', weekend: [], published: 'always', years: {} }
  if (id.startsWith('dh:')) return countryCalendar(id, years ?? RECKONED)
  throw new RangeError(`no calendar is called ${id}`)
}

function chineseCalendar(only?: readonly number[]): WorkingCalendar {
  const years: Record<string, CalendarYear> = {}
  const add = (days: Record<string, string>, kind: 'holidays' | 'makeup') => {
    for (const [date, names] of Object.entries(days)) {
      if (only !== undefined && !only.includes(Number(date.slice(0, 4)))) continue
      const [en = '', zh = ''] = names.split(',')
      const year = years[date.slice(0, 4)] ?? { holidays: [], makeup: [] }
      years[date.slice(0, 4)] = year
      year[kind].push({ date, name: { en, 'zh-CN': zh } })
    }
  }
  add(chineseDays.holidays, 'holidays')
  add(chineseDays.workdays, 'makeup')
  for (const year of Object.values(years)) {
    year.holidays.sort((a, b) => a.date.localeCompare(b.date))
    year.makeup.sort((a, b) => a.date.localeCompare(b.date))
  }
  const version = `chinese-days-${chineseDaysPackage.version}:${span(Object.keys(years))}`
  return { id: 'cn', version, weekend: WEEKEND, published: 'listed', years }
}

// date-holidays reckons any year by rule; these are as far as a running case can reach.
const RECKONED = Array.from({ length: 31 }, (_, n) => 2015 + n)

function countryCalendar(id: string, only: readonly number[]): WorkingCalendar {
  // 20 MB of rules that most installations never need: loaded when the first such calendar is asked for.
  const require = createRequire(import.meta.url)
  const Reckoner: typeof Holidays = require('date-holidays')
  const version: string = require('date-holidays/package.json').version
  const [country = '', state, region] = id.slice(3).split('-')
  const reckoner = new Reckoner({ country, ...(state && { state }), ...(region && { region }) })
  if (reckoner.getHolidays(2026).length === 0) throw new RangeError(`no calendar is called ${id}`)
  const years: Record<string, CalendarYear> = {}
  for (const year of only) years[String(year)] = reckonYear(reckoner, year)
  const weekend = weekendOf(country)
  return {
    id,
    version: `date-holidays-${version}:${span(Object.keys(years))}`,
    weekend,
    published: 'listed',
    years,
  }
}

function reckonYear(reckoner: Holidays, year: number): CalendarYear {
  const chinese = new Map(reckoner.getHolidays(year, 'zh').map(day => [day.rule, day.name]))
  const result: CalendarYear = { holidays: [], makeup: [], halfDays: [] }
  for (const day of reckoner.getHolidays(year, 'en')) {
    if (day.type !== 'public' && day.type !== 'bank') continue
    const name = { en: day.name, 'zh-CN': chinese.get(day.rule) ?? day.name }
    const [date = '', from = ''] = day.date.split(' ')
    // "24 December from 14:00": the morning is worked.
    if (from > '06:00:00') result.halfDays?.push({ date, name, half: 'morning' })
    else for (const each of daysFrom(date, day)) result.holidays.push({ date: each, name })
  }
  return result
}

// A changed clock makes a day 23 or 25 hours long, hence the rounding.
function daysFrom(date: string, { start, end }: { start: Date; end: Date }): string[] {
  const count = Math.max(1, Math.round((end.getTime() - start.getTime()) / 86_400_000))
  const first = Temporal.PlainDate.from(date)
  return Array.from({ length: count }, (_, days) => first.add({ days }).toString())
}

function weekendOf(country: string): number[] {
  return [...new Intl.Locale(`und-${country}`).getWeekInfo().weekend]
}

function span(years: string[]): string {
  const sorted = years.toSorted()
  return `${sorted[0] ?? 'none'}-${sorted.at(-1) ?? 'none'}`
}
