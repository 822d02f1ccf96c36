import type { T } from '../../platform/i18n/translator.ts'
import { attributes, type Html, html } from '../html.ts'
import { describedBy, type Field, idOf, labelled } from './field.ts'

/** One line of a select. */
export type SelectOption = { value: string; text: string; disabled?: boolean | undefined }

/** A drop-down list; with `groups` its lines stand under headings. For fewer than seven answers use radios. */
export function select(
  t: T,
  field: Field & {
    value?: string | undefined
    options: readonly (SelectOption | { group: string; options: readonly SelectOption[] })[]
  },
): Html {
  const option = ({ value, text, disabled }: SelectOption): Html =>
    html`<option${attributes({ value, selected: value === (field.value ?? ''), disabled })}>${text}</option>`
  const control = html`<select${attributes({
    class: `govuk-select${field.error ? ' govuk-select--error' : ''}`,
    id: idOf(field),
    name: field.name,
    'aria-describedby': describedBy(field),
    'aria-invalid': field.error && 'true',
  })}>${field.options.map(one =>
    'group' in one ? html`<optgroup label="${one.group}">${one.options.map(option)}</optgroup>` : option(one),
  )}</select>`
  return labelled(t, field, control)
}
