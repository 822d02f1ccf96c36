import type { Length, Source, Text, Trigger } from '../packs/schema.ts'
import { formatDate, formatDateTime, formatTime } from '../platform/i18n/dates.ts'
import type { T } from '../platform/i18n/translator.ts'

/** A length of time as a rule states it: "30 days", "5 working days", "half a working day". */
export function lengthText(t: T, { n, unit }: Length): string {
  return t(`obligations.length.${unit}`, { n })
}

/** The rule and article a number comes from. */
export function sourceText(t: T, source: Source): string {
  if (source === 'local example') return t('obligations.source.local')
  const rule = inLang(t, source.rule)
  if (!source.article) return rule
  return t('obligations.source.article', { rule, article: inLang(t, source.article) })
}

/** The happening that starts a clock, as in "counted from …". */
export function triggerText(t: T, trigger: Trigger): string {
  return t(`obligations.trigger.${trigger}`)
}

/** A text of a pack or of a calendar in the reader's language. */
export function inLang(t: T, text: Text): string {
  return text[t.lang]
}

/** A due time: its day alone where it is the day's end, as for all that is counted in days. */
export function dueText(t: T, due: Temporal.Instant, timeZone: string): string {
  const wholeDay = formatTime(due, t.lang, timeZone) === '23:59'
  return (wholeDay ? formatDate : formatDateTime)(due, t.lang, timeZone)
}
