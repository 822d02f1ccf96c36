import type { NewEvent } from '../../platform/perform.ts'
import { afterAnswer, answerGiven, type DecisionText } from './answering.ts'
import { cancelClocks, meetClocks, pauseClocks, resumeClocks, startClock, startClocks } from './clocks.ts'
import { type Context, type Decision, notNow } from './decision.ts'
import { stateAfter } from './filing.ts'
import { answerRule, canHandle } from './handling.ts'
import { headOf, isAbout, reviewUnit } from './routing.ts'
import { type CaseState, standingAnswer, type Tier } from './state.ts'

/** The tier that asking for review would lead to now; undefined after a final review. */
export function nextTier(state: CaseState): Exclude<Tier, 'answer'> | undefined {
  const last = standingAnswer(state)?.tier ?? 'answer'
  return last === 'answer' ? 'review' : last === 'review' ? 'final-review' : undefined
}

/** Until when the resident may ask for review, by the window that is open; undefined where there is none. */
export function reviewWindow(state: CaseState): string | undefined {
  const kind = nextTier(state) === 'final-review' ? 'ask-final-review' : 'ask-review'
  return state.obligations.findLast(one => one.kind === kind && one.status === 'open')?.due
}

/**
 * The resident asks for a second or third look. It goes to the next unit up that has had no part in the case, with its
 * own clock. Nothing about asking is counted against anybody (promise 4).
 */
export function decideAskReview(state: CaseState, reason: string, context: Context): Decision {
  const refusal = notNow('ask-review', state)
  if (refusal) return refusal
  const tier = nextTier(state)
  if (!tier) return { refused: 'cases.refused.after-final' }
  const window = reviewWindow(state)
  if (!window || Temporal.Instant.compare(context.now, Temporal.Instant.from(window)) > 0)
    return { refused: 'cases.refused.review-late' }
  const from = standingAnswer(state)?.unitId ?? state.unitId
  const unitId = reviewUnit(from, state.handledBy, state.aboutUnits, context.organisation)
  if (!unitId) return { refused: 'cases.refused.no-higher-unit' }
  const leadId = reviewLead(state, unitId, context)
  const events: [NewEvent, ...NewEvent[]] = [
    { type: 'review.asked', data: { tier, unitId, leadId }, sealed: { text: reason } },
    ...meetClocks(state, ['ask-review', 'ask-final-review'], context),
    ...cancelClocks(state, ['silence'], 'review-asked', context),
  ]
  const trigger = tier === 'review' ? 'review-asked' : 'final-review-asked'
  events.push(...startClocks(stateAfter(state, events, context), trigger, context))
  return { events }
}

/** What the unit that looked again decides: the answer stands, another takes its place, or it goes back. */
export function decideReview(
  state: CaseState,
  input: DecisionText & { leadId: string; verdict: 'upheld' | 'changed' | 'sent-back' },
  context: Context,
): Decision {
  const refusal = notNow('decide-review', state)
  if (refusal) return refusal
  if (state.tier === 'answer') return { refused: 'cases.refused.not-now' }
  if (!canHandle(state, input.leadId, context) || hasSigned(state, input.leadId))
    return { refused: 'cases.refused.cannot-sign', field: 'leadId' }
  const missing = context.pack.decisionContents[state.tier].find(
    part =>
      part.required &&
      ['facts', 'reasons', 'rule', 'asked'].includes(part.code) &&
      !input.parts[part.code]?.trim(),
  )
  if (missing) return { refused: 'cases.refused.part', field: missing.code }
  const decided = answerGiven(state, state.tier, { ...input, outcome: input.verdict })
  const events: [NewEvent, ...NewEvent[]] = [decided, ...meetClocks(state, [state.tier], context)]
  if (input.verdict === 'sent-back') {
    events.push(sentBack(state, context))
    const after = stateAfter(state, events, context)
    const rule = answerRule(after, context)
    const clocks = startClocks(after, 'sent-back', context)
    events.push(...(clocks.length > 0 || !rule ? clocks : startClock(after, rule, context)))
    return { events }
  }
  events.push(...afterAnswer(stateAfter(state, events, context), context, input.remedyBy))
  return { events }
}

/** Begins a hearing; its time is not counted where the pack says so (cn-2022: art. 36). */
export function decideBeginHearing(state: CaseState, until: Temporal.Instant, context: Context): Decision {
  const refusal = notNow('pause-for-hearing', state)
  if (refusal) return refusal
  const paused = pauseClocks(state, 'hearing', context, until)
  if (paused.length === 0) return { refused: 'cases.refused.no-hearing', field: 'until' }
  return {
    events: [
      { type: 'hearing.begun', data: { until: until.toString({ fractionalSecondDigits: 3 }) } },
      ...paused,
    ],
  }
}

/** Ends a hearing; the clock of the review runs on. */
export function decideEndHearing(state: CaseState, context: Context): Decision {
  const refusal = notNow('resume-after-hearing', state)
  if (refusal) return refusal
  const resumed = resumeClocks(state, 'hearing', context)
  if (resumed.length === 0) return { refused: 'cases.refused.no-hearing' }
  return { events: [{ type: 'hearing.ended', data: {} }, ...resumed] }
}

/** Whether an official has signed a decision in this case before: they cannot review it. */
export function hasSigned(state: CaseState, staffId: string): boolean {
  return state.answers.some(answer => answer.leadId === staffId)
}

function reviewLead(state: CaseState, unitId: string, context: Context): string | null {
  const barred = [...state.aboutStaff, ...state.answers.map(answer => answer.leadId)]
  return headOf(unitId, context.organisation, barred) ?? null
}

// Back to the unit that answered; where the case has turned out to be about that one since, or it is closed, to the
// next that had a part in it, and in the end the reviewer decides anew itself.
function sentBack(state: CaseState, context: Context): NewEvent {
  const answered = state.answers.findLast(answer => answer.tier === 'answer')?.unitId
  const unitId =
    [answered, ...state.handledBy].find(id => {
      const unit = context.organisation.units.get(id ?? '')
      return unit?.active && !isAbout(unit, state.aboutUnits)
    }) ?? state.unitId
  const leadId = headOf(unitId, context.organisation, state.aboutStaff) ?? null
  return { type: 'review.sent-back', data: { unitId, leadId } }
}
