import type { DeadlineRule, Length } from '../packs/schema.ts'
import { iso, pauseLimit } from './due.ts'
import {
  type Because,
  type Change,
  isLate,
  isOwed,
  isRunning,
  type Obligation,
  type ObligationEvent,
  type ObligationEventType,
  type ObligationPause,
  type Refusal,
  type Timing,
} from './obligation.ts'
import { planOf } from './plan.ts'
import { count, recount } from './recount.ts'
import { runningPause } from './stages.ts'

export type {
  Change,
  Obligation,
  ObligationEvent,
  Refusal,
  Stage,
  Timing,
} from './obligation.ts'
export { isLate, isOwed, isRefused, isRunning, STAGES, timingOf } from './obligation.ts'
export { applyStages, nextLook } from './stages.ts'

// A hearing may take as long as it takes, but a clock never stands still without an end in sight.
const LONGEST_PLAN: Length = { n: 60, unit: 'calendarDay' }

/** What an obligation starts with; `by` is a promised date (ISO) that takes the place of counting. */
export type Opening = { id: string; trigger: Temporal.Instant; told: boolean; by?: string }

/** Starts a clock under a rule of the pack. */
export function openObligation(rule: DeadlineRule, opening: Opening, timing: Timing): Change {
  const at = iso(opening.trigger)
  const blank: Obligation = {
    id: opening.id,
    rule: rule.id,
    kind: rule.obligation,
    owedBy: rule.owedBy,
    status: 'open',
    trigger: at,
    ...(opening.by !== undefined && { by: opening.by }),
    due: at,
    firstDue: at,
    provisional: false,
    calendarVersion: timing.calendar.version,
    pauses: [],
    extensions: [],
    told: opening.told,
    stages: [],
    plan: [],
    history: [],
  }
  const counted = dated(blank, rule, timing, 'opened', opening.trigger)
  return changed({ ...counted, firstDue: counted.due }, 'obligation.opened', opening.trigger)
}

/** Notes that the resident was told the date; from now on a firm one never moves later by a calendar. */
export function markTold(obligation: Obligation, now: Temporal.Instant): Change {
  if (obligation.told) return { obligation, events: [] }
  return changed({ ...obligation, told: true }, 'obligation.told', now)
}

/**
 * Stops the clock for a cause the rule allows, up to its maximum, after which it goes on by itself. Without a maximum
 * a planned end is needed, at most 60 calendar days away; with one, `until` may only shorten it.
 */
export function pause(
  obligation: Obligation,
  rule: DeadlineRule,
  { cause, now, until }: { cause: ObligationPause['cause']; now: Temporal.Instant; until?: Temporal.Instant },
  timing: Timing,
): Change | Refusal {
  const stopped = cannotChange(obligation, now)
  if (stopped) return stopped
  const running = runningPause(obligation)
  if (running && iso(now) < running.until) return { refused: 'already-paused' }
  const allowed = rule.pauses?.find(one => one.cause === cause)
  if (allowed === undefined) return { refused: 'pause-not-allowed' }
  if (obligation.pauses.filter(one => one.cause === cause).length >= allowed.times)
    return { refused: 'pause-used-up' }
  if (allowed.max === null && until === undefined) return { refused: 'pause-needs-end' }
  const limit = pauseLimit(timing, { at: now, max: allowed.max ?? LONGEST_PLAN })
  const beyond = until !== undefined && Temporal.Instant.compare(until, limit) > 0
  if (beyond && allowed.max === null) return { refused: 'pause-end-too-far' }
  const end = until === undefined || beyond ? limit : until
  // A pause may have reached its limit before the worker came by.
  const held = settle(stopPause(obligation, now), rule, timing, now)
  const pauses = [...held.pauses, { cause, from: iso(now), until: iso(end) }]
  const paused = dated({ ...held, status: 'paused', pauses }, rule, timing, 'paused', now)
  return changed(paused, 'obligation.paused', now, cause)
}

/** Lets the clock go on; what the pause did not use of its maximum is taken off the due time again. */
export function resume(
  obligation: Obligation,
  rule: DeadlineRule,
  { now }: { now: Temporal.Instant },
  timing: Timing,
): Change | Refusal {
  const running = runningPause(obligation)
  if (running === undefined) return { refused: 'not-paused' }
  const settled = settle(obligation, rule, timing, now)
  const going: Obligation = { ...stopPause(settled, now), status: 'open', ...heldBefore(settled) }
  return changed(dated(going, rule, timing, 'resumed', now), 'obligation.resumed', now, running.cause)
}

/** Gives more time, once, up to the rule's cap, with a reason (kept sealed by the caller), before the time is over. */
export function extend(
  obligation: Obligation,
  rule: DeadlineRule,
  {
    length,
    now,
    by,
    reasonGiven,
  }: { length: Length; now: Temporal.Instant; by: string; reasonGiven: boolean },
  timing: Timing,
): Change | Refusal {
  const stopped = cannotChange(obligation, now)
  if (stopped) return stopped
  const allowed = rule.extension
  if (allowed === undefined) return { refused: 'extension-not-allowed' }
  if (obligation.extensions.length >= allowed.times) return { refused: 'extension-used-up' }
  if (length.unit !== allowed.max.unit || length.n > allowed.max.n) return { refused: 'extension-too-long' }
  if (allowed.reasonRequired && !reasonGiven) return { refused: 'reason-required' }
  const held = settle(obligation, rule, timing, now)
  const extensions = [...held.extensions, { length, at: iso(now), by }]
  return changed(dated({ ...held, extensions }, rule, timing, 'extended', now), 'obligation.extended', now)
}

/** Notes that it was done; done too late it stays missed, with the time it was done. */
export function meet(obligation: Obligation, now: Temporal.Instant): Change | Refusal {
  if (!isOwed(obligation)) return { refused: 'not-running' }
  const late =
    obligation.status === 'missed' || (obligation.owedBy === 'institution' && isLate(obligation, now))
  const { stages } = obligation
  const seen = late && !stages.includes('breached') ? [...stages, 'breached' as const] : stages
  const met: Obligation = {
    ...stopPause(obligation, now),
    status: late ? 'missed' : 'met',
    stages: seen,
    metAt: iso(now),
  }
  return changed(met, 'obligation.met', now, late ? 'late' : 'in-time')
}

/** Ends what is no longer owed (`because` is a code such as `withdrawn`); a breach stays on the record. */
export function cancel(
  obligation: Obligation,
  { now, because }: { now: Temporal.Instant; because: string },
): Change | Refusal {
  if (!isOwed(obligation)) return { refused: 'not-running' }
  const late =
    obligation.status === 'missed' || (obligation.owedBy === 'institution' && isLate(obligation, now))
  const status = late ? 'missed' : 'cancelled'
  const cancelled: Obligation = { ...stopPause(obligation, now), status, cancelledAt: iso(now) }
  return changed(cancelled, 'obligation.cancelled', now, because)
}

/** Counts a running clock on a changed calendar; no events when its date and its firmness stay as they are. */
export function recompute(
  obligation: Obligation,
  rule: DeadlineRule,
  { now }: { now: Temporal.Instant },
  timing: Timing,
): Change {
  // A time that has passed is a fact, even if the worker has not noted it yet.
  if (!isRunning(obligation) || isLate(obligation, now)) return { obligation, events: [] }
  const settled = settle(obligation, rule, timing, now)
  const { due, provisional } = settled
  if (due === obligation.due && provisional === obligation.provisional) return { obligation, events: [] }
  const entry = {
    at: iso(now),
    due,
    provisional,
    because: 'calendar' as const,
    calendarVersion: timing.calendar.version,
  }
  const moved = { ...settled, plan: planOf(settled, rule, timing), history: [...settled.history, entry] }
  return changed(moved, 'obligation.recomputed', now)
}

/** Replaces an obligation in a list by the one an event carries, or adds it. */
export function evolveObligations(list: readonly Obligation[], event: ObligationEvent): Obligation[] {
  const { obligation } = event.data
  if (!list.some(one => one.id === obligation.id)) return [...list, obligation]
  return list.map(one => (one.id === obligation.id ? obligation : one))
}

function cannotChange(obligation: Obligation, now: Temporal.Instant): Refusal | undefined {
  if (obligation.status === 'missed') return { refused: 'already-missed' }
  if (!isRunning(obligation)) return { refused: 'not-running' }
  return isLate(obligation, now) ? { refused: 'already-missed' } : undefined
}

function settle(
  obligation: Obligation,
  rule: DeadlineRule,
  timing: Timing,
  now: Temporal.Instant,
): Obligation {
  const counted = recount(obligation, rule, timing, now)
  return { ...obligation, ...counted, calendarVersion: timing.calendar.version }
}

function dated(
  obligation: Obligation,
  rule: DeadlineRule,
  timing: Timing,
  because: Because,
  now: Temporal.Instant,
): Obligation {
  const { due, provisional } = count(obligation, rule, timing)
  const calendarVersion = timing.calendar.version
  const entry = { at: iso(now), due: iso(due), provisional, because, calendarVersion }
  const counted = { ...obligation, due: iso(due), provisional, calendarVersion }
  return { ...counted, plan: planOf(counted, rule, timing), history: [...obligation.history, entry] }
}

function stopPause(obligation: Obligation, now: Temporal.Instant): Obligation {
  const running = runningPause(obligation)
  if (running === undefined) return obligation
  const pauses = obligation.pauses.map(one =>
    one === running ? { ...one, to: earliest(iso(now), one.until) } : one,
  )
  return { ...obligation, pauses }
}

// A date held while the clock stood still was counted with the whole pause; going on earlier, the one before holds.
function heldBefore({ held, history }: Obligation): { held?: { due: string; waived: number } } {
  if (held === undefined) return {}
  const before = history[history.findLastIndex(entry => entry.because === 'paused') - 1]
  return { held: { ...held, due: before === undefined ? held.due : earliest(held.due, before.due) } }
}

function earliest(a: string, b: string): string {
  return a < b ? a : b
}

function changed(
  obligation: Obligation,
  type: ObligationEventType,
  now: Temporal.Instant,
  because?: string,
): Change {
  const data = { obligation, at: iso(now), ...(because !== undefined && { because }) }
  return { obligation, events: [{ type, data }] }
}
