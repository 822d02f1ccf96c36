import type { Call, IfMatch } from './call.ts'
import { MovedOn } from './problem.ts'

/** A version as an entity tag (RFC 9110, section 8.8.3). */
export const tagOf = (version: string | number): string => `"${version}"`

/**
 * Reads `If-Match`, which weak tags never fulfil, or `If-None-Match`, where `weak` ones count as well: a program between
 * us and the caller may have weakened ours (RFC 9110, sections 13.1.1 and 13.1.2).
 */
export function readTags(
  header: string | string[] | undefined,
  { weak: takesWeak = false } = {},
): IfMatch | undefined {
  const text = [header ?? []].flat().join(',').trim()
  if (text === '') return undefined
  if (text === '*') return 'any'
  return [...text.matchAll(/(W\/)?"([^"]*)"/g)].flatMap(([, weak, tag]) =>
    weak && !takesWeak ? [] : [tag ?? ''],
  )
}

/** @throws MovedOn where the caller named other versions than the one there is. */
export function requireVersion({ ifMatch }: Pick<Call, 'ifMatch'>, version: string | number): void {
  if (ifMatch === undefined || ifMatch === 'any') return
  if (!ifMatch.includes(String(version))) throw new MovedOn()
}
