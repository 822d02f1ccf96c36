import { orgNavigation } from '../../org/pages/frame.ts'
import { insetText } from '../../ui/content/callouts.ts'
import { summaryList } from '../../ui/content/summary-list.ts'
import { table } from '../../ui/content/table.ts'
import { button, buttonGroup } from '../../ui/form/button.ts'
import { form } from '../../ui/form/form.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { describeSheets } from '../describe-sheets.ts'
import type { ImportReport, Progress } from '../report.ts'
import { goesOn, type Run } from '../run.ts'
import { runTag } from './imports.ts'

/** An import that is checked, goes on, or is over; `rejected` says whether its refused rows can be taken away. */
export function runPage(ctx: PageContext, { run, rejected }: { run: Run; rejected: boolean }): Page {
  const { t } = ctx
  const { report } = run
  const here = `/organisation/imports/${run.id}`
  return {
    title: t('exchange.import.of', { file: run.fileName }),
    before: html`${orgNavigation(ctx, 'imports')}${backLink(t, '/organisation/imports')}`,
    main: html`<h1 class="govuk-heading-l app-break">${t('exchange.import.of', { file: run.fileName })}</h1>
<p class="govuk-body">${t(`exchange.import.kind.${run.kind}`)} ${runTag(ctx, run.status)}</p>
${goesOn(run) && underWay(ctx, run, here)}
${report && 'fault' in report && insetText(t.stored(report.fault.text, report.fault.values))}
${run.status === 'discarded' && report && 'progress' in report && insetText(t('exchange.import.stopped', countsOf(report.progress)))}
${report && 'done' in report && result(ctx, run, report.done, report.seconds)}
${rejected && html`<p class="govuk-body"><a class="govuk-link" href="${here}/rejected.csv">${t('exchange.import.rejected')}</a></p><p class="govuk-hint">${t('exchange.import.rejected.hint')}</p>`}
${next(ctx, run, here)}`,
  }
}

function underWay({ t }: PageContext, { report, status }: Run, here: string): Html {
  const progress: Progress | undefined = report && 'progress' in report ? report.progress : undefined
  const share = Math.floor((progress?.share ?? 0) * 100)
  return html`<label class="govuk-label" for="progress">${t(status === 'checking' ? 'exchange.import.checking' : 'exchange.import.running')}</label>
<progress class="app-meter" id="progress" max="100" value="${share}">${share}%</progress>
<p class="govuk-body">${
    progress
      ? t('exchange.progress', { ...countsOf(progress), share: `${share}%` })
      : t('exchange.import.waiting')
  }</p>
<p class="govuk-body"><a class="govuk-link" href="${here}">${t('exchange.import.refresh')}</a></p>
<p class="govuk-hint">${t('exchange.import.refresh.hint')}</p>`
}

function countsOf({ rows, imported, known, refused }: Progress) {
  return { rows, imported, known, refused }
}

function result(ctx: PageContext, { kind }: Run, report: ImportReport, seconds: number): Html {
  const { t, lang } = ctx
  const { rows, imported, known, refused, reasons, units, dryRun } = report
  const sheets = describeSheets(report.sheets, t)
  const n = (value: number) => value.toLocaleString(lang)
  const names = new Intl.ListFormat(lang).format(units.slice(0, 20).map(unit => unit[lang]))
  return html`<p class="govuk-body-l">${t(`exchange.done.${dryRun ? 'dry' : 'real'}`, { rows, imported, seconds, kind })}</p>
${sheets && insetText(sheets)}
${summaryList([
  { key: t('exchange.import.rows'), value: n(rows) },
  { key: t(dryRun ? 'exchange.import.new' : 'exchange.import.imported'), value: n(imported) },
  { key: t('exchange.import.known'), value: n(known) },
  { key: t('exchange.import.refused'), value: n(refused) },
  ...(units.length > 0
    ? [{ key: t(dryRun ? 'exchange.import.units-missing' : 'exchange.import.units-made'), value: names }]
    : []),
])}
${
  reasons.length > 0 &&
  html`<h2 class="govuk-heading-m">${t('exchange.import.reasons')}</h2>${table({
    caption: t('exchange.import.reasons'),
    captionHidden: true,
    columns: [
      { text: t('exchange.rejected.reason') },
      { text: t('exchange.rejected.column') },
      { text: t('exchange.import.rows'), numeric: true },
      { text: t('exchange.import.first-line'), numeric: true },
    ],
    rows: reasons.map(({ text, column, rows: count, firstLine }) => [
      t.stored(`exchange.reason.${text.slice('exchange.row.'.length)}`),
      column || t('exchange.import.whole-row'),
      n(count),
      n(firstLine),
    ]),
  })}`
}`
}

function next({ t }: PageContext, run: Run, here: string): Html {
  const discard = form({
    action: `${here}/discard`,
    content: button({
      text: t(goesOn(run) ? 'exchange.import.stop' : 'exchange.import.discard'),
      kind: 'warning',
    }),
  })
  const anew = form({
    action: `${here}/again`,
    content: button({ text: t('exchange.import.change'), kind: 'secondary' }),
  })
  if (run.status === 'checked') {
    const begin = form({ action: `${here}/run`, content: button({ text: t('exchange.import.run') }) })
    return buttonGroup(begin, anew, discard)
  }
  if (run.status === 'failed') return buttonGroup(anew, discard)
  return goesOn(run) ? discard : html``
}
