import { attributes, type Content, type Html, html } from '../html.ts'

/** Options of a button. */
export type Button = {
  text: Content
  /** `primary` once on a page, for the step it is about; `warning` for what cannot be undone. */
  kind?: 'primary' | 'secondary' | 'warning' | undefined
  name?: string | undefined
  value?: string | undefined
  /** Id of the form, when the button stands outside of it. */
  form?: string | undefined
  /** Sends the form without checking it, as "save and come back later" does. */
  unchecked?: boolean | undefined
}

/** A button that sends its form. */
export function button({ text, kind = 'primary', name, value, form, unchecked }: Button): Html {
  return html`<button${attributes({ class: look(kind), type: 'submit', name, value, form, formnovalidate: unchecked })}>${text}</button>`
}

/** A link that looks like a button, because it begins something; it only opens a page. */
export function linkButton({
  text,
  href,
  kind = 'primary',
}: {
  text: Content
  href: string
  kind?: Button['kind']
}): Html {
  return html`<a href="${href}" role="button" draggable="false" class="${look(kind)}">${text}</a>`
}

/** Buttons and links side by side, one below the other on a phone. */
export function buttonGroup(...items: readonly Content[]): Html {
  return html`<div class="govuk-button-group">${items}</div>`
}

const look = (kind: Button['kind']): string =>
  kind === 'primary' || kind === undefined ? 'govuk-button' : `govuk-button govuk-button--${kind}`
