import type { T } from '../../platform/i18n/translator.ts'
import { attributes, type Content, type Html, html } from '../html.ts'
import { type Field, grouped, idOf } from './field.ts'

/** One answer to choose. */
export type Choice = {
  value: string
  label: Content
  hint?: Content
  /**
   * Fields that belong to this answer alone. They are always in the page, so they work without scripts; a browser
   * that knows `:has()` shows them only while the answer is chosen.
   */
  reveals?: Content
  disabled?: boolean | undefined
}

/** Answers under a heading of their own, or a single answer, or a word between answers such as "or". */
export type Choices = readonly (Choice | { divider: Content })[]

type Options = Field & {
  choices: Choices
  /** Smaller controls, for filters on staff pages. */
  small?: boolean | undefined
  /** Side by side from tablet width on, for two or three short answers. */
  inline?: boolean | undefined
}

/** A question with exactly one answer. */
export function radios(t: T, field: Options & { value?: string | undefined }): Html {
  return grouped(
    t,
    field,
    list('radio', field, value => value === field.value),
  )
}

/** A question with any number of answers. */
export function checkboxes(t: T, field: Options & { values?: readonly string[] | undefined }): Html {
  return grouped(
    t,
    field,
    list('checkbox', field, value => field.values?.includes(value) ?? false),
  )
}

/** A single box to tick, such as a consent; it needs no legend. */
export function checkbox(t: T, field: Field & { value: string; checked: boolean }): Html {
  const choices = [{ value: field.value, label: field.label, hint: field.hint }]
  return html`<div class="govuk-form-group${field.error && ' govuk-form-group--error'}">${
    field.error &&
    html`<p id="${idOf(field)}-error" class="govuk-error-message"><span class="govuk-visually-hidden">${t('ui.error-prefix')}</span>${field.error}</p>`
  }${list('checkbox', { ...field, choices, label: '' }, () => field.checked)}</div>`
}

/** The controls alone, for callers that bring their own fieldset. */
function list(type: 'radio' | 'checkbox', field: Options, isChosen: (value: string) => boolean): Html {
  const block = type === 'radio' ? 'govuk-radios' : 'govuk-checkboxes'
  let index = 0
  return html`<div class="${block}${field.small && ` ${block}--small`}${field.inline && ` ${block}--inline`}">${field.choices.map(
    choice => {
      if ('divider' in choice) return html`<div class="${block}__divider">${choice.divider}</div>`
      // The first control carries the bare id, which is where the error summary leads.
      const id = index++ === 0 ? idOf(field) : `${idOf(field)}-${index}`
      return item(type, block, field.name, id, choice, isChosen(choice.value))
    },
  )}</div>`
}

function item(
  type: 'radio' | 'checkbox',
  block: string,
  name: string,
  id: string,
  choice: Choice,
  checked: boolean,
): Html {
  return html`<div class="${block}__item"><input${attributes({
    class: `${block}__input`,
    id,
    name,
    type,
    value: choice.value,
    checked,
    disabled: choice.disabled,
    'aria-describedby': choice.hint ? `${id}-item-hint` : undefined,
  })}><label class="govuk-label ${block}__label" for="${id}">${choice.label}</label>${
    choice.hint && html`<div id="${id}-item-hint" class="govuk-hint ${block}__hint">${choice.hint}</div>`
  }</div>${choice.reveals && html`<div class="${block}__conditional app-revealed">${choice.reveals}</div>`}`
}
