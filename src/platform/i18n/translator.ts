import { readdirSync, readFileSync } from 'node:fs'
import type { Lang } from './languages.ts'
import { compileMessage, type Message, type TextValues } from './message.ts'
import type { TextKey } from './text-key.ts'

/** Gives the text of a key in one language. */
export type T = {
  /** @throws if the key does not exist or a placeholder has no value, both of which are bugs. */
  (key: TextKey, values?: TextValues): string
  /** The same for a key that came as data, in a fault or a refusal, where its type was lost. */
  stored(key: string, values?: TextValues): string
  /** The language of the texts. */
  readonly lang: Lang
}

const folder = new URL('../../../locales/', import.meta.url)
const translators = new Map<Lang, T>()

/** The translator of a language; built at the first call, then shared. */
export function translator(lang: Lang): T {
  const known = translators.get(lang)
  if (known) return known
  const texts = readTexts(lang)
  const compiled = new Map<string, Message>()
  const translate = (key: string, values: TextValues = noValues): string => {
    let text = compiled.get(key)
    if (text === undefined) {
      const source = texts.get(key)
      if (source === undefined) throw new Error(`there is no text "${key}" in locales/${lang}`)
      text = compileMessage(source, lang)
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
