import type { T } from '../../platform/i18n/translator.ts'
import { button } from '../form/button.ts'
import { type Content, type Html, html } from '../html.ts'

/** A filter that is on, and the address of the list without it. */
export type ActiveFilter = { text: Content; removeHref: string }

/** A filter above a list; it is a form that puts its values into the address, so a filtered list can be sent on. */
export function filter(
  t: T,
  options: { action: string; fields: Content; active: readonly ActiveFilter[]; clearHref: string },
): Html {
  const { action, fields, active, clearHref } = options
  return html`<div class="app-filter"><details class="app-filter__details"><summary class="app-filter__summary">${t('ui.filter.title')}</summary><form method="get" action="${action}" class="app-filter__form"><div class="app-filter__fields">${fields}</div>${button({ text: t('ui.filter.apply'), kind: 'secondary' })}</form></details>${
    active.length > 0 &&
    html`<ul class="app-filter__active">${active.map(
      ({ text, removeHref }) =>
        html`<li><a class="app-filter__tag" href="${removeHref}"><span class="govuk-visually-hidden">${t('ui.filter.remove')} </span>${text}</a></li>`,
    )}<li><a class="govuk-link" href="${clearHref}">${t('ui.filter.clear')}</a></li></ul>`
  }</div>`
}
