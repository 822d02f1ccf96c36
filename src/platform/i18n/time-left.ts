import type { T } from './translator.ts'

/** The unit in which a rule counts. */
export type TimeUnit = 'working-day' | 'day' | 'hour' | 'minute'

/** A whole number of units. */
export type TimeAmount = { amount: number; unit: TimeUnit }

/** What is left until a due time, counted by the caller: "3 working days left", "due today", "2 days overdue". */
export function timeLeft(t: T, { amount, unit }: TimeAmount): string {
  if (amount > 0) return t(`time.left.${unit}`, { n: amount })
  if (amount < 0) return t(`time.overdue.${unit}`, { n: -amount })
  return t(unit === 'day' || unit === 'working-day' ? 'time.due-today' : 'time.due-now')
}

/** A length of time: "30 days", "5 working days", "90 minutes". */
export function formatDuration(t: T, { amount, unit }: TimeAmount): string {
  return t(`time.length.${unit}`, { n: amount })
}
