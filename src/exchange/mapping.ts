import { z } from 'zod'
import type { Kind } from '../packs/schema.ts'
import { dateFormatFault } from './date-format.ts'
import { encodings } from './sheets/encoding.ts'

// The one definition of a mapping of cases: the type, the validation and the published JSON schema come from here. A
// mapping says how the columns of one kind of file become cases; it is data, so that a new source needs no program.

/** A code, as in packs. */
export const code = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'small letters, digits and hyphens')
const line = z.string().trim().min(1)
/** A text in both languages. */
export const text = z.strictObject({ en: line, 'zh-CN': line }).meta({ id: 'Text' })
/** The name of a column. */
export const column = line.meta({
  id: 'Column',
  description: 'The name of a column, as the first line of the file has it.',
})

const whole = z.strictObject({ all: z.array(column).min(2), with: z.string() }).meta({
  description: 'Several columns put together; nothing where one of them is empty.',
})
const part = z
  .union([column, whole, z.strictObject({ firstOf: z.array(z.union([column, whole])).min(2) })])
  .meta({
    id: 'Part',
    description: 'A column, several put together, or the first of several that is not empty.',
  })
const words = z.strictObject({ parts: z.array(part).min(1), with: z.string() }).meta({
  id: 'Words',
  description: 'A text made of the parts that are not empty, with something between them.',
})

/** A text made of columns. */
export type Words = z.infer<typeof words>
/** A piece of such a text. */
export type Part = z.infer<typeof part>

const kind = z.enum(['grievance', 'dispute', 'hazard', 'suggestion', 'question'] satisfies Kind[])
const standing = z.enum(['filed', 'in-hand', 'closed'])
const favour = z.enum(['yes', 'partly', 'no', 'explained'])
const category = z.strictObject({ category: code, kind: kind.optional() })

/** Faults of a row for which a mapping may have it refused; what a case cannot be without is refused always. */
export const CHOSEN_REFUSALS = [
  'closed-before-created',
  'closed-without-date',
  'unknown-status',
  'unknown-category',
  'past-retention',
] as const

const timeZone = line.refine(isTimeZone, 'a time zone of the IANA database, such as Europe/London')
const dateFormat = line.superRefine((format, context) => {
  const message = dateFormatFault(format)
  if (message) context.addIssue({ code: 'custom', message })
})

/** What a mapping says of a file, whatever its rows become. */
export const fileFields = {
  $schema: z.string().optional(),
  version: z.int().min(1),
  name: text,
  delimiter: z.string().length(1).optional().meta({
    description: 'What stands between the values of CSV; by default what the first line has most of.',
  }),
  encoding: z
    .enum(encodings)
    .optional()
    .meta({ description: 'Of CSV; by default what its first megabyte looks like.' }),
  blank: z
    .array(z.string())
    .default([])
    .meta({ description: 'Values that mean nothing, besides the empty one.' }),
  replace: z
    .array(z.strictObject({ from: z.string().min(1), to: z.string() }))
    .default([])
    .meta({ description: 'What is mended in every value, such as signs broken by an earlier export.' }),
}

export const mappingSchema = z
  .strictObject({
    ...fileFields,
    kind: z.literal('cases').default('cases'),
    id: code.meta({
      description: 'The name of the source; with the key of a row it makes the id of its case.',
    }),
    origin: text.meta({ description: 'Where such files come from.' }),
    language: z.enum(['en', 'zh-CN']),
    key: column.meta({
      description: 'What tells one row from another, here and in every later file of the source.',
    }),
    dates: z.strictObject({ timeZone, format: dateFormat, created: column, closed: column.optional() }),
    status: z
      .strictObject({ column, values: z.record(z.string(), standing), otherwise: standing })
      .optional()
      .meta({
        description:
          'Without it, and where it is empty, what has a day of closing is closed and all else is in hand.',
      }),
    category: z
      .strictObject({
        column: column.optional(),
        values: z.record(z.string(), category),
        otherwise: category,
      })
      .meta({
        description:
          'Values not listed are looked up among the names of the rules and the local names of the institution.',
      }),
    what: words.meta({ description: 'What happened; its first sentence is what lists call the case.' }),
    place: z.strictObject({
      address: words.optional(),
      pin: z
        .strictObject({
          latitude: column,
          longitude: column,
          within: z
            .strictObject({ south: z.number(), west: z.number(), north: z.number(), east: z.number() })
            .meta({
              description:
                'A pin outside of this is left out; the case is not. What is no latitude or longitude is refused.',
            }),
        })
        .optional(),
    }),
    answer: z.strictObject({
      text: column.optional(),
      without: text.meta({ description: 'What stands in place of an answer that the source does not give.' }),
      outcomes: z
        .array(z.strictObject({ contains: line, inFavour: favour }))
        .meta({ description: 'The first whose words the answer contains says what it came to.' }),
      otherwise: favour,
    }),
    unit: z
      .strictObject({
        column,
        name: column.meta({ description: 'What a unit that is not listed here is called.' }),
        values: z.record(z.string(), text),
        otherwise: z.enum(['intake', 'by-rule']).meta({
          description:
            'Where a case goes whose unit is not here: to the unit that receives all else, or by the routing rules.',
        }),
      })
      .optional(),
    refuse: z.array(z.enum(CHOSEN_REFUSALS)).meta({
      description:
        'What a row is refused for, besides a missing key, day or text. Else: a closing before the beginning counts as at the beginning, one without a day leaves the case open, and an unknown status is the other one.',
    }),
  })
  .meta({ title: 'Answerable import mapping' })

/** How the rows of one kind of file become cases. */
export type Mapping = z.infer<typeof mappingSchema>

/** The published JSON schema of a mapping, as committed in imports/mapping.schema.json. */
export function mappingJsonSchema(): object {
  return z.toJSONSchema(mappingSchema, { io: 'input' })
}

/** Every column a mapping reads, once. */
export function columnsOf(mapping: Mapping): string[] {
  const { key, dates, status, category: kinds, what, place, answer, unit } = mapping
  const { pin, address } = place
  return [
    ...new Set([
      key,
      dates.created,
      ...given(dates.closed),
      ...given(status?.column),
      ...given(kinds.column),
      ...columnsOfWords(what),
      ...(address ? columnsOfWords(address) : []),
      ...(pin ? [pin.latitude, pin.longitude] : []),
      ...given(answer.text),
      ...(unit ? [unit.column, unit.name] : []),
    ]),
  ]
}

const given = (name: string | undefined) => (name === undefined ? [] : [name])

function columnsOfWords({ parts }: Words): string[] {
  const ofPart = (one: Part): string[] => {
    if (typeof one === 'string') return [one]
    return 'all' in one ? one.all : one.firstOf.flatMap(ofPart)
  }
  return parts.flatMap(ofPart)
}

function isTimeZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}
