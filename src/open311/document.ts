/** What a resource says, apart from how it is written: the same tree becomes XML and JSON. */
export type Node = string | number | boolean | null | List | Fields
/** Named parts, in order; one that is undefined is left out, one that is null is there and empty. */
export type Fields = { readonly [name: string]: Node | undefined }
/** Any number of the same thing; `of` is what XML calls each. */
export type List = { readonly of: string; readonly items: readonly Node[] }

/** How a resource is written. */
export type Format = 'xml' | 'json'

/** A list of things that XML calls `of`. */
export function list(of: string, items: readonly Node[]): List {
  return { of, items }
}

/** The media type that each format is sent as, its encoding declared. */
export const mediaTypes: Readonly<Record<Format, string>> = {
  xml: 'text/xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
}

/**
 * Writes a document whose outermost element is `root`. JSON follows XML by the Spark convention: the root and the names
 * of a list's items fall away, so that a list is an array whether it has none, one or more.
 * Source: GeoReport v2, "JSON Support".
 */
export function write(format: Format, root: string, node: Node): string {
  if (format === 'json') return JSON.stringify(toJson(node))
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, node)}\n`
}

function toJson(node: Node): unknown {
  if (node === null || typeof node !== 'object') return node
  if (isList(node)) return node.items.map(toJson)
  return Object.fromEntries(
    Object.entries(node).flatMap(([name, value]) => (value === undefined ? [] : [[name, toJson(value)]])),
  )
}

function element(name: string, node: Node): string {
  const content = inner(node)
  return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`
}

function inner(node: Node): string {
  if (node === null) return ''
  if (typeof node !== 'object') return escaped(String(node))
  if (isList(node)) return node.items.map(item => element(node.of, item)).join('')
  return Object.entries(node)
    .map(([name, value]) => (value === undefined ? '' : element(name, value)))
    .join('')
}

function isList(node: List | Fields): node is List {
  return Array.isArray((node as List).items)
}

// XML 1.0 has no way at all to write most control characters; a carriage return would come back as a line feed.
const special = /[&<>\r]|[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu
const written: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }

function escaped(text: string): string {
  return text.replace(special, found => written[found] ?? '\uFFFD')
}
