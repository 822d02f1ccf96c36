import type { WorkingCalendar } from '../../obligations/calendar.ts'
import type { T } from '../../platform/i18n/translator.ts'
import type { Cell, Sheet } from '../sheets/cell.ts'

/** The days that differ from the plain week in every year that is published. */
export function calendarSheet(calendar: WorkingCalendar, t: T): Sheet {
  return {
    title: t('org.nav.calendar'),
    columns: [
      t('org.day.date'),
      t('org.day.kind'),
      t('exchange.field.units.name-en'),
      t('exchange.field.units.name-zh'),
    ],
    rows: rowsOf(calendar, t),
  }
}

async function* rowsOf({ years }: WorkingCalendar, t: T): AsyncGenerator<Cell[]> {
  const days = Object.values(years).flatMap(({ holidays, makeup, halfDays = [] }) => [
    ...holidays.map(day => ({ ...day, kind: 'holiday' as const })),
    ...makeup.map(day => ({ ...day, kind: 'makeup' as const })),
    ...halfDays.map(day => ({ ...day, kind: day.half })),
  ])
  for (const { date, kind, name } of days.toSorted((a, b) => (a.date < b.date ? -1 : 1)))
    yield [Temporal.PlainDate.from(date), t(`org.day.kind.${kind}`), name.en, name['zh-CN']]
}
