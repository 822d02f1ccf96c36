import { BadInput, type Fault } from '../../platform/errors.ts'
import type { T } from '../../platform/i18n/translator.ts'
import type { FormState, Typed } from '../../ui/form/form-state.ts'
import { textarea } from '../../ui/form/textarea.ts'
import type { Content, Html } from '../../ui/html.ts'

/** Most characters of a text of staff, as a reader counts them. */
export const longest = 5000

/** What was typed into a field, without space around it. */
export function textOf(typed: Typed, name: string): string {
  const value = typed[name]
  return (typeof value === 'string' ? value : (value?.[0] ?? '')).trim()
}

/** The values of a field that may have several. */
export function listOf(typed: Typed, name: string): string[] {
  const value = typed[name]
  return (typeof value === 'string' ? [value] : [...(value ?? [])]).filter(one => one !== '')
}

/** The faults of a text: that it is missing, or too long. */
export function textFaults(typed: Typed, name: string, required: boolean): Fault[] {
  const text = textOf(typed, name)
  const over = [...text].length - longest
  if (over > 0) return [{ field: name, text: 'raise.fault.too-long', values: { limit: longest, over } }]
  return required && text === '' ? [{ field: name, text: 'staff.fault.text' }] : []
}

/** A text that must be there. @throws BadInput */
export function requiredText(typed: Typed, name: string): string {
  refuse(textFaults(typed, name, true))
  return textOf(typed, name)
}

/** @throws BadInput where there are faults. */
export function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new BadInput(faults)
}

/** A date typed in three fields; undefined where none was. The fault says what a date looks like. */
export function dateOf(typed: Typed, name: string): { date?: Temporal.PlainDate; fault?: Fault } {
  const [year, month, day] = ['year', 'month', 'day'].map(part =>
    textOf(typed, `${name}-${part}`).normalize('NFKC'),
  )
  if (!year && !month && !day) return {}
  try {
    const fields = { year: Number(year), month: Number(month), day: Number(day) }
    if (!/^\d{4}$/.test(year ?? '')) throw new RangeError('year')
    return { date: Temporal.PlainDate.from(fields, { overflow: 'reject' }) }
  } catch {
    return { fault: { field: name, text: 'staff.fault.date' } }
  }
}

/** A text of a form; `initial` is what an untouched form begins with. */
export function textField(
  t: T,
  form: FormState,
  name: string,
  {
    initial = '',
    ...options
  }: { label: Content; hint?: Content; rows?: number; initial?: string | undefined },
): Html {
  const { value, ...field } = form.field(name)
  const shown = form.invalid ? value : value || initial
  return textarea(t, { ...field, value: shown, labelSize: 's', rows: 6, ...options })
}
