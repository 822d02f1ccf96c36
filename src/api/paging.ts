import { z } from 'zod'
import { BadInput } from '../platform/errors.ts'

/** What every list takes: how many, and where it goes on. A cursor is good whatever `limit` it came with. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(25).meta({ description: 'api.field.list.limit' }),
  cursor: z.string().max(500).optional().meta({ description: 'api.field.list.cursor' }),
}

/** What the parameters come to. */
export type Paging = { limit: number; cursor?: string | undefined }

/** Where the next page is, as every list answers it. */
export const nextPage = z.string().nullable().meta({ description: 'api.field.list.next' })

type Key = string | number

/** Where a list goes on, as one opaque word: good for the list of this name alone. */
export function writeKey(list: string, key: Key): string {
  return Buffer.from(JSON.stringify([list, key])).toString('base64url')
}

/** The key in a cursor, if there is one. @throws BadInput where it is of another list, or was made up. */
export function readKey<K extends Key>(
  list: string,
  cursor: string | undefined,
  isKey: (value: unknown) => value is K,
): K | undefined {
  if (cursor === undefined) return undefined
  try {
    const [of, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    if (of === list && isKey(key)) return key
  } catch {
    // What is no JSON is no cursor either.
  }
  throw new BadInput([{ field: 'query.cursor', text: 'api.fault.cursor' }])
}

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value)

/** The rows of a page, one more having been read, and the key at which the list goes on. */
export function firstOf<Row, K extends Key>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => K,
): { rows: Row[]; next: K | undefined } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown, next: last !== undefined && rows.length > limit ? keyOf(last) : undefined }
}

/** A page of a list that is known as a whole, in the order of its keys. */
export function pageOf<Row, K extends Key>(
  list: string,
  all: readonly Row[],
  { limit, cursor }: Paging,
  { keyOf, isKey }: { keyOf: (row: Row) => K; isKey: (value: unknown) => value is K },
): { rows: Row[]; next: K | undefined } {
  const after = readKey(list, cursor, isKey)
  const sorted = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const rest = after === undefined ? sorted : sorted.filter(row => keyOf(row) > after)
  return firstOf(rest, limit, keyOf)
}

/** Where the next page is, in the body and as a link: the same question with another cursor. */
export function nextOf(
  list: string,
  path: string,
  asked: Readonly<Record<string, unknown>>,
  key: Key | undefined,
): { next: string | null; links: { next?: string } } {
  if (key === undefined) return { next: null, links: {} }
  const next = addressOf(path, { ...asked, cursor: writeKey(list, key) })
  return { next: `/api/v1${next}`, links: { next } }
}

/** A path with the parameters that have a value. */
export function addressOf(path: string, parameters: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return `${path}?${new URLSearchParams(given)}`
}
