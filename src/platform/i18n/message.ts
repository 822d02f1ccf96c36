import { IntlMessageFormat } from 'intl-messageformat'
import type { Lang } from './languages.ts'

/** Values for the placeholders of a text. */
export type TextValues = Readonly<Record<string, string | number | bigint>>

/** A text made ready: itself where it has no placeholders, else what puts the values in. */
export type Message = string | ((values: TextValues) => string)

/** Makes a text in ICU MessageFormat ready for use. @throws if it is not valid. */
export function compileMessage(source: string, lang: Lang): Message {
  if (!/[{}']/.test(source)) return source
  const message = new IntlMessageFormat(source, lang, undefined, { ignoreTag: true })
  const elements = message.getAst()
  // The library's own formatting costs 5 to 10 µs a text, which is most of a queue page; words, plurals and choices,
  // which is all our texts need, take a tenth of it here. Numbers and dates with a style go the library's way.
  const parts = compileAll(elements, lang)
  if (!parts) return values => String(message.format(values))
  return values => printAll(parts, values, undefined, source)
}

type Element = ReturnType<IntlMessageFormat['getAst']>[number]
type Part = string | ((values: TextValues, count: number | undefined, source: string) => string)

// Kinds of element in @formatjs/icu-messageformat-parser, whose enum has no names at run time.
const literal = 0
const argument = 1
const select = 5
const plural = 6
const pound = 7

function compileAll(elements: readonly Element[], lang: Lang): Part[] | undefined {
  const parts: Part[] = []
  for (const element of elements) {
    const part = compileOne(element, lang)
    if (part === undefined) return undefined
    parts.push(part)
  }
  return parts
}

function compileOne(element: Element, lang: Lang): Part | undefined {
  if (element.type === literal) return element.value
  if (element.type === argument) {
    const name = element.value
    return (values, _, source) => String(valueFor(values, name, source))
  }
  if (element.type === pound) {
    const format = new Intl.NumberFormat(lang)
    return (_values, count) => (count === undefined ? '#' : format.format(count))
  }
  if (element.type !== select && element.type !== plural) return undefined
  const options = new Map<string, Part[]>()
  for (const [option, { value }] of Object.entries(element.options)) {
    const parts = compileAll(value, lang)
    if (!parts) return undefined
    options.set(option, parts)
  }
  const name = element.value
  if (element.type === select) {
    return (values, count, source) => {
      // Our codes have hyphens, which ICU does not take in a selector: `final-review` is written `final_review`.
      const code = String(valueFor(values, name, source)).replaceAll('-', '_')
      const chosen = options.get(code) ?? options.get('other')
      return printAll(chosen ?? [], values, count, source)
    }
  }
  const { offset } = element
  const rules = new Intl.PluralRules(lang, { type: element.pluralType ?? 'cardinal' })
  return (values, _, source) => {
    const n = Number(valueFor(values, name, source))
    const chosen = options.get(`=${n}`) ?? options.get(rules.select(n - offset)) ?? options.get('other')
    return printAll(chosen ?? [], values, n - offset, source)
  }
}

function printAll(
  parts: readonly Part[],
  values: TextValues,
  count: number | undefined,
  source: string,
): string {
  let out = ''
  for (const part of parts) out += typeof part === 'string' ? part : part(values, count, source)
  return out
}

const valueFor = (values: TextValues, name: string, source: string): string | number | bigint => {
  const value = values[name]
  if (value === undefined) throw new Error(`no value for {${name}} in "${source}"`)
  return value
}
