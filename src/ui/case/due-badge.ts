import { type TimeAmount, timeLeft } from '../../platform/i18n/time-left.ts'
import type { T } from '../../platform/i18n/translator.ts'
import { type Html, html } from '../html.ts'

/** How an obligation stands towards its time. */
export type Due =
  /** `used` is the share of its time that has gone, 0 to 1 and beyond; `left` is negative once it is overdue. */
  | { state: 'running'; used: number; left: TimeAmount }
  | { state: 'paused' }
  | { state: 'met' }
  /** `by` is how late it was, when that is known; a positive amount. */
  | { state: 'met-late'; by?: TimeAmount | undefined }
  | { state: 'cancelled' }

/** The look of a badge: what is left of the time, in the steps at which the office is warned. */
export type DueTone = 'plenty' | 'half' | 'pressing' | 'overdue' | 'paused' | 'met' | 'met-late' | 'cancelled'

/** Half and four fifths are the two warnings of the escalation rules, so the badge turns when the warning goes out. */
export function dueTone(due: Due): DueTone {
  if (due.state !== 'running') return due.state
  if (due.left.amount < 0 || due.used >= 1) return 'overdue'
  return due.used >= 0.8 ? 'pressing' : due.used >= 0.5 ? 'half' : 'plenty'
}

/** What is left of the time, in words, colour and shape, so that each alone tells it. */
export function dueBadge(t: T, due: Due): Html {
  return html`<span class="app-due app-due--${dueTone(due)}">${words(t, due)}</span>`
}

function words(t: T, due: Due): string {
  if (due.state === 'running') return timeLeft(t, due.left)
  if (due.state === 'met-late' && due.by) return t(`time.late.${due.by.unit}`, { n: due.by.amount })
  return t(`time.${due.state}`)
}
