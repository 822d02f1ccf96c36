import { type Place, placesOf, urlAttributes } from './template-places.ts'

/** Markup that is safe to send: made only by `html`, by functions built on it, or by `trustedHtml`. */
export type Html = Markup

/** What may stand in a `${…}` of an `html` template: text is escaped, `Html` is not, nothing prints nothing. */
export type Content = Html | string | number | bigint | false | null | undefined | readonly Content[]

class Markup {
  // A private field makes the type nominal, so that no other object with a toString() passes for `Html`.
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  toString(): string {
    return this.#text
  }
}

/** Whether a value is `Html`, and so already escaped. */
export const isHtml = (value: unknown): value is Html => value instanceof Markup

/** Declares text to be safe markup; only for text that no person typed, such as an SVG drawn by the server. */
export const trustedHtml = (text: string): Html => new Markup(text)

/** Markup that prints nothing. */
export const nothing: Html = new Markup('')

const special = /[&<>"']/
const specials = /[&<>"']/g
const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for element content and for quoted attribute values. */
export const escapeText = (text: string): string =>
  special.test(text) ? text.replace(specials, found => entities[found] ?? found) : text

/** Gives the address back, or `#` for any scheme but these: `javascript:` would run code. */
export const safeUrl = (address: string): string =>
  /^[^/?#:]*:/.test(address) && !/^(?:https?|mailto|tel|webcal):/i.test(address) ? '#' : address

/** Writes escaped markup; a template that could not be made safe throws the first time it is used. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  const places = placesOf(strings)
  let out = strings[0] ?? ''
  for (let i = 0; i < values.length; i++) {
    out += print(values[i], places[i] ?? 'text') + (strings[i + 1] ?? '')
  }
  return new Markup(out)
}

/** Joins pieces with markup between them, leaving out those that print nothing. */
export function join(pieces: readonly Content[], between: Content): Html {
  const separator = print(between, 'text')
  return new Markup(
    pieces
      .map(piece => print(piece, 'text'))
      .filter(text => text !== '')
      .join(separator),
  )
}

type AttributeValue = string | number | boolean | null | undefined

/** Attributes from a record: `true` prints the bare name; `false`, `null` and `undefined` leave it out. */
export function attributes(values: Readonly<Record<string, AttributeValue>>): Html {
  let out = ''
  for (const name in values) {
    const value = values[name]
    if (value === undefined || value === null || value === false) continue
    if (!attributeName.test(name)) throw new Error(`"${name}" is not an attribute that may be set from data`)
    const text = urlAttributes.has(name) ? safeUrl(String(value)) : String(value)
    out += value === true ? ` ${name}` : ` ${name}="${escapeText(text)}"`
  }
  return new Markup(out)
}

const attributeName = /^(?!on|style$|srcdoc$)[a-z][a-z0-9-]*$/

function print(value: Content, place: Place): string {
  if (typeof value === 'string') {
    if (place === 'text' || place === 'quoted') return escapeText(value)
    if (place === 'url') return escapeText(safeUrl(value))
    throw new Error('plain text may not stand among attributes: use attributes({ … })')
  }
  if (value === undefined || value === null || value === false) return ''
  if (value instanceof Markup)
    return place === 'text' || place === 'tag' ? value.toString() : quoteSafe(value)
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) {
    let out = ''
    for (const one of value) out += print(one, place)
    return out
  }
  // A promise that was not awaited or a plain object ends here, not as "[object Object]" on somebody's page.
  throw new TypeError(`cannot print ${Object.prototype.toString.call(value)} in markup`)
}

/** Markup inside an attribute keeps its entities but may not end the attribute. */
const quoteSafe = (value: Html): string => value.toString().replaceAll('"', '&quot;').replaceAll("'", '&#39;')
