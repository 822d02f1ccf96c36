import type { Fault } from '../../platform/errors.ts'
import type { T } from '../../platform/i18n/translator.ts'
import type { Html } from '../html.ts'
import { errorSummary } from './error-summary.ts'

/** What was typed, by field name; a field that may hold several values has a list. */
export type Typed = Readonly<Record<string, string | readonly string[] | undefined>>

/** A form as it is shown: empty, with a saved draft, or again with what was typed and what is wrong with it. */
export type FormState = {
  invalid: boolean
  /** Links to every fault; prints nothing when there are none. */
  summary: Html
  /** Name, value and error of a field, to be spread into its options. */
  field(name: string): { name: string; value: string; error: string | undefined }
  /** The same for a field that may hold several values. */
  list(name: string): { name: string; values: readonly string[]; error: string | undefined }
}

/** Binds what was typed, and the faults found in it, to the fields that show them. */
export function formState(t: T, typed: Typed = {}, faults: readonly Fault[] = []): FormState {
  const errors = new Map<string, string>()
  for (const fault of faults) {
    // The first fault of a field is the one to mend first; the summary lists them all.
    if (!errors.has(fault.field)) errors.set(fault.field, t.stored(fault.text, fault.values))
  }
  return {
    invalid: faults.length > 0,
    summary: errorSummary(
      t,
      faults.map(({ field, text, values }) => ({ field, text: t.stored(text, values) })),
    ),
    field: name => ({ name, value: first(typed[name]), error: errors.get(name) }),
    list: name => ({ name, values: all(typed[name]), error: errors.get(name) }),
  }
}

const first = (value: Typed[string]): string => (typeof value === 'string' ? value : (value?.[0] ?? ''))

const all = (value: Typed[string]): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value
