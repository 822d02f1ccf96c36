import {
  type CalendarYear,
  type DayKind,
  dayKind,
  isPublished,
  type WorkingCalendar,
} from '../../obligations/calendar.ts'
import type { Fault } from '../../platform/errors.ts'
import { formatPlainDate } from '../../platform/i18n/dates.ts'
import { details, insetText } from '../../ui/content/callouts.ts'
import { downloads } from '../../ui/content/downloads.ts'
import { table } from '../../ui/content/table.ts'
import { button } from '../../ui/form/button.ts'
import { radios } from '../../ui/form/choices.ts'
import { dateInput } from '../../ui/form/date-input.ts'
import { form } from '../../ui/form/form.ts'
import { formState, type Typed } from '../../ui/form/form-state.ts'
import { textarea } from '../../ui/form/textarea.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { dayKinds, writeDays } from '../calendar-days.ts'
import { orgNavigation } from './frame.ts'
import { nameInputs } from './names.ts'

/** What the calendar page shows, and which of its forms was refused for what. */
export type CalendarView = {
  calendar: WorkingCalendar
  year: number
  refused?: { form: 'day' | 'year'; typed: Typed; faults: readonly Fault[] }
}

/** One year of the working calendar, and the forms that publish its next version. */
export function calendarPage(ctx: PageContext, { calendar, year, refused }: CalendarView): Page {
  const { t } = ctx
  const first = Temporal.PlainDate.from({ year, month: 1, day: 1 })
  const published = isPublished(calendar, first)
  const typed = { ...yearTyped(calendar.years[String(year)]), ...(refused?.form === 'year' && refused.typed) }
  const yearState = formState(t, typed, refused?.form === 'year' ? refused.faults : [])
  const dayTyped: Typed = refused?.form === 'day' ? refused.typed : { 'date-year': String(year) }
  const dayState = formState(t, dayTyped, refused?.form === 'day' ? refused.faults : [])
  const here = `/organisation/calendar/${year}`
  return {
    title: t('org.calendar.title', { year }),
    invalid: yearState.invalid || dayState.invalid,
    before: orgNavigation(ctx, 'calendar'),
    main: html`${dayState.summary}${yearState.summary}
<h1 class="govuk-heading-l">${t('org.calendar.title', { year })}</h1>
<p class="govuk-body">${t('org.calendar.version', { calendar: calendar.id, version: calendar.version })}</p>
${!published && insetText(t('org.calendar.unpublished', { year }))}
${specialDays(ctx, calendar, year)}
${details({ summary: t('org.calendar.months'), content: months(ctx, calendar, year) })}
<p class="govuk-body">${t('org.calendar.recount')}</p>
${
  published &&
  html`<h2 class="govuk-heading-m">${t('org.day.title')}</h2>${form({
    action: `${here}/day`,
    hidden: { previous: calendar.version },
    content: html`${dateInput(t, { name: 'date', label: t('org.day.date'), labelSize: 's', error: dayState.field('date').error, typed: dayTyped })}${radios(
      t,
      {
        ...dayState.field('kind'),
        label: t('org.day.kind'),
        labelSize: 's',
        choices: dayKinds.map(value => ({ value, label: t(`org.day.kind.${value}`) })),
      },
    )}${nameInputs(t, dayState, 'name')}${button({ text: t('org.calendar.publish') })}`,
  })}`
}
<h2 class="govuk-heading-m">${t('org.year.title', { year })}</h2>
<p class="govuk-body">${t('org.year.text')}</p>
${form({
  action: `${here}/year`,
  hidden: { previous: calendar.version },
  content: html`${textarea(t, { ...yearState.field('holidays'), label: t('org.year.holidays'), hint: t('org.year.hint', { year }), rows: 10 })}${textarea(
    t,
    { ...yearState.field('makeup'), label: t('org.year.makeup'), hint: t('org.year.makeup.hint'), rows: 4 },
  )}${button({ text: t('org.calendar.publish'), kind: published ? 'secondary' : 'primary' })}`,
})}
${years(ctx, year)}
${downloads(t, 'calendar')}`,
  }
}

function years({ t }: PageContext, year: number): Html {
  const link = (one: number) => html`<a class="govuk-link" href="/organisation/calendar/${one}">${one}</a>`
  return html`<nav class="govuk-body" aria-label="${t('org.calendar.years')}">${link(year - 1)} ${link(year + 1)}</nav>`
}

function yearTyped(year: CalendarYear | undefined): Typed {
  return year ? { holidays: writeDays(year.holidays), makeup: writeDays(year.makeup) } : {}
}

function specialDays({ t, lang }: PageContext, calendar: WorkingCalendar, year: number): Html {
  const days = daysOf(year)
    .map(date => ({ date, day: dayKind(calendar, date) }))
    .filter(({ day }) => 'name' in day)
  if (days.length === 0) return html`<p class="govuk-body">${t('org.calendar.no-days')}</p>`
  return html`<h2 class="govuk-heading-m">${t('org.calendar.days')}</h2>${table({
    caption: t('org.calendar.days'),
    captionHidden: true,
    columns: [{ text: t('org.day.date') }, { text: t('org.day.kind') }, { text: t('org.day.name') }],
    rows: days.map(({ date, day }) => [
      formatPlainDate(date, lang),
      t(`org.day.kind.${kindOf(day)}`),
      'name' in day && day.name[lang],
    ]),
  })}`
}

const kindOf = (day: DayKind) =>
  day.kind === 'half' ? day.half : day.kind === 'holiday' || day.kind === 'makeup' ? day.kind : 'plain'

function daysOf(year: number): Temporal.PlainDate[] {
  const first = Temporal.PlainDate.from({ year, month: 1, day: 1 })
  return Array.from({ length: first.daysInYear }, (_, days) => first.add({ days }))
}

function months(ctx: PageContext, calendar: WorkingCalendar, year: number): Html {
  return html`<div class="app-year">${Array.from({ length: 12 }, (_, index) => month(ctx, calendar, year, index + 1))}</div>`
}

function month({ t, lang }: PageContext, calendar: WorkingCalendar, year: number, number: number): Html {
  const first = Temporal.PlainDate.from({ year, month: number, day: 1 })
  const cells: (Temporal.PlainDate | undefined)[] = [
    ...new Array<undefined>(first.dayOfWeek - 1).fill(undefined),
    ...Array.from({ length: first.daysInMonth }, (_, days) => first.add({ days })),
  ]
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) =>
    cells.slice(week * 7, week * 7 + 7),
  )
  const locale = lang === 'en' ? 'en-GB' : lang
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  const monthName = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  // The first of January 2024 was a Monday.
  const heads = Array.from({ length: 7 }, (_, day) => weekday.format(Date.UTC(2024, 0, 1 + day)))
  return html`<table class="govuk-table app-month"><caption class="govuk-table__caption">${monthName.format(Date.UTC(year, number - 1, 1))}</caption><thead><tr>${heads.map(
    head => html`<th scope="col">${head}</th>`,
  )}</tr></thead><tbody>${weeks.map(
    week =>
      html`<tr>${week.map(date => (date ? dayCell(t, dayKind(calendar, date), date) : html`<td></td>`))}</tr>`,
  )}</tbody></table>`
}

// Told by words for who hears the table, and by a mark beside the colour for who does not see colours.
function dayCell(t: PageContext['t'], day: DayKind, date: Temporal.PlainDate): Html {
  if (day.kind === 'working') return html`<td>${date.day}</td>`
  const kind = day.kind === 'weekend' ? 'weekend' : kindOf(day)
  const mark = { weekend: '', plain: '', holiday: '*', makeup: '+', morning: '½', afternoon: '½' }[kind]
  return html`<td class="app-day--${kind}">${date.day}${mark && html`<span aria-hidden="true">${mark}</span>`}<span class="govuk-visually-hidden"> ${t(`org.day.is.${kind}`)}</span></td>`
}
