import { type RawBuilder, sql } from 'kysely'

// Long digits, and what has an @, are what people are known by. They are kept out of the index and of questions
// alike, so that word search cannot become a look-up of persons (promise 1).
const tellsWho = /\S*@\S*|[\d０-９][\d０-９\s()+-]{5,}[\d０-９xX]/g
const han = /\p{Script=Han}+/gu

/**
 * What a text can be found by: English words by their stem, Chinese by pairs of neighbouring characters, which finds
 * every part of two characters or more without a dictionary (docs/decisions/word-search.md).
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
  const plain = text.normalize('NFKC').replace(tellsWho, ' ')
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
