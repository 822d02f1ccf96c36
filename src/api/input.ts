import type { z } from 'zod'
import { BadInput, type Fault } from '../platform/errors.ts'
import { cleanText } from '../platform/typed-text.ts'

/** Where a value was sent, as faults name it: of the body, the field alone. */
export type Place = 'body' | 'query' | 'path' | 'header'

/**
 * Reads what a call sent, by the schema that the document shows.
 * @throws BadInput with every fault at once; the texts are keys of this feature, whatever the schema.
 */
export function readInput<Schema extends z.ZodType>(
  schema: Schema,
  sent: unknown,
  place: Place,
): z.output<Schema> {
  const read = schema.safeParse(cleaned(sent), { reportInput: true })
  if (read.success) return read.data
  throw new BadInput(read.error.issues.flatMap(issue => faultsOf(issue, place)))
}

/** The same, for many a level: text without what no database keeps. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cleaned(one)]))
}

function faultsOf(issue: z.core.$ZodIssue, place: Place): Fault[] {
  const field = (more: readonly PropertyKey[] = []) =>
    [...(place === 'body' ? [] : [place]), ...issue.path, ...more].map(String).join('.')
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => ({ field: field([key]), text: 'api.fault.unknown' }))
    case 'invalid_type':
      if (issue.input === undefined) return [{ field: field(), text: 'api.fault.required' }]
      return [{ field: field(), text: 'api.fault.type', values: { type: issue.expected } }]
    case 'invalid_value': {
      if (issue.input === undefined) return [{ field: field(), text: 'api.fault.required' }]
      const values = issue.values.map(String).join(', ')
      return [{ field: field(), text: 'api.fault.choice', values: { values } }]
    }
    case 'too_small':
      if (issue.origin === 'string') return [{ field: field(), text: 'api.fault.empty' }]
      return [{ field: field(), text: 'api.fault.least', values: { least: Number(issue.minimum) } }]
    case 'too_big':
      return [{ field: field(), text: 'api.fault.most', values: { most: Number(issue.maximum) } }]
    case 'invalid_format':
      return [{ field: field(), text: formats[issue.format] ?? 'api.fault.format' }]
    case 'custom':
      return [{ field: field(), text: issue.message, values: { ...(issue.params as Fault['values']) } }]
    default:
      return [{ field: field(), text: 'api.fault.format' }]
  }
}

const formats: Readonly<Record<string, string>> = {
  uuid: 'api.fault.uuid',
  date: 'api.fault.date',
  datetime: 'api.fault.date-time',
}
