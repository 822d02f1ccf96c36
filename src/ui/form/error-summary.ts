import type { T } from '../../platform/i18n/translator.ts'
import { type Html, html, nothing } from '../html.ts'

/** Everything that is wrong with a form, each linked to the field that mends it; stands before the page heading. */
export function errorSummary(t: T, errors: readonly { field?: string; text: string }[]): Html {
  if (errors.length === 0) return nothing
  return html`<div class="govuk-error-summary" tabindex="-1" data-focus><div role="alert">
<h2 class="govuk-error-summary__title">${t('ui.errors')}</h2>
<div class="govuk-error-summary__body"><ul class="govuk-list govuk-error-summary__list">${errors.map(
    ({ field, text }) => html`<li>${field ? html`<a href="#${field}">${text}</a>` : text}</li>`,
  )}</ul></div>
</div></div>`
}
