import { formatDateTime, formatDay, formatPlainDate } from '../platform/i18n/dates.ts'
import type { T } from '../platform/i18n/translator.ts'
import { insetText } from '../ui/content/callouts.ts'
import { summaryList } from '../ui/content/summary-list.ts'
import { type Content, type Html, html } from '../ui/html.ts'
import type { PageContext } from '../ui/page-context.ts'
import type { Explanation } from './explain.ts'
import type { Step } from './steps.ts'
import { dueText, inLang, lengthText, sourceText, triggerText } from './wording.ts'

type Reader = Pick<PageContext, 't' | 'lang' | 'tenant'>

/**
 * How a due date came about: the rule, what started the count, every day that was counted or skipped, and what moved
 * the date since. `nameOf` says who a member of staff is.
 */
export function explanation(ctx: Reader, one: Explanation, nameOf: (staffId: string) => string): Html {
  const { t } = ctx
  const { rule, result } = one
  const due = Temporal.Instant.from(result.due)
  return html`<p class="govuk-body-l"><strong>${dueText(t, due, result.timeZone)}</strong></p>
${result.provisional && insetText(t('obligations.provisional'))}
${summaryList([
  { key: t('obligations.rule'), value: inLang(t, rule.name) },
  { key: t('obligations.source'), value: sourceText(t, rule.source) },
  { key: t('obligations.owed-by'), value: t(`obligations.owed-by.${one.owedBy}`) },
  { key: t('obligations.length'), value: lengthValue(t, one) },
  { key: t('obligations.from'), value: fromValue(ctx, one) },
  { key: t('obligations.result'), value: outcome(ctx, one) },
])}
${changes(ctx, one, nameOf)}
<h2 class="govuk-heading-m">${t('obligations.days')}</h2>
${rule.lastDay === 'nextWorkingDay' && html`<p class="govuk-body">${t('obligations.last-day')}</p>`}
${days(ctx, one.steps)}
<p class="govuk-hint">${t('obligations.calendar', { calendar: result.calendar, zone: result.timeZone })}</p>`
}

function lengthValue(t: T, { length, trigger, steps }: Explanation): Content {
  const promised = steps.find(step => step.type === 'promised')
  if (promised) return t('obligations.promised', { date: formatPlainDate(day(promised.date), t.lang) })
  return t('obligations.length.from', {
    length: lengthText(t, length),
    trigger: triggerText(t, trigger.code),
  })
}

function fromValue({ t, lang }: Reader, { trigger, result, length }: Explanation): Content {
  const at = formatDateTime(Temporal.Instant.from(trigger.at), lang, result.timeZone)
  return length.unit === 'minute' ? at : html`${at}<br>${t('obligations.from.not-counted')}`
}

function outcome({ t, lang }: Reader, { result }: Explanation): Content {
  const at = (iso: string) => formatDateTime(Temporal.Instant.from(iso), lang, result.timeZone)
  const { status, metAt } = result
  if (metAt)
    return t(status === 'missed' ? 'obligations.status.late' : 'obligations.status.met', { at: at(metAt) })
  return t(`obligations.status.${status === 'met' ? 'open' : status}`)
}

/** What made the date another than the rule alone would: pauses, more time, a changed calendar. */
function changes(ctx: Reader, one: Explanation, nameOf: (staffId: string) => string): Content {
  const { t, lang } = ctx
  const { pauses, extensions, history, result } = one
  const at = (iso: string) => formatDateTime(Temporal.Instant.from(iso), lang, result.timeZone)
  const date = (iso: string) => dueText(t, Temporal.Instant.from(iso), result.timeZone)
  const items: Content[] = [
    ...pauses.map(pause => [
      t(`obligations.paused.${pause.cause}`, { from: at(pause.from), to: at(pause.to ?? pause.until) }),
      pause.source && html` · ${sourceText(t, pause.source)}`,
    ]),
    ...extensions.map(({ length, at: when, by, source }) => [
      t('obligations.extended', { length: lengthText(t, length), at: at(when), who: nameOf(by) }),
      source && html` · ${sourceText(t, source)}`,
    ]),
    result.counted && t('obligations.held', { due: date(result.due), counted: date(result.counted) }),
  ].filter(Boolean)
  const moved = history.filter((entry, i) => i > 0 && entry.due !== history[i - 1]?.due)
  if (items.length + moved.length === 0) return undefined
  return html`<h2 class="govuk-heading-m">${t('obligations.changes')}</h2>
<ul class="govuk-list govuk-list--bullet">${items.map(item => html`<li>${item}</li>`)}${moved.map(
    entry =>
      html`<li>${t(`obligations.moved.${entry.because === 'opened' ? 'calendar' : entry.because}`, { at: at(entry.at), due: date(entry.due) })}</li>`,
  )}</ul>`
}

/** Each day of the count with its number, or with the reason why it was skipped. */
function days({ t, lang }: Reader, steps: readonly Step[]): Html {
  const rows = steps.flatMap(step => row(t, step) ?? [])
  if (rows.length === 0) return html`<p class="govuk-body">${t('obligations.days.none')}</p>`
  return html`<table class="govuk-table app-days"><caption class="govuk-visually-hidden">${t('obligations.days')}</caption>
<thead class="govuk-table__head"><tr class="govuk-table__row"><th scope="col" class="govuk-table__header">${t('obligations.days.date')}</th><th scope="col" class="govuk-table__header">${t('obligations.days.counted')}</th></tr></thead>
<tbody class="govuk-table__body">${rows.map(
    ({ date, said, counts }) =>
      html`<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">${formatDay(day(date), lang)}</th><td class="govuk-table__cell">${counts ? html`<strong>${said}</strong>` : said}</td></tr>`,
  )}</tbody></table>`
}

type Row = { date: string; said: Content; counts?: boolean }

function row(t: T, step: Step): Row | undefined {
  const half = 'half' in step && step.half ? t(`obligations.half.${step.half}`) : ''
  const inHalf = (text: string) => (half ? t('obligations.half', { half, text }) : text)
  switch (step.type) {
    case 'trigger':
      return { date: step.date, said: t('obligations.day.trigger') }
    case 'counted': {
      const number = inHalf(t('obligations.day.counted', { n: step.n }))
      const makeup = step.makeup && t('obligations.day.makeup', { name: inLang(t, step.makeup) })
      const open = step.unpublished && t('obligations.day.unpublished')
      return { date: step.date, said: [number, ...[makeup, open].map(note)], counts: true }
    }
    case 'skipped':
      return { date: step.date, said: inHalf(skipped(t, step)) }
    case 'shifted':
      return { date: step.to, said: t('obligations.day.shifted'), counts: true }
    case 'promised':
      return { date: step.date, said: t('obligations.day.promised'), counts: true }
    default:
      return undefined
  }
}

const note = (text: string | undefined): Content => text && html` <span class="govuk-hint">${text}</span>`

function skipped(t: T, step: Step & { type: 'skipped' }): string {
  switch (step.because) {
    case 'holiday':
      return t('obligations.day.holiday', { name: inLang(t, step.name) })
    case 'paused':
      return t('obligations.day.paused')
    default:
      return t(`obligations.day.${step.because}`)
  }
}

const day = (date: string): Temporal.PlainDate => Temporal.PlainDate.from(date)
