import { z } from 'zod'
import { tabs } from '../cases/queue/counts.ts'
import { channels, dueWithin, type QueueQuery, sorts, stages } from '../cases/queue/forms.ts'
import { kind, uuid } from './views/common.ts'

type Names = [string, ...string[]]

const sortNames = sorts.flatMap(sort => [sort, `-${sort}`])

/** What a list of cases can be narrowed to, and its order. */
export const caseFilters = {
  list: z.enum(tabs).optional().meta({ description: 'api.field.list.list' }),
  status: z.enum(stages).optional().meta({ description: 'api.field.list.status' }),
  kind: kind.optional(),
  category: z
    .string()
    .regex(/^[a-z0-9-]{1,100}$/)
    .optional(),
  unit: uuid.optional().meta({ description: 'api.field.list.unit' }),
  channel: z.enum(channels as Names).optional(),
  due: z
    .enum(dueWithin.map(String) as Names)
    .optional()
    .meta({ description: 'api.field.list.within' }),
  q: z.string().max(200).optional().meta({ description: 'api.field.list.q' }),
  sort: z
    .enum(sortNames as Names)
    .optional()
    .meta({ description: 'api.field.list.sort' }),
}

/** The list that these filters ask for. */
export function readCaseFilters(sent: z.output<z.ZodObject<typeof caseFilters>>): QueueQuery {
  const { sort: given = sent.status === 'finished' ? '-filed' : 'due' } = sent
  const sort = sorts.find(one => one === given.replace(/^-/, '')) ?? 'due'
  return {
    tab: sent.list ?? 'all',
    // What is finished is due no more.
    sort: sent.status === 'finished' && sort === 'due' ? 'filed' : sort,
    descending: given.startsWith('-'),
    stage: sent.status,
    category: sent.category,
    kind: sent.kind,
    unit: sent.unit,
    channel: channels.find(one => one === sent.channel),
    due: dueWithin.find(days => String(days) === sent.due),
    words: sent.q?.trim() || undefined,
  }
}
