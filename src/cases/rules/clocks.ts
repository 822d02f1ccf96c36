import {
  type Change,
  type Refusal as ClockRefusal,
  cancel,
  extend,
  isOwed,
  isRefused,
  meet,
  type Obligation,
  openObligation,
  pause,
  recompute,
  resume,
} from '../../obligations/rules.ts'
import { deadlinesOn, findDeadline } from '../../packs/rules.ts'
import type { DeadlineRule, Length, ObligationKind, Trigger } from '../../packs/schema.ts'
import type { NewEvent } from '../../platform/perform.ts'
import type { Context, Refusal } from './decision.ts'
import type { CaseState } from './state.ts'

/** Starts every clock that the pack starts at this trigger, but for those that run to a promised date. */
export function startClocks(
  state: CaseState,
  trigger: Trigger,
  context: Context,
  except: readonly ObligationKind[] = [],
): NewEvent[] {
  const left = [...promised, ...except]
  return deadlinesOn(context.pack, trigger, state)
    .filter(rule => !left.includes(rule.obligation))
    .flatMap(rule => startClock(state, rule, context))
}

const promised: readonly ObligationKind[] = ['remedy', 'agreement-term']

/** Starts one clock; `by` is a promised date that takes the place of counting. */
export function startClock(state: CaseState, rule: DeadlineRule, context: Context, by?: string): NewEvent[] {
  const earlier = state.obligations.filter(one => one.rule === rule.id).length
  const opening = { id: `${rule.id}-${earlier + 1}`, trigger: context.now, told: true, ...(by && { by }) }
  return toEvents(openObligation(rule, opening, context.timing))
}

/** Notes that what is owed was done, in time or late. */
export function meetClocks(state: CaseState, kinds: readonly ObligationKind[], { now }: Context): NewEvent[] {
  return owed(state, kinds).flatMap(one => toEvents(meet(one, now)))
}

/** Ends what is no longer owed: certain kinds, or all of one side's. */
export function cancelClocks(
  state: CaseState,
  which: readonly ObligationKind[] | 'institution' | 'resident' | 'all',
  because: string,
  { now }: Context,
): NewEvent[] {
  return owed(state, which).flatMap(one => toEvents(cancel(one, { now, because })))
}

/** Stops the clocks that the pack lets stand still for this cause; the others run on. */
export function pauseClocks(
  state: CaseState,
  cause: 'information' | 'hearing',
  context: Context,
  until?: Temporal.Instant,
): NewEvent[] {
  return owed(state, 'institution').flatMap(one => {
    const rule = ruleOf(one, context)
    return toEvents(pause(one, rule, { cause, now: context.now, ...(until && { until }) }, context.timing))
  })
}

/** Lets the clocks go on that stand still for this cause. */
export function resumeClocks(
  state: CaseState,
  cause: 'information' | 'hearing',
  context: Context,
): NewEvent[] {
  return owed(state, 'institution')
    .filter(one => one.pauses.some(stretch => stretch.cause === cause && stretch.to === undefined))
    .flatMap(one => toEvents(resume(one, ruleOf(one, context), context, context.timing)))
}

/** Gives a clock more time, as far as the pack allows. */
export function extendClock(
  one: Obligation,
  { length, by, reason }: { length: Length; by: string; reason: string },
  context: Context,
): NewEvent[] | Refusal {
  const granted = { length, now: context.now, by, reasonGiven: reason.trim() !== '' }
  const change = extend(one, ruleOf(one, context), granted, context.timing)
  const field = isRefused(change) && change.refused === 'reason-required' ? 'reason' : 'length'
  if (isRefused(change)) return { refused: `cases.refused.${change.refused}`, field }
  return change.events
}

/** Counts every running clock on the calendar as it now is; none where nothing moves. */
export function recomputeClocks(state: CaseState, context: Context): NewEvent[] {
  return state.obligations.flatMap(one => {
    const rule = findDeadline(context.pack, one.rule)
    return rule ? toEvents(recompute(one, rule, context, context.timing)) : []
  })
}

/** The rule of a clock, in the pack that the case was filed under. */
export function ruleOf(one: Obligation, { pack }: Pick<Context, 'pack'>): DeadlineRule {
  const rule = findDeadline(pack, one.rule)
  if (!rule) throw new Error(`the pack ${pack.id}@${pack.version} has no deadline ${one.rule}`)
  return rule
}

function owed(
  state: CaseState,
  which: readonly ObligationKind[] | 'institution' | 'resident' | 'all',
): Obligation[] {
  return state.obligations.filter(one => {
    if (!isOwed(one)) return false
    return typeof which === 'string' ? which === 'all' || one.owedBy === which : which.includes(one.kind)
  })
}

// A clock that cannot be stopped, met or ended now is left as it is: that is the rule, not a fault.
function toEvents(change: Change | ClockRefusal): NewEvent[] {
  return isRefused(change) ? [] : change.events
}
