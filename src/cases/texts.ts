import type { Json } from '../platform/json.ts'

/** The words of a filing, as the first event of a case seals them. */
type Words = { what: string; wanted: string; place: { address: string } }

/** What a case can be found by: what happened, what is wanted, and where; never who. */
export function searchText(filed: Json | undefined): string {
  const { what, wanted, place } = filed as unknown as Words
  return `${what}\n${wanted}\n${place.address}`
}

/** What the queue calls a case: its first sentence or line, at most 80 characters. */
export function subjectOf(filed: Json | undefined): string {
  const [first = ''] = (filed as unknown as Words).what.trim().split(/(?<=[.!?。！？])\s*|\n/u)
  const characters = [...first]
  return characters.length > 80 ? `${characters.slice(0, 79).join('')}…` : first
}
