/**
 * A time zone as calendars are told it (RFC 5545, 3.6.5): each change of the clock between two years, written out. What
 * a zone does after that no rule promises.
 */
export function timeZoneComponent(timeZone: string, from: Temporal.Instant, to: Temporal.Instant): string {
  const begin = from.toZonedDateTimeISO(timeZone)
  const observances = [observance(begin, begin.offset, begin)]
  // The offset before the first change holds from long before; its own beginning is the start of the stretch.
  for (let at = begin.getTimeZoneTransition('next'); at; at = at.getTimeZoneTransition('next')) {
    if (Temporal.Instant.compare(at.toInstant(), to) > 0) break
    const before = at.subtract({ nanoseconds: 1 })
    if (before.offset !== at.offset) observances.push(observance(at, before.offset, at))
  }
  return ['BEGIN:VTIMEZONE', `TZID:${timeZone}`, ...observances, 'END:VTIMEZONE'].join('\r\n')
}

function observance(at: Temporal.ZonedDateTime, offsetBefore: string, after: Temporal.ZonedDateTime): string {
  const kind = isSummer(after) ? 'DAYLIGHT' : 'STANDARD'
  // The local time by the clock that was just left.
  const local = at.withTimeZone(offsetBefore).toPlainDateTime().round({ smallestUnit: 'second' })
  return [
    `BEGIN:${kind}`,
    `DTSTART:${stamp(local)}`,
    `TZOFFSETFROM:${compact(offsetBefore)}`,
    `TZOFFSETTO:${compact(after.offset)}`,
    `END:${kind}`,
  ].join('\r\n')
}

// Ahead of what it is half a year before or after, whichever is less.
function isSummer(at: Temporal.ZonedDateTime): boolean {
  const offsets = [-6, 6].map(months => at.add({ months }).offsetNanoseconds)
  return at.offsetNanoseconds > Math.min(...offsets)
}

const compact = (offset: string) => offset.replaceAll(':', '')
const stamp = (at: Temporal.PlainDateTime) => at.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')
