import { z } from 'zod'

/**
 * Text of a form's field, checked by `schema`; empty where the field was not sent. A missing field must not be an
 * error of its own kind: the schema would stop there, and what is wrong with the form as a whole would only be said
 * the next time.
 */
export function typed(schema: z.ZodString = z.string()) {
  return z.preprocess(value => (typeof value === 'string' ? value : ''), schema)
}

/** One of the values that a form offers. */
export function choice<Value extends string>(values: readonly Value[], message: string) {
  const isOffered = (value: string): boolean => values.some(one => one === value)
  return typed()
    .refine(isOffered, message)
    .transform(value => value as Value)
}
