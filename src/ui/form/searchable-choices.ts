import type { T } from '../../platform/i18n/translator.ts'
import { attributes, type Content, type Html, html } from '../html.ts'
import { type Field, grouped, idOf } from './field.ts'

/** A heading of the list and the answers under it. */
export type ChoiceGroup = {
  title: Content
  /** `words` are what else a choice is found by, unseen: other names, another language. */
  choices: readonly { value: string; label: Content; hint?: Content; words?: string | undefined }[]
}

/**
 * A question with one answer out of many, in groups that open; a search field above appears where scripts run. The
 * group of the chosen answer is open. Without scripts the groups alone lead to every answer.
 */
export function searchableChoices(
  t: T,
  field: Field & { value?: string | undefined; groups: readonly ChoiceGroup[] },
): Html {
  const id = idOf(field)
  let index = 0
  const groups = field.groups.map(group => {
    const isOpen = field.groups.length === 1 || group.choices.some(({ value }) => value === field.value)
    return html`<details class="app-tree__group"${isOpen && html` open`}><summary>${group.title}</summary><div class="govuk-radios">${group.choices.map(
      ({ value, label, hint, words }) => {
        // The group of the first answer may be closed, so the error summary leads to the list as a whole.
        const own = `${id}-${++index}`
        return html`<div class="govuk-radios__item"${attributes({ 'data-search-item': words ?? true })}><input${attributes(
          {
            class: 'govuk-radios__input',
            type: 'radio',
            id: own,
            name: field.name,
            value,
            checked: value === field.value,
            'aria-describedby': hint ? `${own}-item-hint` : undefined,
          },
        )}><label class="govuk-label govuk-radios__label" for="${own}">${label}</label>${
          hint && html`<div id="${own}-item-hint" class="govuk-hint govuk-radios__hint">${hint}</div>`
        }</div>`
      },
    )}</div></details>`
  })
  return grouped(
    t,
    field,
    html`<div id="${id}" tabindex="-1" class="app-tree" data-search><div class="app-tree__search" hidden><label class="govuk-label" for="${id}-search">${t('ui.choices.search')}</label><input class="govuk-input" id="${id}-search" type="search" autocomplete="off" data-search-field></div>${groups}<p class="govuk-body" role="status" data-search-none="${t('ui.choices.none')}"></p></div>`,
  )
}
