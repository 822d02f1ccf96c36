import type {
  DeadlineRule,
  EscalationSteps,
  Length,
  ObligationKind,
  Pack,
  WorkingHours,
} from '../packs/schema.ts'
import type { WorkingCalendar } from './calendar.ts'

/**
 * What a clock reaches, in order. For the institution: two warnings, the breach, three escalations. For a window of
 * the resident: two reminders, then it has lapsed, which is nobody's fault.
 */
export const STAGES = [
  'half',
  'four-fifths',
  'breached',
  'unit-head',
  'supervisor',
  'unit-above',
  'reminder-1',
  'reminder-2',
  'lapsed',
] as const

/** One point on the way of a clock. */
export type Stage = (typeof STAGES)[number]

/**
 * Where an obligation stands. `missed` is passed unmet and still owed until `metAt` says it was done late; `lapsed` is
 * a resident's window that closed unused. Nothing leads back from `met`, `missed`, `cancelled` or `lapsed`.
 */
export type ObligationStatus = 'open' | 'paused' | 'met' | 'missed' | 'cancelled' | 'lapsed'

/** A stretch in which the clock stands still: ended at `to`, and at `until` at the latest. ISO instants. */
export type ObligationPause = { cause: 'information' | 'hearing'; from: string; until: string; to?: string }

/** An extension granted by a member of staff; its reason is narrative and not kept here. */
type ObligationExtension = { length: Length; at: string; by: string }

/** Why the due time was set or changed. */
export type Because = 'opened' | 'extended' | 'paused' | 'resumed' | 'calendar'

/** One entry of an obligation's history: the due time as it was set at `at`. */
export type DueChange = {
  at: string
  due: string
  provisional: boolean
  because: Because
  calendarVersion: string
}

/** Something owed by a due time, as plain JSON; instants are ISO strings in UTC with milliseconds. */
export type Obligation = {
  id: string
  /** The id of the pack's deadline. */
  rule: string
  kind: ObligationKind
  owedBy: DeadlineRule['owedBy']
  status: ObligationStatus
  trigger: string
  /** A promised date (ISO) where the due time is not counted but given, as for a remedy. */
  by?: string
  due: string
  firstDue: string
  provisional: boolean
  calendarVersion: string
  /** A firm date that was told and that a later calendar would move: kept, with the units no longer counted. */
  held?: { due: string; waived: number }
  pauses: ObligationPause[]
  extensions: ObligationExtension[]
  /** Whether the resident was told the date. */
  told: boolean
  /** What was reached, each once. */
  stages: Stage[]
  /** When each stage falls as the due time stands now. */
  plan: { stage: Stage; at: string }[]
  history: DueChange[]
  metAt?: string
  cancelledAt?: string
}

/** What time is counted by: the tenant's calendar and zone, the pack's hours and escalation. */
export type Timing = {
  calendar: WorkingCalendar
  timeZone: string
  hours: WorkingHours
  escalation: { days: EscalationSteps; minutes: EscalationSteps }
}

/** The timing of a pack in a tenant. */
export function timingOf(pack: Pack, calendar: WorkingCalendar, timeZone: string): Timing {
  return { calendar, timeZone, hours: pack.hours, escalation: pack.escalation }
}

export type ObligationEventType =
  | 'obligation.opened'
  | 'obligation.told'
  | 'obligation.paused'
  | 'obligation.resumed'
  | 'obligation.extended'
  | 'obligation.met'
  | 'obligation.cancelled'
  | 'obligation.recomputed'
  | 'obligation.warned'
  | 'obligation.breached'
  | 'obligation.escalated'
  | 'obligation.reminded'
  | 'obligation.lapsed'

/** An event of an obligation; it carries the whole obligation as it is afterwards. */
export type ObligationEvent = {
  type: ObligationEventType
  data: { obligation: Obligation; at: string; stage?: Stage; because?: string }
}

/** What a change comes to: the new obligation and its events; no events when nothing changed. */
export type Change = { obligation: Obligation; events: ObligationEvent[] }

/** Why a change is not possible. */
type RefusalCode =
  | 'not-running'
  | 'already-missed'
  | 'already-paused'
  | 'not-paused'
  | 'pause-not-allowed'
  | 'pause-used-up'
  | 'pause-needs-end'
  | 'pause-end-too-far'
  | 'extension-not-allowed'
  | 'extension-used-up'
  | 'extension-too-long'
  | 'reason-required'

/** A change that is not possible. */
export type Refusal = { refused: RefusalCode }

/** Whether a change was refused. */
export function isRefused(result: Change | Refusal): result is Refusal {
  return 'refused' in result
}

/** Whether it still has to be done: running, standing still, or late and not done yet. */
export function isOwed(obligation: Obligation): boolean {
  const { status, metAt, cancelledAt } = obligation
  if (metAt !== undefined || cancelledAt !== undefined) return false
  return status === 'open' || status === 'paused' || status === 'missed'
}

/** Whether the clock can still be kept: neither done nor late. */
export function isRunning(obligation: Obligation): boolean {
  return obligation.status === 'open' || obligation.status === 'paused'
}

/** Whether an instant is too late: a due time is kept within its whole last second. */
export function isLate(obligation: Pick<Obligation, 'due'>, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(now, lateFrom(Temporal.Instant.from(obligation.due))) >= 0
}

/** The first instant that is too late for a due time. */
export function lateFrom(due: Temporal.Instant): Temporal.Instant {
  return due.add({ seconds: 1 })
}
