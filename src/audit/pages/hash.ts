import { type Html, html } from '../../ui/html.ts'

/** A hash or a name of a key, whole, which may break anywhere between eight characters to fit a phone. */
export function hashText(hash: string): Html {
  const groups = hash.match(/.{1,8}/g) ?? []
  return html`<code>${groups.map((group, i) => (i === 0 ? group : html`<wbr>${group}`))}</code>`
}
