import type { T } from '../../platform/i18n/translator.ts'
import { type Html, html } from '../html.ts'

/** How a person is known to the reader of a page. */
export type Masked =
  /** `masked` is what may be seen of the name, such as `王**`; it was masked before it came here. */
  { kind: 'sealed'; masked: string } | { kind: 'protected' } | { kind: 'anonymous' }

/** A person as staff see them: never the name itself, and why it is not shown. */
export function maskedName(t: T, person: Masked): Html {
  if (person.kind === 'anonymous') return html`<span class="app-person">${t('ui.person.anonymous')}</span>`
  if (person.kind === 'protected') {
    return html`<span class="app-person app-person--sealed">${t('ui.person.protected')}</span>`
  }
  return html`<span class="app-person app-person--sealed">${person.masked}<span class="govuk-visually-hidden"> ${t('ui.person.sealed')}</span></span>`
}
