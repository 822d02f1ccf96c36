import type { T } from '../../platform/i18n/translator.ts'
import { type Content, type Html, html } from '../html.ts'

/** A part of a page that opens when asked for; `open` shows it from the start. */
export function details({
  summary,
  content,
  open,
}: {
  summary: Content
  content: Content
  open?: boolean
}): Html {
  return html`<details class="govuk-details"${open && html` open`}><summary class="govuk-details__summary"><span class="govuk-details__summary-text">${summary}</span></summary><div class="govuk-details__text">${content}</div></details>`
}

/** Words set apart from the text around them. */
export function insetText(content: Content): Html {
  return html`<div class="govuk-inset-text">${content}</div>`
}

/** A warning of a consequence, such as a deadline that will pass. */
export function warningText(t: T, content: Content): Html {
  return html`<div class="govuk-warning-text"><span class="govuk-warning-text__icon" aria-hidden="true">!</span><strong class="govuk-warning-text__text"><span class="govuk-visually-hidden">${t('ui.warning')} </span>${content}</strong></div>`
}

/** A large confirmation that something is done; its title is the heading of the page. */
export function panel({ title, body }: { title: Content; body?: Content }): Html {
  return html`<div class="govuk-panel govuk-panel--confirmation"><h1 class="govuk-panel__title">${title}</h1>${body && html`<div class="govuk-panel__body">${body}</div>`}</div>`
}

/** A banner about something other than this page's task; `success` for what was just done. */
export function notificationBanner(
  t: T,
  { kind, content, id = 'notice' }: { kind: 'information' | 'success'; content: Content; id?: string },
): Html {
  const done = kind === 'success'
  return html`<div class="govuk-notification-banner${done && ' govuk-notification-banner--success'}" role="${done ? 'alert' : 'region'}" aria-labelledby="${id}-title"><div class="govuk-notification-banner__header"><h2 class="govuk-notification-banner__title" id="${id}-title">${t(done ? 'ui.flash.success' : 'ui.flash.information')}</h2></div><div class="govuk-notification-banner__content">${content}</div></div>`
}

/** What stands where a list would be when it has nothing in it, and what one may do about it. */
export function emptyState({ title, content }: { title: Content; content?: Content }): Html {
  return html`<div class="app-empty"><p class="app-empty__title">${title}</p>${content}</div>`
}
