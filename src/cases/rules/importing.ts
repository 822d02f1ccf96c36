import type { Obligation } from '../../obligations/rules.ts'
import { applyStages } from '../../obligations/rules.ts'
import { deadlinesOn } from '../../packs/rules.ts'
import type { NewEvent } from '../../platform/perform.ts'
import { answerGiven } from './answering.ts'
import { meetClocks, startClock } from './clocks.ts'
import { type Context, isRefusal, type Refusal } from './decision.ts'
import { decideFiling, type Filing, stateAfter } from './filing.ts'
import { decideAccept } from './handling.ts'
import type { CaseState } from './state.ts'

/** A case as the records of another system have it. Nothing of who raised it is taken over. */
export type EarlierCase = Pick<
  Filing,
  'id' | 'number' | 'kind' | 'category' | 'language' | 'what' | 'place' | 'sentTo'
> & {
  /** What the other system calls it. */
  key: string
  filedAt: Temporal.Instant
  standing: /** Still open, and what the other system notes on it. */
    | { status: 'filed' | 'in-hand'; note?: string }
    /** Answered and done: when, what was answered, and the pack's outcome that comes nearest. */
    | { status: 'closed'; at: Temporal.Instant; text: string; outcome: string }
}

/** Where a case is taken over from, for its event. */
export type Origin = { source: string; version: number }

type Events = [NewEvent, ...NewEvent[]]

/**
 * Takes a case over with its own dates. What is closed has the clocks that the pack would have given it, met or missed
 * by its dates, and the resident's windows as far as they have not lapsed. What is still open keeps the day it was
 * raised, and its clocks start now: it was promised nothing under these rules, and an alarm for every deadline that
 * passed before anybody here could keep it would drown those that can be kept.
 */
export function decideImport(
  earlier: EarlierCase,
  origin: Origin,
  context: Context,
): { events: Events } | Refusal {
  const { filedAt, standing } = earlier
  const isClosed = standing.status === 'closed'
  const filed = decideFiling(filingOf(earlier), { ...context, now: isClosed ? filedAt : context.now })
  if (isRefusal(filed)) return filed
  const events =
    standing.status === 'closed' ? closed(filed.events, earlier, standing, context) : filed.events
  const imported: NewEvent = {
    type: 'case.imported',
    data: { ...origin, key: earlier.key, clocks: isClosed ? 'source' : 'import' },
  }
  if (standing.status === 'closed') return { events: [...events, ...lapsed(events, context), imported] }
  const [first, ...rest] = events
  const [past, clocks] = [
    [first, ...rest.filter(isNoClock)] as Events,
    rest.filter(event => !isNoClock(event)),
  ]
  const note: NewEvent[] = standing.note
    ? [{ type: 'note.added', data: {}, sealed: { text: standing.note } }]
    : []
  const start: Events = [...stamped(past, filedAt), imported, ...note, ...clocks]
  if (standing.status === 'filed') return { events: start }
  const accepted = decideAccept(stateAfterAll(start, context), null, context)
  return isRefusal(accepted) ? accepted : { events: [...start, ...accepted.events] }
}

/** The state that events with dates of their own lead to. */
export function stateAfterAll(events: readonly NewEvent[], { now }: Pick<Context, 'now'>): CaseState {
  let state: CaseState | undefined
  for (const event of events) state = stateAfter(state, [event], { now: event.at ?? now })
  if (!state) throw new Error('no events and no state')
  return state
}

function closed(
  filed: Events,
  { filedAt }: EarlierCase,
  { at, text, outcome }: { at: Temporal.Instant; text: string; outcome: string },
  context: Context,
): Events {
  const then = { ...context, now: filedAt }
  const done = { ...context, now: at }
  // Whether a unit would have sent it elsewhere is nobody's duty and long past.
  const [first, ...others] = filed
  const events: Events = [first, ...others.filter(event => obligationOf(event)?.kind !== 'object')]
  // Taken in hand as it was raised: what another system did between the two days is not known here.
  const accepted = decideAccept(stateAfter(undefined, events, then), null, then)
  if (isRefusal(accepted)) throw new Error(`an import cannot be accepted: ${accepted.refused}`)
  const both: Events = [...events, ...accepted.events]
  const begun = stamped(both, filedAt)
  let state = stateAfterAll(begun, context)
  // No official of this institution signed it, so none is named.
  const answer = answerGiven(state, 'answer', { parts: { facts: text }, outcome, leadId: '' })
  const met = meetClocks(state, ['answer'], done)
  state = stateAfter(state, [answer, ...met], done)
  const windows = deadlinesOn(context.pack, 'answered', state)
    .filter(rule => rule.obligation === 'ask-review')
    .flatMap(rule => startClock(state, rule, done))
  const end: NewEvent = { type: 'case.closed', data: { because: 'settled-elsewhere' } }
  return [...begun, ...stamped([answer, ...met, ...windows, end], at)]
}

/** The resident's windows that have lapsed by now; noted here, so that the first pass of the clock does not come to them all. */
function lapsed(events: Events, context: Context): NewEvent[] {
  return stateAfterAll(events, context).obligations.flatMap(one => applyStages(one, context.now).events)
}

function filingOf({ filedAt: _, standing: __, key: ___, ...earlier }: EarlierCase): Filing {
  return {
    ...earlier,
    channel: 'import',
    wanted: '',
    protection: 'anonymous',
    about: { units: [], staff: [], named: '', retaliation: false },
    files: [],
  }
}

function stamped<E extends readonly NewEvent[]>(events: E, at: Temporal.Instant): E {
  return events.map(event => ({ ...event, at })) as unknown as E
}

function isNoClock(event: NewEvent): boolean {
  return obligationOf(event) === undefined
}

function obligationOf({ type, data }: NewEvent): Obligation | undefined {
  return type.startsWith('obligation.')
    ? (data as unknown as { obligation: Obligation }).obligation
    : undefined
}
