import { orgNavigation } from '../../org/pages/frame.ts'
import type { Fault } from '../../platform/errors.ts'
import { formatDateTime } from '../../platform/i18n/dates.ts'
import { emptyState } from '../../ui/content/callouts.ts'
import { table } from '../../ui/content/table.ts'
import { type TagColour, tag } from '../../ui/content/tag.ts'
import { button } from '../../ui/form/button.ts'
import { fileUpload } from '../../ui/form/file-upload.ts'
import { form } from '../../ui/form/form.ts'
import { formState, type Typed } from '../../ui/form/form-state.ts'
import { select } from '../../ui/form/select.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { importKinds } from '../fields.ts'
import { listMappings, loadMapping } from '../load-mapping.ts'
import type { Run, RunStatus } from '../run.ts'

/** The files that were brought in, and the form that brings in another. */
export function importsPage(
  ctx: PageContext,
  view: { runs: readonly Run[]; typed?: Typed; faults?: readonly Fault[] },
): Page {
  const { t, lang } = ctx
  const state = formState(t, view.typed, view.faults)
  const mappings = listMappings().map(name => ({
    value: `mapping:${name}`,
    text: loadMapping(name, String).name[lang],
  }))
  return {
    title: t('exchange.import.title'),
    invalid: state.invalid,
    before: orgNavigation(ctx, 'imports'),
    main: html`${state.summary}<h1 class="govuk-heading-l">${t('exchange.import.title')}</h1>
<p class="govuk-body">${t('exchange.import.intro')}</p>
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${form({
      action: '/organisation/imports',
      files: true,
      content: html`${select(t, {
        ...state.field('kind'),
        label: t('exchange.import.kind'),
        options: [
          { value: '', text: t('org.choose') },
          {
            group: t('exchange.import.kinds'),
            options: importKinds.map(value => ({ value, text: t(`exchange.import.kind.${value}`) })),
          },
          { group: t('exchange.import.mappings'), options: mappings },
        ],
      })}${fileUpload(t, {
        ...state.field('file'),
        label: t('exchange.import.file'),
        hint: t('exchange.import.file.hint'),
        accept: '.csv,.txt,.xlsx',
      })}${button({ text: t('exchange.import.upload') })}`,
    })}</div></div>
<h2 class="govuk-heading-m">${t('exchange.import.earlier')}</h2>
${view.runs.length === 0 ? emptyState({ title: t('exchange.import.none') }) : list(ctx, view.runs)}`,
  }
}

function list(ctx: PageContext, runs: readonly Run[]): Html {
  const { t, lang, tenant } = ctx
  return table({
    caption: t('exchange.import.earlier'),
    captionHidden: true,
    columns: [
      { text: t('exchange.import.file') },
      { text: t('exchange.import.kind') },
      { text: t('exchange.import.begun'), fit: true },
      { text: t('exchange.import.standing'), fit: true },
    ],
    rows: runs.map(run => [
      html`<a class="govuk-link app-break" href="/organisation/imports/${run.id}">${run.fileName}</a>`,
      t(`exchange.import.kind.${run.kind}`),
      formatDateTime(run.createdAt, lang, tenant.timeZone),
      runTag(ctx, run.status),
    ]),
  })
}

const colours: Record<RunStatus, TagColour> = {
  mapping: 'blue',
  checking: 'teal',
  checked: 'blue',
  running: 'teal',
  done: 'green',
  failed: 'red',
  discarded: 'grey',
}

/** Where an import stands. */
export function runTag({ t }: PageContext, status: RunStatus): Html {
  return tag(t(`exchange.import.status.${status}`), colours[status])
}
