import ICAL from 'ical.js'
import { describe, expect, test } from 'vitest'
import { timeZoneComponent } from './time-zone.ts'

const from = Temporal.Instant.from('2025-01-01T00:00:00Z')
const to = Temporal.Instant.from('2028-01-01T00:00:00Z')

function read(zone: string) {
  const text = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n${timeZoneComponent(zone, from, to)}\r\nEND:VCALENDAR`
  const component = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vtimezone')
  if (!component) throw new Error('no time zone')
  return new ICAL.Timezone(component)
}

describe.each([
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'UTC',
])('the time zone %s, as another program reads it', zone => {
  test('has the offset it really has, at every hour around each change and through the years', () => {
    const read_ = read(zone)
    const hours = new Set<number>()
    for (let at = from.epochMilliseconds; at < to.epochMilliseconds; at += 7 * 86_400_000) hours.add(at)
    for (
      let change = from.toZonedDateTimeISO(zone).getTimeZoneTransition('next');
      change && change.epochMilliseconds < to.epochMilliseconds;
      change = change.getTimeZoneTransition('next')
    )
      for (const hour of [-26, -3, 3, 26]) hours.add(change.epochMilliseconds + hour * 3_600_000)
    for (const at of hours) {
      const real = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
      const { year, month, day, hour, minute, second } = real
      const time = new ICAL.Time({ year, month, day, hour, minute, second, isDate: false }, read_)
      expect(read_.utcOffset(time), real.toString()).toBe(real.offsetNanoseconds / 1e9)
    }
  })
})
