import { type RawBuilder, sql } from 'kysely'

// What people are known by is kept out of the index and of questions alike, so that word search cannot become a look-up
// of persons (promise 1): what has an @, six digits or more however they are set apart (a telephone number, an identity
// number with its letters), and a number told in Chinese numerals.
const address = /\S*\s?@\s?\S*/g
const number =
  /(?:(?<!\p{L})\p{Script=Latin}{1,2}[\s-]?)?\d[\d\s()+./·•_:,\p{Pd}-]{4,}[\dx](?:[\s-]?\p{Script=Latin}(?!\p{L}))?/giu
const told = /[〇零○一二三四五六七八九幺两]{7,}/g
const han = /\p{Script=Han}+/gu

/**
 * What a text can be found by: English words by their stem, Chinese by pairs of neighbouring characters, which finds
 * every part of two characters or more without a dictionary (docs/decisions/0016-word-search.md).
 */
export function searchVector(text: string): RawBuilder<string> {
  const { words, pairs } = tokens(text)
  return sql<string>`to_tsvector('english', ${words}::text) || array_to_tsvector(${pairs}::text[])`
}

/** The question for what was typed: every word and every pair must be there. Undefined where nothing is left to ask. */
export function searchQuery(typed: string): RawBuilder<string> | undefined {
  const { words, pairs } = tokens(typed)
  if (words === '' && pairs.length === 0) return undefined
  const ofPairs = pairs.map(pair => `'${pair}'`).join(' & ')
  if (words === '') return sql<string>`${ofPairs}::tsquery`
  if (ofPairs === '') return sql<string>`plainto_tsquery('english', ${words}::text)`
  return sql<string>`plainto_tsquery('english', ${words}::text) && ${ofPairs}::tsquery`
}

function tokens(text: string): { words: string; pairs: string[] } {
  const plain = withoutNumbers(text.normalize('NFKC').replace(address, ' ')).replace(told, ' ')
  const pairs = new Set<string>()
  for (const [run] of plain.matchAll(han)) {
    const characters = [...run]
    if (characters.length === 1) pairs.add(run)
    for (let at = 1; at < characters.length; at++) pairs.add(`${characters[at - 1]}${characters[at]}`)
  }
  const words = plain
    .replace(han, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return { words, pairs: [...pairs] }
}

// With fewer digits it is the number of a house or a door: "12, 345 Willow Street".
function withoutNumbers(text: string): string {
  return text.replace(number, found => (found.replace(/\D/g, '').length < 6 ? found : ' '))
}
