import { type Content, type Html, html } from '../html.ts'
import type { PageContext } from '../page-context.ts'
import { moment } from './timeline.ts'

/** A message between the resident and the office. */
export type Message = {
  at: Temporal.Instant
  /** Which side wrote it: the reader's own messages stand to the right. */
  own: boolean
  by: Content
  text: string
  /** Links to the files that came with it. */
  files?: Content
}

/** Messages both ways, oldest first. */
export function messages(ctx: Pick<PageContext, 'lang' | 'tenant'>, list: readonly Message[]): Html {
  return html`<ol class="app-messages">${list.map(
    ({ at, own, by, text, files }) =>
      html`<li class="app-message${own && ' app-message--own'}"><p class="app-message__meta"><strong>${by}</strong> ${moment(ctx, at)}</p><div class="app-written">${text}</div>${files && html`<div class="app-message__files">${files}</div>`}</li>`,
  )}</ol>`
}

/** Text as a person wrote it: line breaks kept, long words broken, nothing made into links. */
export function written(text: string): Html {
  return html`<div class="app-written">${text}</div>`
}
