import type { QueueQuery, Sort } from '../cases/queue/forms.ts'
import { BadInput } from '../platform/errors.ts'
import { isUuid } from '../platform/uuid.ts'

type From = NonNullable<QueueQuery['from']>

/** Where a page of a list begins, as one opaque word: good for the same list, sorted the same way. */
export function writeCursor(sort: Sort, { key, before }: From): string {
  const value = key.value === null ? null : String(key.value)
  return Buffer.from(JSON.stringify([sort, before ? 'b' : 'a', value, key.id])).toString('base64url')
}

/** @throws BadInput where it is no cursor of a list that is sorted so. */
export function readCursor(sort: Sort, cursor: string): From {
  try {
    const [of, side, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[]
    if (of !== sort || typeof id !== 'string' || !isUuid(id)) throw new RangeError('not of this list')
    return { key: { value: readValue(sort, value), id }, before: side === 'b' }
  } catch {
    throw new BadInput([{ field: 'query.cursor', text: 'api.fault.cursor' }])
  }
}

function readValue(sort: Sort, value: unknown): From['key']['value'] {
  if (value === null && sort === 'due') return null
  if (typeof value !== 'string') throw new RangeError('not a value')
  if (sort === 'number') return value
  return Temporal.Instant.from(value)
}
