import type { CalendarYear, WorkingCalendar } from '../obligations/calendar.ts'
import type { Fault } from '../platform/errors.ts'
import type { Name } from './reads.ts'

type NamedDay = CalendarYear['holidays'][number]

/** What a day can be made into; `plain`: what its day of the week is. */
export const dayKinds = ['holiday', 'makeup', 'morning', 'afternoon', 'plain'] as const
export type DayChange = { date: Temporal.PlainDate; kind: (typeof dayKinds)[number]; name: Name }

/** The next version of a calendar with one day changed. The year must be published, or need no publishing. */
export function withDay(calendar: WorkingCalendar, { date, kind, name }: DayChange): WorkingCalendar {
  const key = String(date.year)
  const iso = date.toString()
  const without = <Day extends NamedDay>(days: readonly Day[]) => days.filter(day => day.date !== iso)
  const known = calendar.years[key] ?? { holidays: [], makeup: [] }
  const year: CalendarYear = {
    holidays: without(known.holidays),
    makeup: without(known.makeup),
    halfDays: without(known.halfDays ?? []),
  }
  const day = { date: iso, name: { ...name } }
  if (kind === 'holiday') year.holidays.push(day)
  if (kind === 'makeup') year.makeup.push(day)
  if (kind === 'morning' || kind === 'afternoon') year.halfDays?.push({ ...day, half: kind })
  return withYear(calendar, key, year)
}

/** The next version of a calendar with one year published, or published anew. */
export function withYear(calendar: WorkingCalendar, year: string, days: CalendarYear): WorkingCalendar {
  const sorted = <Day extends NamedDay>(list: readonly Day[]) =>
    list.toSorted((a, b) => a.date.localeCompare(b.date))
  const halfDays = sorted(days.halfDays ?? [])
  const published: CalendarYear = {
    holidays: sorted(days.holidays),
    makeup: sorted(days.makeup),
    ...(halfDays.length > 0 && { halfDays }),
  }
  const years = { ...calendar.years, [year]: published }
  return { ...calendar, version: nextVersion(calendar.version), years }
}

/** The name of the version after this one: `weekdays-1`, `weekdays-1+1`, `weekdays-1+2`. */
function nextVersion(version: string): string {
  const [, base = version, count = '0'] = /^(.*?)(?:\+(\d+))?$/.exec(version) ?? []
  return `${base}+${Number(count) + 1}`
}

/**
 * Reads days written one to a line, `2027-01-01 元旦 / New Year's Day`; the name may be in one language alone.
 * @returns the days, or a fault for the first line that cannot be read or is not of the year.
 */
export function readDays(field: string, text: string, year: number): { days: NamedDay[]; faults: Fault[] } {
  const days: NamedDay[] = []
  const faults: Fault[] = []
  const lines = text.split(/\r?\n/).map(line => line.trim())
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    const [, iso = '', name = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
    const date = toDate(iso)
    const values = { line: index + 1, text: line.slice(0, 40), year }
    if (!date) faults.push({ field, text: 'org.days.unreadable', values })
    else if (date.year !== year) faults.push({ field, text: 'org.days.other-year', values })
    else if (name === '') faults.push({ field, text: 'org.days.no-name', values })
    else if (days.some(day => day.date === iso)) faults.push({ field, text: 'org.days.twice', values })
    else days.push({ date: iso, name: { ...readBilingual(name) } })
  }
  return { days, faults }
}

/** Days as `readDays` reads them, for the form to show. */
export function writeDays(days: readonly NamedDay[]): string {
  return days.map(({ date, name }) => `${date} ${writeBilingual(name)}`).join('\n')
}

/** A name written in one line, `中文 / English`; the order does not matter, and one alone stands for both. */
export function readBilingual(text: string): Name {
  const [first = '', second = ''] = text.split(/\s*[/／|]\s*/, 2)
  if (second === '') return { en: first, 'zh-CN': first }
  const isChinese = (part: string) => /\p{Script=Han}/u.test(part)
  return isChinese(second) && !isChinese(first)
    ? { en: first, 'zh-CN': second }
    : { en: second, 'zh-CN': first }
}

/** A name as `readBilingual` reads it. */
export function writeBilingual(name: Name): string {
  return name.en === name['zh-CN'] ? name.en : `${name['zh-CN']} / ${name.en}`
}

function toDate(text: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  try {
    return Temporal.PlainDate.from(text)
  } catch {
    return undefined
  }
}
