// With a zone as the standard wants it; with the plus that a query string turns into a space; with the `GMT+08:00` of
// Java's formatter; with a fraction of a second; or with no zone at all, as one validator asks for.
const form =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s*(z|(?:(?:gmt|utc)?([+-]?)(\d\d):?(\d\d)?)|gmt|utc)?)?$/i

/**
 * Reads a date-time of W3C's profile of ISO 8601. One without a zone is in UTC; a date alone is that day in the town, its
 * first second or, for the end of a span, its last. Undefined for what is none.
 */
export function readInstant(
  typed: string,
  timeZone: string,
  edge: 'start' | 'end' = 'start',
): Temporal.Instant | undefined {
  const [, date, time, , sign, hours, minutes = '00'] = form.exec(typed.trim()) ?? []
  if (!date) return undefined
  try {
    if (!time) {
      const day = Temporal.PlainDate.from(date, { overflow: 'reject' })
      const next = day.add({ days: edge === 'end' ? 1 : 0 }).toZonedDateTime(timeZone)
      return next.toInstant().subtract({ seconds: edge === 'end' ? 1 : 0 })
    }
    const zone = hours ? `${sign || '+'}${hours}:${minutes}` : 'Z'
    return Temporal.Instant.from(`${date}T${time.replace(',', '.')}${zone}`)
  } catch {
    return undefined
  }
}

/** The first second of the day in the town that an instant is in, or its last. */
export function edgeOfDay(
  instant: Temporal.Instant,
  timeZone: string,
  edge: 'start' | 'end',
): Temporal.Instant {
  const day = instant.toZonedDateTimeISO(timeZone).startOfDay()
  return edge === 'start' ? day.toInstant() : day.add({ days: 1 }).toInstant().subtract({ seconds: 1 })
}

/** Writes an instant as the town's clock shows it, with its offset and without a fraction: `2026-03-02T09:00:00+08:00`. */
export function writeInstant(instant: Temporal.Instant, timeZone: string): string {
  return instant.toString({ timeZone, smallestUnit: 'second' })
}
