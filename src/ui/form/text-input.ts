import type { T } from '../../platform/i18n/translator.ts'
import { attributes, type Content, type Html, html } from '../html.ts'
import { describedBy, type Field, idOf, labelled } from './field.ts'

/** Options of a one-line field. */
export type TextInput = Field & {
  value?: string | undefined
  type?: 'text' | 'email' | 'tel' | 'url' | 'password' | 'search' | undefined
  /** Width in characters, when the expected length is known. */
  width?: 2 | 3 | 4 | 5 | 10 | 20 | 30 | undefined
  /** What the browser may fill in (WCAG 1.3.5), such as `name` or `email`. */
  autocomplete?: string | undefined
  /** `numeric` shows the digit pad of a phone and keeps the field a text field, as codes and numbers need. */
  inputmode?: 'numeric' | 'decimal' | undefined
  maxlength?: number | undefined
  spellcheck?: boolean | undefined
  prefix?: Content
  suffix?: Content
}

/** A one-line text field. */
export function textInput(t: T, field: TextInput): Html {
  const { width, inputmode, maxlength, prefix, suffix } = field
  const input = html`<input${attributes({
    class: `govuk-input${width ? ` govuk-input--width-${width}` : ''}${field.error ? ' govuk-input--error' : ''}`,
    id: idOf(field),
    name: field.name,
    type: field.type ?? 'text',
    value: field.value || undefined,
    autocomplete: field.autocomplete,
    inputmode,
    maxlength,
    spellcheck: field.spellcheck === undefined ? undefined : String(field.spellcheck),
    'aria-describedby': describedBy(field),
    'aria-invalid': field.error && 'true',
  })}>`
  if (!prefix && !suffix) return labelled(t, field, input)
  const control = html`<div class="govuk-input__wrapper">${prefix && html`<div class="govuk-input__prefix" aria-hidden="true">${prefix}</div>`}${input}${suffix && html`<div class="govuk-input__suffix" aria-hidden="true">${suffix}</div>`}</div>`
  return labelled(t, field, control)
}
