import type { T } from '../../platform/i18n/translator.ts'
import { attributes, type Html, html } from '../html.ts'
import { describedBy, type Field, grouped, idOf } from './field.ts'
import type { Typed } from './form-state.ts'

type Part = 'day' | 'month' | 'year'

/** A known date in three fields `<name>-day`, `-month`, `-year`, in the order in which the language says it. */
export function dateInput(t: T, field: Field & { typed?: Typed | undefined }): Html {
  const order: readonly Part[] = t.lang === 'zh-CN' ? ['year', 'month', 'day'] : ['day', 'month', 'year']
  return grouped(
    t,
    field,
    html`<div class="govuk-date-input">${order.map((part, i) => one(t, field, part, i === 0))}</div>`,
  )
}

function one(t: T, field: Field & { typed?: Typed | undefined }, part: Part, isFirst: boolean): Html {
  // The first control carries the bare id, which is where the error summary leads.
  const id = isFirst ? idOf(field) : `${idOf(field)}-${part}`
  const value = field.typed?.[`${field.name}-${part}`]
  return html`<div class="govuk-date-input__item"><div class="govuk-form-group"><label class="govuk-label govuk-date-input__label" for="${id}">${t(`ui.date.${part}`)}</label><input${attributes(
    {
      class: `govuk-input govuk-date-input__input govuk-input--width-${part === 'year' ? 4 : 2}${field.error ? ' govuk-input--error' : ''}`,
      id,
      name: `${field.name}-${part}`,
      type: 'text',
      inputmode: 'numeric',
      value: typeof value === 'string' ? value : undefined,
      'aria-describedby': describedBy(field),
    },
  )}></div></div>`
}
