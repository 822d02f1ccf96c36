import { computeDue } from '../../obligations/due.ts'
import { deadlineFor } from '../../packs/rules.ts'
import type { NewEvent } from '../../platform/perform.ts'
import { cancelClocks, meetClocks, startClock, startClocks } from './clocks.ts'
import { type Context, type Decision, notNow, type Refusal } from './decision.ts'
import { stateAfter } from './filing.ts'
import { afterInformation, answerRule, canHandle } from './handling.ts'
import { type CaseState, standingAnswer, type Tier } from './state.ts'

/** The parts of a written decision; which are required is the pack's to say. */
export type DecisionText = {
  /** A text for each part of the pack's decision contents that is written by hand. */
  parts: Readonly<Record<string, string>>
  outcome: string
  /** When the remedy will have been done, an ISO date. */
  remedyBy?: string | undefined
}

/** Answers the case: the contents the pack requires, signed by its lead. */
export function decideAnswer(
  state: CaseState,
  input: DecisionText & { leadId: string },
  context: Context,
): Decision {
  const refusal =
    notNow('answer', state) ?? unsigned(state, input.leadId, context) ?? incomplete('answer', input, context)
  if (refusal) return refusal
  if (!context.pack.outcomes.some(one => one.code === input.outcome))
    return { refused: 'cases.refused.outcome', field: 'outcome' }
  const events: [NewEvent, ...NewEvent[]] = [
    answerGiven(state, 'answer', input),
    ...(state.status === 'awaiting-resident' ? afterInformation(state, context) : []),
  ]
  events.push(...meetClocks(stateAfter(state, events, context), ['answer'], context))
  events.push(...afterAnswer(stateAfter(state, events, context), context, input.remedyBy))
  return { events }
}

/** The event of a decision that is given, at whichever tier. */
export function answerGiven(
  state: CaseState,
  tier: Tier,
  input: DecisionText & { leadId: string },
): NewEvent {
  const { leadId, outcome, remedyBy } = input
  return {
    type: 'answer.given',
    data: {
      no: state.answers.length + 1,
      tier,
      unitId: state.unitId,
      leadId,
      outcome,
      ...(remedyBy && { remedyBy }),
    },
    sealed: { parts: { ...input.parts } },
  }
}

/** What starts when a decision is given: the resident's windows, and the remedy where one was promised. */
export function afterAnswer(state: CaseState, context: Context, remedyBy?: string): NewEvent[] {
  const trigger = { answer: 'answered', review: 'review-decided', 'final-review': undefined } as const
  const on = trigger[state.tier]
  const events = on ? startClocks(state, on, context, ['silence']) : []
  for (const [kind, by] of [
    ['silence', undefined],
    ['remedy', remedyBy],
  ] as const) {
    const rule = deadlineFor(context.pack, kind, state)
    if (rule && (kind === 'silence' || by)) events.push(...startClock(state, rule, context, by))
  }
  return events
}

/** Reports that the promised remedy was carried out. */
export function decideReportRemedy(state: CaseState, text: string, context: Context): Decision {
  const met = meetClocks(state, ['remedy'], context)
  if (met.length === 0) return { refused: 'cases.refused.no-remedy' }
  return { events: [{ type: 'remedy.done', data: {}, sealed: { text } }, ...met] }
}

/** Corrects a decision that was given: a new event beside the first, which stays as it was. */
export function decideCorrectAnswer(
  state: CaseState,
  input: DecisionText & { leadId: string; why: string },
  context: Context,
): Decision {
  const answer = standingAnswer(state)
  const refusal =
    notNow('correct-answer', state) ?? (answer ? undefined : { refused: 'cases.refused.no-answer' })
  if (refusal || !answer) return refusal ?? { refused: 'cases.refused.no-answer' }
  const faulty = unsigned(state, input.leadId, context) ?? incomplete(answer.tier, input, context)
  if (faulty) return faulty
  const { outcome, remedyBy, leadId } = input
  return {
    events: [
      {
        type: 'answer.corrected',
        data: { no: answer.no, leadId, outcome, ...(remedyBy && { remedyBy }) },
        sealed: { parts: { ...input.parts }, why: input.why },
      },
    ],
  }
}

/** The resident is satisfied with the answer; the case is done. */
export function decideAgree(state: CaseState, rating: number | null, context: Context): Decision {
  const refusal = notNow('agree', state)
  if (refusal) return refusal
  const events: [NewEvent, ...NewEvent[]] = [{ type: 'resident.agreed', data: {} }]
  if (rating !== null) events.push({ type: 'resident.rated', data: { rating } })
  events.push(
    { type: 'case.closed', data: { because: 'agreed' } },
    ...closingClocks(state, 'agreed', context),
  )
  return { events }
}

/** The resident's verdict on how the institution did, 1 to 5; it may be changed while the case can be opened again. */
export function decideRate(state: CaseState, rating: number): Decision {
  const refusal = notNow('rate', state)
  if (refusal) return refusal
  if (!Number.isInteger(rating) || rating < 1 || rating > 5)
    return { refused: 'cases.refused.rating', field: 'rating' }
  return { events: [{ type: 'resident.rated', data: { rating } }] }
}

/** Nobody spoke for the pack's period, after two reminders: the case is closed, and can be opened again. */
export function decideCloseBySilence(state: CaseState, context: Context): Decision {
  const refusal = notNow('close-by-silence', state)
  if (refusal) return refusal
  return {
    events: [
      { type: 'case.closed', data: { because: 'silence' } },
      ...cancelClocks(state, ['silence'], 'silence', context),
    ],
  }
}

/** Opens a closed case again, within the pack's period: the problem is back, or was never gone. */
export function decideReopen(state: CaseState, text: string, context: Context): Decision {
  const refusal = notNow('reopen', state)
  if (refusal || !state.closedAt) return refusal ?? { refused: 'cases.refused.not-now' }
  const until = reopenUntil(state, context)
  if (!until || Temporal.Instant.compare(context.now, until) > 0)
    return { refused: 'cases.refused.reopen-late' }
  const events: [NewEvent, ...NewEvent[]] = [
    { type: 'case.reopened', data: {}, sealed: { text } },
    ...cancelClocks(state, ['silence'], 'reopened', context),
  ]
  const after = stateAfter(state, events, context)
  const rule = answerRule(after, context)
  if (rule) events.push(...startClock(after, rule, context))
  return { events }
}

/** The resident takes it back. Nothing is owed any more; what was late stays on the record. */
export function decideWithdraw(state: CaseState, text: string, context: Context): Decision {
  const refusal = notNow('withdraw', state)
  if (refusal) return refusal
  return {
    events: [
      { type: 'case.withdrawn', data: {}, ...(text && { sealed: { text } }) },
      ...cancelClocks(state, 'all', 'withdrawn', context),
    ],
  }
}

// A promised remedy and the right to ask for review outlive the closing.
function closingClocks(state: CaseState, because: string, context: Context): NewEvent[] {
  return cancelClocks(state, ['silence'], because, context)
}

function unsigned(state: CaseState, leadId: string, context: Context): Refusal | undefined {
  return canHandle(state, leadId, context)
    ? undefined
    : { refused: 'cases.refused.cannot-sign', field: 'leadId' }
}

/** The first required part that is missing; outcome, date, review right and signature are made by the system. */
function incomplete(tier: Tier, input: DecisionText, { pack }: Context): Refusal | undefined {
  const made = ['outcome', 'by-when', 'review-right', 'signed']
  const missing = pack.decisionContents[tier].find(
    part => part.required && !made.includes(part.code) && !input.parts[part.code]?.trim(),
  )
  return missing && { refused: 'cases.refused.part', field: missing.code }
}

/** Until when a closed case can be opened again; undefined where it is not closed. */
export function reopenUntil(state: CaseState, { pack, timing }: Context): Temporal.Instant | undefined {
  if (!state.closedAt) return undefined
  const trigger = Temporal.Instant.from(state.closedAt)
  return computeDue({ ...timing, trigger, length: pack.reopen.within, lastDay: 'asIs' }).due
}
