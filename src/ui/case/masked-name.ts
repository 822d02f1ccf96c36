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
    return html`<span class="app-person">${lock}${t('ui.person.protected')}</span>`
  }
  return html`<span class="app-person">${lock}${person.masked}<span class="govuk-visually-hidden"> ${t('ui.person.sealed')}</span></span>`
}

// A padlock: the name is closed, not missing.
const lock = html`<svg class="app-person__lock" viewBox="0 0 12 14" aria-hidden="true" focusable="false"><path d="M2 6h8a1 1 0 0 1 1 1v6H1V7a1 1 0 0 1 1-1z" fill="currentColor"/><path d="M3.5 6V4a2.5 2.5 0 0 1 5 0v2" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>`
