import { z } from 'zod'
import { BadInput, type Fault } from '../errors.ts'

/**
 * Reads what a form or an API call sent. The schema's messages are text keys; values for their placeholders are an
 * issue's `params`.
 * @throws BadInput with every fault at once, in the order of the schema's fields, which is that of the page.
 */
export function parseForm<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const read = schema.safeParse(body ?? {})
  if (read.success) return read.data
  const fields = fieldsOf(schema)
  // A fault of several fields together, such as the parts of a date, stands where the first of them does.
  const place = ({ field }: Fault) => fields.findIndex(name => name === field || name.startsWith(`${field}-`))
  throw new BadInput(read.error.issues.map(toFault).toSorted((a, b) => place(a) - place(b)))
}

function fieldsOf(schema: unknown): string[] {
  if (schema instanceof z.ZodPipe) return fieldsOf(schema.in)
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}

function toFault(issue: z.core.$ZodIssue): Fault {
  const values = issue.code === 'custom' ? (issue.params as Fault['values']) : undefined
  const text = textKey.test(issue.message) ? issue.message : 'errors.field'
  return { field: issue.path.map(String).join('-'), text, ...(values && { values }) }
}

// A field that no page of ours leaves out or sends twice has no message of its own, and Zod's is no key.
const textKey = /^[a-z-]+(\.[\w-]+)+$/
