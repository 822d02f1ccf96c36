import { iso } from './due.ts'
import {
  type Change,
  isOwed,
  type Obligation,
  type ObligationEvent,
  type ObligationEventType,
  type Stage,
} from './obligation.ts'

/** What a look at the clock found: the new obligation, the stages reached by it in order, and their events. */
export type Look = Change & { reached: Stage[] }

/**
 * Takes every step a clock has come to by `now`, each exactly once however late the look: ends a pause that reached
 * its limit, warns or reminds, marks the breach, escalates. What is moot is left out: warnings once breached, the
 * first of two warnings when both have passed. Looking again, or with a clock set back, changes nothing.
 */
export function applyStages(obligation: Obligation, now: Temporal.Instant): Look {
  const look: Look = { obligation, reached: [], events: [] }
  endPause(look, now)
  if (!isOwed(look.obligation) || look.obligation.status === 'paused') return look
  const passed = look.obligation.plan
    .filter(({ stage, at }) => !look.obligation.stages.includes(stage) && hasCome(at, now))
    .map(({ stage }) => stage)
  const known = [...look.obligation.stages, ...passed]
  for (const stage of passed) if (!isMoot(stage, known)) reach(look, stage, now)
  return look
}

/** When the next step falls, or undefined when nothing is left to look for. */
export function nextLook(obligation: Obligation): Temporal.Instant | undefined {
  if (!isOwed(obligation)) return undefined
  const pause = runningPause(obligation)
  if (pause !== undefined) return Temporal.Instant.from(pause.until)
  const next = obligation.plan
    .filter(({ stage }) => !obligation.stages.includes(stage) && !isMoot(stage, obligation.stages))
    .map(({ at }) => at)
    .sort()[0]
  return next === undefined ? undefined : Temporal.Instant.from(next)
}

/** The pause the clock stands in, or undefined. */
export function runningPause(obligation: Obligation): Obligation['pauses'][number] | undefined {
  return obligation.status === 'paused' ? obligation.pauses.find(pause => pause.to === undefined) : undefined
}

// The due time was counted with the pause at its longest, so that ending it there changes no date.
function endPause(look: Look, now: Temporal.Instant): void {
  const pause = runningPause(look.obligation)
  if (pause === undefined || !hasCome(pause.until, now)) return
  const pauses = look.obligation.pauses.map(one => (one === pause ? { ...one, to: one.until } : one))
  look.obligation = { ...look.obligation, status: 'open', pauses }
  look.events.push({
    type: 'obligation.resumed',
    data: { obligation: look.obligation, at: iso(now), because: 'limit' },
  })
}

function reach(look: Look, stage: Stage, now: Temporal.Instant): void {
  const { obligation } = look
  const status = stage === 'breached' ? 'missed' : stage === 'lapsed' ? 'lapsed' : obligation.status
  look.obligation = { ...obligation, status, stages: [...obligation.stages, stage] }
  look.reached.push(stage)
  const event: ObligationEvent = {
    type: EVENTS[stage],
    data: { obligation: look.obligation, at: iso(now), stage },
  }
  look.events.push(event)
}

const EVENTS: Record<Stage, ObligationEventType> = {
  half: 'obligation.warned',
  'four-fifths': 'obligation.warned',
  breached: 'obligation.breached',
  'unit-head': 'obligation.escalated',
  supervisor: 'obligation.escalated',
  'unit-above': 'obligation.escalated',
  'reminder-1': 'obligation.reminded',
  'reminder-2': 'obligation.reminded',
  lapsed: 'obligation.lapsed',
}

const MOOT_AFTER: Partial<Record<Stage, Stage[]>> = {
  half: ['four-fifths', 'breached'],
  'four-fifths': ['breached'],
  'reminder-1': ['reminder-2', 'lapsed'],
  'reminder-2': ['lapsed'],
}

function isMoot(stage: Stage, known: readonly Stage[]): boolean {
  return MOOT_AFTER[stage]?.some(later => known.includes(later)) ?? false
}

function hasCome(at: string, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(Temporal.Instant.from(at), now) <= 0
}
