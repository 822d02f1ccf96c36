import ical, { ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import { inLang } from '../obligations/wording.ts'
import type { Organisation } from '../org/reads.ts'
import { findPack } from '../packs/reads.ts'
import { findCategory, findDeadline } from '../packs/rules.ts'
import type { T } from '../platform/i18n/translator.ts'
import { v8 } from '../platform/uuid.ts'
import type { Entry } from './rules.ts'
import { timeZoneComponent } from './time-zone.ts'

/** What a calendar is made with, besides its entries. */
export type Frame = {
  /** What programs call it. */
  name: string
  for: 'staff' | 'resident'
  t: T
  tenant: number
  timeZone: string
  organisation: Organisation
  /** Where a case is opened. */
  linkTo(number: string): string
}

const statuses: Record<Entry['standing'], ICalEventStatus> = {
  open: ICalEventStatus.CONFIRMED,
  paused: ICalEventStatus.TENTATIVE,
  done: ICalEventStatus.CONFIRMED,
  cancelled: ICalEventStatus.CANCELLED,
}

// Programs ask again after an hour; the lines belong before the first component (RFC 5545, 3.6; RFC 7986, 5.7), and the
// library would write them after it.
const refresh = 'REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n'

/**
 * Due dates as an iCalendar (RFC 5545). The same entries always make the same text, to the byte, so that it can be
 * compared. It names a case by its number; who it is from and what it says stays in the case.
 */
export function calendarText(entries: readonly Entry[], frame: Frame): string {
  const { name, timeZone, t } = frame
  // Without a name, so that the stamps stay in UTC, as they must; each entry names its own zone.
  const zone = {
    name: null,
    generator: () => timeZoneComponent(timeZone, ...stretchOf(entries)),
  }
  const calendar = ical({
    prodId: { company: 'Answerable', product: 'Due dates', language: t.lang.slice(0, 2).toUpperCase() },
    name,
    timezone: zone,
  })
  for (const entry of entries) calendar.createEvent(eventOf(entry, frame))
  return `${calendar.toString().replace('VERSION:2.0\r\n', `VERSION:2.0\r\n${refresh}`)}\r\n`
}

function eventOf(entry: Entry, frame: Frame) {
  const { state, obligation, due, day, standing, sequence, changedAt, isOpen } = entry
  const { t, tenant, timeZone, organisation, linkTo } = frame
  const pack = findPack(state.pack)
  // As the pack puts it to the resident; staff have words of their own.
  const rule = frame.for === 'resident' ? findDeadline(pack, obligation.rule) : undefined
  const what = rule ? inLang(t, rule.name) : t(`cases.deadline.${obligation.kind}`)
  const values = { what, number: state.number }
  const category = findCategory(pack, state.category)
  const unit = organisation.units.get(state.unitId)?.name[t.lang]
  const lines = [
    ...(isOpen && unit ? [t('feeds.entry.unit', { unit })] : []),
    ...(obligation.provisional ? [t('feeds.entry.provisional')] : []),
    ...(standing === 'paused' ? [t('feeds.entry.paused')] : []),
    linkTo(state.number),
  ]
  return {
    id: v8(`calendar ${tenant}/${state.id}/${obligation.id}`),
    sequence,
    stamp: changedAt,
    lastModified: changedAt,
    ...(day
      ? { start: day, allDay: true }
      : isTwice(due, timeZone)
        ? { start: due }
        : { start: due, timezone: timeZone }),
    summary: standing === 'done' ? t('feeds.entry.done', values) : t('feeds.entry', values),
    description: lines.join('\n'),
    url: linkTo(state.number),
    status: statuses[standing],
    // A date by which to have done something keeps nobody from meeting somebody.
    transparency: ICalEventTransparency.TRANSPARENT,
    categories: isOpen && category ? [{ name: inLang(t, category.name) }] : [],
  }
}

// In the hour that comes twice when the clock is set back, only the time of the world says which is meant.
function isTwice(at: Temporal.Instant, timeZone: string): boolean {
  const local = at.toZonedDateTimeISO(timeZone).toPlainDateTime()
  const [first, second] = (['earlier', 'later'] as const).map(disambiguation =>
    local.toZonedDateTime(timeZone, { disambiguation }),
  )
  return first?.epochMilliseconds !== second?.epochMilliseconds
}

function stretchOf(entries: readonly Entry[]): [Temporal.Instant, Temporal.Instant] {
  const dues = entries.map(entry => entry.due).toSorted(Temporal.Instant.compare)
  const year = { hours: 24 * 366 }
  const first = dues[0] ?? Temporal.Instant.fromEpochMilliseconds(0)
  const last = dues.at(-1) ?? first
  return [first.subtract(year), last.add(year)]
}
