import type { T } from '../../platform/i18n/translator.ts'
import { attributes, type Html, html } from '../html.ts'
import { describedBy, type Field, idOf, labelled } from './field.ts'

/** Options of a field of several lines. */
export type Textarea = Field & {
  value?: string | undefined
  rows?: number | undefined
  /** Most characters taken; said below the field, and counted while typing where scripts run. */
  limit?: number | undefined
  spellcheck?: boolean | undefined
}

/** A field of several lines, with a count of the characters left when there is a limit. */
export function textarea(t: T, field: Textarea): Html {
  const { limit } = field
  const id = idOf(field)
  const control = html`<textarea${attributes({
    class: `govuk-textarea${field.error ? ' govuk-textarea--error' : ''}`,
    id,
    name: field.name,
    rows: field.rows ?? 6,
    spellcheck: field.spellcheck === undefined ? undefined : String(field.spellcheck),
    'aria-describedby': describedBy(field, limit ? `${id}-limit` : undefined),
    'aria-invalid': field.error && 'true',
    // No maxlength: it would cut off pasted text without a word. Too much text is a fault that says so.
    'data-limit': limit,
  })}>
${field.value ?? ''}</textarea>${limit && count(t, id, limit)}`
  return labelled(t, field, control)
}

function count(t: T, id: string, limit: number): Html {
  return html`<div id="${id}-limit" class="govuk-hint app-limit"${attributes({
    'data-left-one': t('ui.characters.left-one', { n: '%n' }),
    'data-left': t('ui.characters.left', { n: '%n' }),
    'data-over-one': t('ui.characters.over-one', { n: '%n' }),
    'data-over': t('ui.characters.over', { n: '%n' }),
  })}>${t('ui.characters.limit', { n: limit })}</div>`
}
