import { categoryPath, leafCategories } from '../../packs/rules.ts'
import type { Category, Kind, Pack } from '../../packs/schema.ts'

/** A top category and all that may be chosen under it. */
export type CategoryGroup = { top: Category; leaves: Category[] }

/** The categories of a kind, under their top categories, in the pack's order. */
export function categoryGroups(pack: Pack, kind: string | undefined): CategoryGroup[] {
  const leaves = leafCategories(pack).filter(leaf => leaf.kinds.includes(kind as Kind))
  const groups = Map.groupBy(leaves, leaf => categoryPath(pack, leaf.code).at(-1) ?? leaf)
  return [...groups].map(([top, leaves]) => ({ top, leaves }))
}

/**
 * The categories that hold every word typed, in their names, those above them, or their keywords, of either language;
 * those named so come before those described so. Chinese is typed without spaces, so a word also fits when it holds a
 * keyword of two or more characters: "路灯坏了" finds what "路灯" does.
 */
export function searchCategories(pack: Pack, kind: string | undefined, typed: string): Category[] {
  const words = typed.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10)
  if (words.length === 0) return []
  return categoryGroups(pack, kind)
    .flatMap(({ leaves }) => leaves)
    .map(leaf => ({ leaf, score: scoreOf(pack, leaf, words) }))
    .filter(found => found.score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(found => found.leaf)
}

/** Everything a category can be found by, for the filter that runs in the browser. */
export function wordsOf(pack: Pack, leaf: Category): string {
  return [...namesOf(leaf), ...categoryPath(pack, leaf.code).slice(1).flatMap(namesOf), ...keywordsOf(leaf)]
    .join(' ')
    .toLowerCase()
}

function scoreOf(pack: Pack, leaf: Category, words: readonly string[]): number {
  const names = namesOf(leaf).join(' ').toLowerCase()
  const keywords = keywordsOf(leaf).map(one => one.toLowerCase())
  const all = wordsOf(pack, leaf)
  const fits = words.map(word => {
    if (names.includes(word)) return 3
    if (all.includes(word)) return 2
    return keywords.some(keyword => isHan(keyword) && word.includes(keyword)) ? 1 : 0
  })
  return fits.includes(0) ? 0 : fits.reduce<number>((sum, fit) => sum + fit, 0)
}

const isHan = (text: string) => /^\p{Script=Han}{2,}$/u.test(text)
const namesOf = ({ name }: Category) => [name.en, name['zh-CN']]
const keywordsOf = ({ keywords }: Category) => [...keywords.en, ...keywords['zh-CN']]
