import { readdirSync, readFileSync } from 'node:fs'
import { IntlMessageFormat } from 'intl-messageformat'
import type { Lang } from './languages.ts'
import type { TextKey } from './text-key.ts'

/** Values for the placeholders of a text. */
export type TextValues = Readonly<Record<string, string | number | bigint>>

/** Gives the text of a key in one language. */
export type T = {
  /** @throws if the key does not exist or a placeholder has no value, both of which are bugs. */
  (key: TextKey, values?: TextValues): string
  /** The same for a key that came as data, in a fault or a refusal, where its type was lost. */
  stored(key: string, values?: TextValues): string
  /** The language of the texts. */
  readonly lang: Lang
}

type Compiled = string | ((values: TextValues) => string)

const folder = new URL('../../../locales/', import.meta.url)
const translators = new Map<Lang, T>()

/** The translator of a language; built at the first call, then shared. */
export function translator(lang: Lang): T {
  const known = translators.get(lang)
  if (known) return known
  const texts = readTexts(lang)
  const compiled = new Map<string, Compiled>()
  const translate = (key: string, values: TextValues = noValues): string => {
    let text = compiled.get(key)
    if (text === undefined) {
      const source = texts.get(key)
      if (source === undefined) throw new Error(`there is no text "${key}" in locales/${lang}`)
      text = compile(source, lang)
      compiled.set(key, text)
    }
    return typeof text === 'string' ? text : text(values)
  }
  const t: T = Object.assign((key: TextKey, values?: TextValues) => translate(key, values), {
    stored: translate,
    lang,
  })
  translators.set(lang, t)
  return t
}

const noValues: TextValues = {}

/** All texts of a language by full key, read from `locales/<lang>/*.json`. */
export function readTexts(lang: Lang): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const directory = new URL(`${lang}/`, folder)
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith('.json')) continue
    const content: Record<string, string> = JSON.parse(readFileSync(new URL(file, directory), 'utf8'))
    for (const key in content) texts.set(`${file.slice(0, -5)}.${key}`, content[key] ?? '')
  }
  return texts
}

function compile(source: string, lang: Lang): Compiled {
  if (!/[{}']/.test(source)) return source
  const message = new IntlMessageFormat(source, lang, undefined, { ignoreTag: true })
  const parts = message.getAst()
  // Most texts only put values between words; joining them here is some ten times as fast as the full formatter.
  if (parts.every(part => part.type === literal || part.type === argument)) {
    return values => {
      let out = ''
      for (const part of parts) {
        if (part.type === literal) out += part.value
        else if (part.type === argument) out += valueFor(values, part.value, source)
      }
      return out
    }
  }
  return values => String(message.format(values))
}

// Element types of @formatjs/icu-messageformat-parser, which are a numeric enum there.
const literal = 0
const argument = 1

function valueFor(values: TextValues, name: string, source: string): string {
  const value = values[name]
  if (value === undefined) throw new Error(`no value for {${name}} in "${source}"`)
  return String(value)
}
