import { orgNavigation } from '../../org/pages/frame.ts'
import type { Fault } from '../../platform/errors.ts'
import { formatDateTime } from '../../platform/i18n/dates.ts'
import { insetText } from '../../ui/content/callouts.ts'
import { table } from '../../ui/content/table.ts'
import { button, buttonGroup } from '../../ui/form/button.ts'
import { checkbox } from '../../ui/form/choices.ts'
import { form } from '../../ui/form/form.ts'
import { type FormState, formState, type Typed } from '../../ui/form/form-state.ts'
import { select } from '../../ui/form/select.ts'
import { textInput } from '../../ui/form/text-input.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { dateReader } from '../date-format.ts'
import { describeSheets } from '../describe-sheets.ts'
import { fieldsOf } from '../fields.ts'
import { dateFormats, type Inspection } from '../inspect-file.ts'
import type { Run } from '../run.ts'
import { encodings } from '../sheets/encoding.ts'

/** What an import's page shows of its file: how it looks, what was chosen, and what is wrong with that. */
export type MappingView = { run: Run; seen: Inspection; typed?: Typed; faults?: readonly Fault[] }

/** Which column is what, beside the first rows of the file. */
export function mappingPage(ctx: PageContext, { run, seen, typed, faults }: MappingView): Page {
  const { t } = ctx
  const state = formState(t, typed ?? typedOf(run, seen), faults)
  const here = `/organisation/imports/${run.id}`
  const sheets = describeSheets(seen.sheets, t)
  return {
    title: t('exchange.mapping.title', { file: run.fileName }),
    invalid: state.invalid,
    wide: true,
    before: html`${orgNavigation(ctx, 'imports')}${backLink(t, '/organisation/imports')}`,
    main: html`${state.summary}<h1 class="govuk-heading-l app-break">${t('exchange.mapping.title', { file: run.fileName })}</h1>
<p class="govuk-body">${t(`exchange.import.kind.${run.kind}`)}</p>
${run.kind === 'categories' && insetText(t('exchange.mapping.categories'))}
${run.reading.mapping !== undefined && insetText(t('exchange.mapping.ready', { mapping: run.reading.mapping }))}
${sheets && insetText(sheets)}
${form({
  action: `${here}/mapping`,
  content: html`${reading(ctx, run, seen, state)}${run.reading.mapping === undefined && fields(ctx, run, seen, state)}${
    run.kind === 'cases' && cases(ctx, run, state)
  }${buttonGroup(
    button({ text: t('exchange.mapping.check'), name: 'do', value: 'check' }),
    button({ text: t('exchange.mapping.look'), name: 'do', value: 'look', kind: 'secondary' }),
  )}`,
})}
<h2 class="govuk-heading-m">${t('exchange.mapping.samples')}</h2>
${samples(ctx, seen)}
${form({ action: `${here}/discard`, content: button({ text: t('exchange.import.discard'), kind: 'warning' }) })}`,
  }
}

function typedOf({ reading }: Run, seen: Inspection): Typed {
  const { choice, dateFormat, encoding, source, createUnits } = reading
  return {
    ...Object.fromEntries(Object.entries(choice).map(([field, column]) => [`field-${field}`, column])),
    dateFormat: dateFormat || seen.dateFormat,
    encoding,
    source,
    ...(createUnits && { createUnits: 'yes' }),
  }
}

function reading({ t }: PageContext, run: Run, seen: Inspection, state: FormState): Html {
  if (seen.format !== 'csv') return html``
  return select(t, {
    ...state.field('encoding'),
    label: t('exchange.mapping.encoding'),
    hint: t('exchange.mapping.encoding.hint'),
    value: state.field('encoding').value || run.reading.encoding || seen.encoding,
    options: encodings.map(value => ({ value, text: t(`exchange.encoding.${value}`) })),
  })
}

/** A field a line: what it is, the column it is taken from, and what that column holds. */
function fields(ctx: PageContext, run: Run, seen: Inspection, state: FormState): Html {
  const { t } = ctx
  const none = { value: '', text: t('exchange.mapping.no-column') }
  const options = [none, ...new Set(seen.columns.filter(Boolean))].map(one =>
    typeof one === 'string' ? { value: one, text: one } : one,
  )
  return html`<h2 class="govuk-heading-m">${t('exchange.mapping.fields')}</h2>${fieldsOf[run.kind].map(
    ({ name, label, required }) => {
      const field = state.field(`field-${name}`)
      const held = heldIn(seen, field.value)
      const hint =
        held.length > 0
          ? t('exchange.mapping.holds', { values: held.join(t('exchange.mapping.between')) })
          : undefined
      return select(t, {
        ...field,
        label: required ? t.stored(label) : t('exchange.mapping.optional', { field: t.stored(label) }),
        ...(hint && { hint }),
        options,
      })
    },
  )}${run.kind === 'cases' && dates(ctx, run, seen, state)}`
}

function heldIn({ columns, samples }: Inspection, column: string): string[] {
  const at = columns.indexOf(column)
  if (at === -1) return []
  const values = samples.map(row => shortened(row[at] ?? '')).filter(Boolean)
  return [...new Set(values)].slice(0, 3)
}

function dates(ctx: PageContext, run: Run, seen: Inspection, state: FormState): Html {
  const { t, lang } = ctx
  const field = state.field('dateFormat')
  const [day] = heldIn(seen, state.field('field-created').value)
  const read = field.value && day ? dateReader(field.value, ctx.tenant.timeZone)(day) : undefined
  const hint =
    day === undefined
      ? undefined
      : read
        ? t('exchange.mapping.date-is', { value: day, date: formatDateTime(read, lang, ctx.tenant.timeZone) })
        : t('exchange.mapping.date-is-none', { value: day })
  const known: readonly string[] = dateFormats
  const all =
    known.includes(run.reading.dateFormat) || !run.reading.dateFormat
      ? known
      : [run.reading.dateFormat, ...known]
  return select(t, {
    ...field,
    label: t('exchange.mapping.date-format'),
    ...(hint && { hint }),
    options: [{ value: '', text: t('org.choose') }, ...all.map(value => ({ value, text: value }))],
  })
}

function cases({ t }: PageContext, run: Run, state: FormState): Html {
  return html`${
    run.reading.mapping === undefined &&
    textInput(t, {
      ...state.field('source'),
      label: t('exchange.mapping.source'),
      hint: t('exchange.mapping.source.hint'),
      spellcheck: false,
      width: 20,
    })
  }${checkbox(t, {
    name: 'createUnits',
    value: 'yes',
    checked: state.field('createUnits').value === 'yes',
    label: t('exchange.mapping.create-units'),
    hint: t('exchange.mapping.create-units.hint'),
  })}`
}

function samples({ t }: PageContext, { columns, samples }: Inspection): Html {
  if (samples.length === 0) return html`<p class="govuk-body">${t('exchange.mapping.no-rows')}</p>`
  // A file may have hundreds of columns; all of them can be chosen above, and the first tell which file it is.
  const shown = columns.slice(0, 12)
  return table({
    caption: t('exchange.mapping.samples'),
    captionHidden: true,
    columns: shown.map(text => ({ text })),
    rows: samples.map(row => shown.map((_, at) => shortened(row[at] ?? ''))),
  })
}

function shortened(value: string): string {
  const signs = [...value.trim()]
  return signs.length > 60 ? `${signs.slice(0, 59).join('')}…` : signs.join('')
}
