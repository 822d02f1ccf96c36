import { z } from 'zod'
import { isCount, nextOf, type Paging, pageOf } from './paging.ts'

/** Lists only what came after an event that is known. */
export const afterEvent = {
  after: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional()
    .meta({ description: 'api.field.event.after' }),
}

/** A page of the events of a case; `path` is that of the case. */
export function eventsPage<Event extends { seq: number }>(
  all: readonly Event[],
  query: Paging & { after?: string | undefined },
  path: string,
): { rows: Event[]; next: string | null; links: { next?: string } } {
  const later = all.filter(({ seq }) => seq > Number(query.after ?? 0))
  const page = pageOf('events', later, query, { keyOf: one => one.seq, isKey: isCount })
  return { rows: page.rows, ...nextOf('events', `${path}/events`, query, page.next) }
}
