import type { Json } from '../platform/json.ts'

/** The words of a filing, as the first event of a case seals them. */
type Words = { what: string; wanted: string; place: { address: string } }

/**
 * What a case can be found by: what happened, what is wanted, and where; never who. The resident's own name is left out
 * where they wrote it into the text as well, so that searching for it finds nothing (promise 1).
 */
export function searchText(filed: Json | undefined, party?: Json | undefined): string {
  const { what, wanted, place } = filed as unknown as Words
  const text = `${what}\n${wanted}\n${place.address}`
  const name = nameIn(text, (party as { name?: string } | undefined)?.name ?? '')
  return name ? text.replace(name, ' ') : text
}

const setApart = /[^\p{L}\p{N}]/gu

// Its letters in their order, however they are set apart. A name of one letter would take it out of every word, and a
// short Latin one out of longer words.
function nameIn(text: string, name: string): RegExp | undefined {
  const letters = [...name.normalize('NFKC').replace(setApart, '')]
  if (letters.length < 2) return undefined
  // Few write their own name, and to make the pattern takes 4 ms, as long as all the rest of filing a case.
  if (!folded(text.replace(setApart, '')).includes(folded(letters.join('')))) return undefined
  const pattern = letters.join('[^\\p{L}\\p{N}\\n]{0,3}')
  const isWord = letters.some(letter => /\p{Script=Latin}/u.test(letter))
  return new RegExp(isWord ? `(?<!\\p{L})${pattern}(?!\\p{L})` : pattern, 'giu')
}

// At least as alike as the pattern takes letters to be.
const folded = (letters: string) => letters.toUpperCase().toLowerCase().replaceAll('ς', 'σ')

// A dot within a number or a web address ends no sentence; a Chinese full stop needs no space behind it.
const sentenceEnd = /(?<=[.!?])\s+|(?<=[。！？])\s*|\n/u

/** What the queue calls a case: its first sentence or line, at most 80 characters. */
export function subjectOf(filed: Json | undefined): string {
  const [first = ''] = (filed as unknown as Words).what.trim().split(sentenceEnd)
  const characters = [...first]
  return characters.length > 80 ? `${characters.slice(0, 79).join('')}…` : first
}
