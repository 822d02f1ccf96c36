import type { T } from '../../platform/i18n/translator.ts'
import { type Content, type Html, html } from '../html.ts'

/** What every form field has. */
export type Field = {
  /** Name of the value sent; the id too, unless `id` is given. A fault of this field links to the id. */
  name: string
  id?: string | undefined
  label: Content
  /** Size of the label or legend; `m` and `l` when it is the question of a page. */
  labelSize?: 's' | 'm' | 'l' | undefined
  /** Whether the label or legend is the heading of the page. */
  isHeading?: boolean | undefined
  hint?: Content
  /** What is wrong and how to mend it, in the reader's language. */
  error?: string | undefined
}

/** The id of a field's control, or of the first control of a group. */
export const idOf = (field: Field): string => field.id ?? field.name

/** Ids for `aria-describedby`: hint first, then the error, as they are read. */
export function describedBy(field: Field, more?: string): string | undefined {
  const ids: string[] = []
  if (field.hint) ids.push(`${idOf(field)}-hint`)
  if (field.error) ids.push(`${idOf(field)}-error`)
  if (more) ids.push(more)
  return ids.length > 0 ? ids.join(' ') : undefined
}

/** Hint and error message as they stand between the label and the control. */
export function hintAndError(t: T, field: Field): Html {
  const id = idOf(field)
  return html`${field.hint && html`<div id="${id}-hint" class="govuk-hint">${field.hint}</div>`}${
    field.error &&
    html`<p id="${id}-error" class="govuk-error-message"><span class="govuk-visually-hidden">${t('ui.error-prefix')}</span>${field.error}</p>`
  }`
}

/** One control with its label, hint and error. */
export function labelled(t: T, field: Field, control: Content, groupClass?: string): Html {
  const size = field.labelSize ?? (field.isHeading ? 'l' : undefined)
  const label = html`<label class="govuk-label${size && ` govuk-label--${size}`}" for="${idOf(field)}">${field.label}</label>`
  return html`<div class="govuk-form-group${field.error && ' govuk-form-group--error'}${groupClass && ` ${groupClass}`}">
${field.isHeading ? html`<h1 class="govuk-label-wrapper">${label}</h1>` : label}
${hintAndError(t, field)}${control}
</div>`
}

/** A group of controls with its legend, hint and error. */
export function grouped(t: T, field: Field, controls: Content): Html {
  return html`<div class="govuk-form-group${field.error && ' govuk-form-group--error'}">
${fieldset({ legend: field.label, size: field.labelSize, isHeading: field.isHeading, describedBy: describedBy(field), content: html`${hintAndError(t, field)}${controls}` })}
</div>`
}

/** Controls that belong together, with a legend that says to what. */
export function fieldset(options: {
  legend: Content
  size?: 's' | 'm' | 'l' | undefined
  isHeading?: boolean | undefined
  describedBy?: string | undefined
  content: Content
}): Html {
  const size = options.size ?? (options.isHeading ? 'l' : undefined)
  const { describedBy: ids } = options
  return html`<fieldset class="govuk-fieldset"${ids && html` aria-describedby="${ids}"`}>
<legend class="govuk-fieldset__legend${size && ` govuk-fieldset__legend--${size}`}">${
    options.isHeading ? html`<h1 class="govuk-fieldset__heading">${options.legend}</h1>` : options.legend
  }</legend>
${options.content}
</fieldset>`
}
