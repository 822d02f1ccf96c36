/** Reads a date and time as a source writes it; undefined for what is none, such as 30 February. */
export type DateReader = (text: string) => Temporal.Instant | undefined

// The date fields of Unicode (UTS 35, "Date Format Patterns") that fixed formats are made of.
const fields = {
  yyyy: { name: 'year', pattern: '(?<year>\\d{4})' },
  MM: { name: 'month', pattern: '(?<month>\\d{1,2})' },
  dd: { name: 'day', pattern: '(?<day>\\d{1,2})' },
  HH: { name: 'hour', pattern: '(?<hour>\\d{1,2})' },
  hh: { name: 'hour', pattern: '(?<hour>\\d{1,2})' },
  mm: { name: 'minute', pattern: '(?<minute>\\d{2})' },
  ss: { name: 'second', pattern: '(?<second>\\d{2})' },
  a: { name: 'half', pattern: '(?<half>[AaPp]\\.?[Mm]\\.?)' },
} as const

const field = /yyyy|MM|dd|HH|hh|mm|ss|a/g

/** What is wrong with a date format, or undefined. */
export function dateFormatFault(format: string): string | undefined {
  const found: string[] = format.match(field) ?? []
  if (/[A-Za-z]/.test(format.replace(field, '').replace('T', '')))
    return 'made of yyyy, MM, dd, HH or hh with a, mm, ss, and signs between them'
  if (new Set(found).size !== found.length) return 'each field once'
  for (const one of ['yyyy', 'MM', 'dd']) if (!found.includes(one)) return `${one} is missing`
  if (found.includes('hh') !== found.includes('a')) return 'hh and a belong together'
  if (found.includes('hh') && found.includes('HH')) return 'HH or hh, not both'
  return undefined
}

/**
 * A reader of dates in one format and zone. Local times that the clock leaps over are read as an hour later; those it
 * shows twice, as the first time.
 */
export function dateReader(format: string, timeZone: string): DateReader {
  const pattern = new RegExp(
    `^${escaped(format).replace(field, one => fields[one as keyof typeof fields].pattern)}$`,
  )
  const isTwelve = format.includes('hh')
  return text => {
    const found = pattern.exec(text)?.groups
    if (!found) return undefined
    const number = (name: string) => Number(found[name] ?? 0)
    const hour = isTwelve ? hourOf(number('hour'), found['half'] ?? '') : number('hour')
    if (hour === undefined) return undefined
    const time = { hour, minute: number('minute'), second: number('second') }
    const date = { year: number('year'), month: number('month'), day: number('day') }
    try {
      const local = Temporal.PlainDateTime.from({ ...date, ...time }, { overflow: 'reject' })
      return local.toZonedDateTime(timeZone).toInstant()
    } catch {
      return undefined
    }
  }
}

function hourOf(hour: number, half: string): number | undefined {
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0)
}

function escaped(format: string): string {
  return format.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** A date and time as a format writes it; what the format has no field for is left out. */
export function formatDate(when: Temporal.PlainDateTime, format: string): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const values: Record<keyof typeof fields, string> = {
    yyyy: String(when.year).padStart(4, '0'),
    MM: two(when.month),
    dd: two(when.day),
    HH: two(when.hour),
    hh: two(when.hour % 12 || 12),
    mm: two(when.minute),
    ss: two(when.second),
    a: when.hour < 12 ? 'AM' : 'PM',
  }
  return format.replace(field, one => values[one as keyof typeof fields])
}
