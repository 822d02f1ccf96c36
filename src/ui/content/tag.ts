import { type Content, type Html, html } from '../html.ts'

/** The colours of a tag; they support its words and never replace them. */
export type TagColour = 'grey' | 'teal' | 'blue' | 'green' | 'amber' | 'red'

/** The state of a thing in one or two words. */
export function tag(text: Content, colour: TagColour = 'teal'): Html {
  return html`<strong class="govuk-tag app-tag--${colour}">${text}</strong>`
}

/** A small outlined mark beside a name, such as "demo" or "provisional". */
export function badge(text: Content): Html {
  return html`<span class="app-badge">${text}</span>`
}
