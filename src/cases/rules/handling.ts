import { deadlineFor } from '../../packs/rules.ts'
import type { DeadlineRule, Length } from '../../packs/schema.ts'
import type { NewEvent } from '../../platform/perform.ts'
import { cancelClocks, extendClock, meetClocks, pauseClocks, resumeClocks, startClocks } from './clocks.ts'
import { type Context, type Decision, isRefusal, notNow } from './decision.ts'
import { documentAdded, type FileFacts, stateAfter } from './filing.ts'
import { headOf, isAbout } from './routing.ts'
import { type CaseState, running } from './state.ts'

// What is owed until somebody takes the case in hand, or says in writing why not.
const intake = ['acknowledge', 'route', 'accept'] as const

/** Takes the case in hand; the clock of the answer starts where the pack counts from acceptance. */
export function decideAccept(state: CaseState, ownerId: string | null, context: Context): Decision {
  const refusal = notNow('accept', state)
  if (refusal) return refusal
  const events: [NewEvent, ...NewEvent[]] = [{ type: 'case.accepted', data: {} }]
  if (ownerId && !state.ownerId && canHandle(state, ownerId, context))
    events.push({ type: 'case.assigned', data: { ownerId, leadId: state.leadId } })
  events.push(...meetClocks(state, intake, context), ...cancelClocks(state, ['object'], 'accepted', context))
  events.push(...startClocks(stateAfter(state, events, context), 'accepted', context))
  return { events }
}

/** Does not accept it: with the pack's reason, the remedy there is and who does handle it. The resident may ask for review. */
export function decideDecline(
  state: CaseState,
  input: { reason: string; text: string; leadId: string },
  context: Context,
): Decision {
  const refusal = notNow('decline', state)
  if (refusal) return refusal
  if (!canHandle(state, input.leadId, context)) return { refused: 'cases.refused.cannot-sign' }
  if (!context.pack.notAccepted.some(one => one.code === input.reason))
    return { refused: 'cases.refused.reason', field: 'reason' }
  const { reason, leadId } = input
  const events: [NewEvent, ...NewEvent[]] = [
    { type: 'case.declined', data: { reason, leadId }, sealed: { text: input.text } },
    ...meetClocks(state, intake, context),
  ]
  events.push(...cancelClocks(stateAfter(state, events, context), 'institution', 'declined', context))
  events.push(...startClocks(stateAfter(state, events, context), 'answered', context))
  return { events }
}

/**
 * Says that it belongs to another unit: with a reason, within the objection time, to a unit that can receive it. Until
 * that unit confirms, this one stays responsible and every clock runs on.
 * Source: Regulations on Letters and Visits 2022, art. 23; design issue "no dead ends".
 */
export function decideProposeRedirect(
  state: CaseState,
  input: { to: string; reason: string; text: string },
  context: Context,
): Decision {
  const refusal = notNow('propose-redirect', state)
  if (refusal) return refusal
  const receiver = context.organisation.units.get(input.to)
  if (!receiver?.active || receiver.id === state.unitId)
    return { refused: 'cases.refused.receiver', field: 'to' }
  if (isAbout(receiver, state.aboutUnits)) return { refused: 'cases.refused.receiver-concerned', field: 'to' }
  if (!context.pack.notOurs.some(one => one.code === input.reason))
    return { refused: 'cases.refused.reason', field: 'reason' }
  const window = state.obligations.find(one => one.kind === 'object' && one.status !== 'cancelled')
  if (window && Temporal.Instant.compare(context.now, Temporal.Instant.from(window.due)) > 0)
    return { refused: 'cases.refused.objection-late' }
  const { to, reason } = input
  const events: [NewEvent, ...NewEvent[]] = [
    { type: 'redirect.proposed', data: { to, reason }, sealed: { text: input.text } },
    ...meetClocks(state, ['object'], context),
  ]
  events.push(...startClocks(stateAfter(state, events, context), 'redirect-proposed', context))
  return { events }
}

/** The receiver confirms that it is theirs. No clock starts again: what is owed is owed by the same dates. */
export function decideConfirmRedirect(state: CaseState, context: Context): Decision {
  const refusal = notNow('confirm-redirect', state)
  if (refusal || !state.redirect) return refusal ?? { refused: 'cases.refused.not-now' }
  const unitId = state.redirect.to
  const receiver = context.organisation.units.get(unitId)
  if (!receiver?.active) return { refused: 'cases.refused.receiver' }
  if (isAbout(receiver, state.aboutUnits)) return { refused: 'cases.refused.receiver-concerned' }
  const leadId = headOf(unitId, context.organisation, state.aboutStaff) ?? null
  return {
    events: [
      { type: 'redirect.confirmed', data: { to: unitId } },
      { type: 'case.routed', data: { unitId, leadId, why: { rule: 'redirected' } } },
      ...meetClocks(state, ['confirm-redirect'], context),
    ],
  }
}

/** The receiver says it is not theirs either: the first unit keeps it. */
export function decideRefuseRedirect(state: CaseState, text: string, context: Context): Decision {
  const refusal = notNow('refuse-redirect', state)
  if (refusal) return refusal
  return {
    events: [
      { type: 'redirect.refused', data: {}, sealed: { text } },
      ...meetClocks(state, ['confirm-redirect'], context),
    ],
  }
}

/** Names who works it and who answers for it. Neither restarts nor hides a clock. */
export function decideAssign(
  state: CaseState,
  input: { ownerId: string | null; leadId: string | null },
  context: Context,
): Decision {
  const refusal = notNow('assign', state)
  if (refusal) return refusal
  for (const [field, id] of [
    ['ownerId', input.ownerId],
    ['leadId', input.leadId],
  ] as const) {
    if (id !== null && !canHandle(state, id, context))
      return { refused: 'cases.refused.cannot-handle', field }
  }
  return { events: [{ type: 'case.assigned', data: { ...input } }] }
}

/** Whether an official may have a part in the case: active, serving its unit, and neither they nor their unit is what it is about. */
export function canHandle(
  state: CaseState,
  staffId: string,
  { organisation }: Pick<Context, 'organisation'>,
): boolean {
  const officer = organisation.officers.get(staffId)
  const unit = organisation.units.get(state.unitId)
  if (!officer?.active || !unit || state.aboutStaff.includes(staffId)) return false
  return officer.grants.some(
    grant =>
      unit.path.includes(grant.unitId) &&
      ['case-officer', 'lead', 'unit-head'].includes(grant.role) &&
      !isAbout({ path: grant.unitPath }, state.aboutUnits),
  )
}

/** Asks the resident for information; the clocks that the pack allows stand still, for its maximum at most. */
export function decideAskInformation(state: CaseState, question: string, context: Context): Decision {
  const refusal = notNow('ask-information', state)
  if (refusal) return refusal
  const events: [NewEvent, ...NewEvent[]] = [
    { type: 'information.asked', data: { no: state.asks + 1 }, sealed: { text: question } },
    ...pauseClocks(state, 'information', context),
  ]
  events.push(...startClocks(stateAfter(state, events, context), 'info-asked', context))
  return { events }
}

/** The resident gives it; the clocks run on. */
export function decideGiveInformation(
  state: CaseState,
  text: string,
  files: readonly FileFacts[],
  context: Context,
): Decision {
  const refusal = notNow('give-information', state)
  if (refusal) return refusal
  const documents = files.map(file => documentAdded('resident', file))
  return {
    events: [
      { type: 'information.given', data: {}, sealed: { text } },
      ...documents,
      ...afterInformation(state, context),
    ],
  }
}

/** The resident did not: after the pack's maximum the work goes on without. */
export function decideLapseInformation(state: CaseState, context: Context): Decision {
  const refusal = notNow('lapse-information', state)
  if (refusal) return refusal
  return { events: [{ type: 'information.lapsed', data: {} }, ...afterInformation(state, context)] }
}

/** The clocks after the wait for information, however it ended. */
export function afterInformation(state: CaseState, context: Context): NewEvent[] {
  return [
    ...resumeClocks(state, 'information', context),
    ...cancelClocks(state, ['information'], 'ended', context),
  ]
}

/** Extends the answer's time, once, up to the pack's cap, with a reason that the resident is told. */
export function decideExtend(
  state: CaseState,
  input: { length: Length; reason: string; by: string },
  context: Context,
): Decision {
  const refusal = notNow('extend', state)
  if (refusal) return refusal
  const clock = running(state).find(one => one.kind === 'answer')
  if (!clock) return { refused: 'cases.refused.nothing-to-extend' }
  const extended = extendClock(clock, input, context)
  if (isRefusal(extended)) return extended
  return {
    events: [
      {
        type: 'answer.extended',
        data: { length: input.length, by: input.by },
        sealed: { text: input.reason },
      },
      ...extended,
    ],
  }
}

/** The pack's rule for the answer of such a case. */
export function answerRule(state: CaseState, { pack }: Pick<Context, 'pack'>): DeadlineRule | undefined {
  return deadlineFor(pack, 'answer', state)
}
