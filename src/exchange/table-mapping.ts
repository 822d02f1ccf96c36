import { z } from 'zod'
import { type Choice, fieldsOf, type ImportKind } from './fields.ts'
import { code, column, fileFields } from './mapping.ts'

/** A mapping of what is no case: which column fills which field. */
export const tableMappingSchema = z
  .strictObject({
    ...fileFields,
    kind: z.enum(['units', 'staff', 'categories']),
    id: code,
    separator: z
      .string()
      .min(1)
      .default(';')
      .meta({ description: 'What stands between several values of one field.' }),
    columns: z.record(z.string(), column),
  })
  .superRefine(({ kind, columns }, context) => {
    for (const name of Object.keys(columns))
      if (!fieldsOf[kind].some(field => field.name === name))
        context.addIssue({ code: 'custom', path: ['columns', name], message: 'no such field' })
    for (const name of missingFields(kind, columns))
      context.addIssue({ code: 'custom', path: ['columns', name], message: 'a column is needed' })
  })

/** How the rows of a file become units, staff or local names of categories. */
export type TableMapping = z.infer<typeof tableMappingSchema>

/** Fields that no column was chosen for and that the kind cannot do without. */
export function missingFields(kind: ImportKind, choice: Choice): string[] {
  const missing = fieldsOf[kind]
    .filter(({ name, required }) => required && !choice[name])
    .map(({ name }) => name)
  // A name in one language stands for both.
  if (kind === 'units' && !choice['name-en'] && !choice['name-zh']) missing.push('name-en')
  return missing
}
