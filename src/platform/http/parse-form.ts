import type { z } from 'zod'
import { BadInput, type Fault } from '../errors.ts'

/**
 * Reads what a form or an API call sent. The schema's messages are text keys; values for their placeholders are an
 * issue's `params`.
 * @throws BadInput with every fault at once.
 */
export function parseForm<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const read = schema.safeParse(body ?? {})
  if (read.success) return read.data
  throw new BadInput(read.error.issues.map(toFault))
}

function toFault(issue: z.core.$ZodIssue): Fault {
  const values = issue.code === 'custom' ? (issue.params as Fault['values']) : undefined
  return { field: issue.path.map(String).join('-'), text: issue.message, ...(values && { values }) }
}
