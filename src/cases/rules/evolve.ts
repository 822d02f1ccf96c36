import { evolveObligations, type ObligationEvent } from '../../obligations/rules.ts'
import type { Json } from '../../platform/json.ts'
import type { Status } from '../lifecycle.ts'
import type { Why } from './routing.ts'
import type { Answer, CaseState, ClosedBecause, Tier } from './state.ts'

/** An event as the rules see it: its type, when, and its open part. */
export type Fact = { type: string; at: string; data: Json }

/**
 * The state after an event. Pure; every case's state is the fold of this over its events, so what it does for an
 * event type can never change for events already recorded: add a new type instead.
 */
export function evolve(state: CaseState | undefined, { type, at, data }: Fact): CaseState {
  if (!state) {
    if (type !== 'case.filed') throw new Error(`a case cannot begin with ${type}`)
    return filed(data as unknown as Filed, at)
  }
  if (type.startsWith('obligation.')) {
    const event = { type, data } as unknown as ObligationEvent
    return { ...state, obligations: evolveObligations(state.obligations, event) }
  }
  const apply = (appliers as unknown as Record<string, Applier | undefined>)[type]
  if (!apply) throw new Error(`unknown event ${type}`)
  return { ...state, ...apply(state, data, at) }
}

type Applier = (state: CaseState, data: Json, at: string) => Partial<CaseState>

/** Folds a case's events, in order. */
export function fold(facts: readonly Fact[]): CaseState {
  const state = facts.reduce<CaseState | undefined>(evolve, undefined)
  if (!state) throw new Error('a case without events')
  return state
}

/** What the first event of a case says in the open. */
export type Filed = Pick<
  CaseState,
  | 'id'
  | 'number'
  | 'kind'
  | 'urgency'
  | 'category'
  | 'channel'
  | 'language'
  | 'protection'
  | 'contact'
  | 'pack'
  | 'aboutUnits'
  | 'aboutStaff'
  | 'retaliation'
>

function filed(data: Filed, at: string): CaseState {
  return {
    ...data,
    status: 'filed',
    tier: 'answer',
    unitId: '',
    why: { rule: 'intake' },
    ownerId: null,
    leadId: null,
    handledBy: [],
    redirect: null,
    declined: null,
    answers: [],
    asks: 0,
    reminders: 0,
    rating: null,
    filedAt: at,
    acceptedAt: null,
    closedAt: null,
    closedBecause: null,
    reopened: 0,
    obligations: [],
  }
}

const to = (status: Status) => ({ status })

const appliers = {
  'party.named': () => ({}),
  'party.contact-confirmed': () => ({ contact: true }),
  'case.routed': (state: CaseState, data: { unitId: string; leadId: string | null; why: Why }) => ({
    status: state.status === 'redirecting' ? ('filed' as const) : state.status,
    unitId: data.unitId,
    leadId: data.leadId,
    ownerId: null,
    why: data.why,
    redirect: null,
  }),
  'case.accepted': (_state: CaseState, _data: Json, at: string) => ({ ...to('in-hand'), acceptedAt: at }),
  'case.declined': (state: CaseState, data: { reason: string }, at: string) => ({
    ...to('declined'),
    declined: { reason: data.reason, at },
    handledBy: withUnit(state),
    reminders: 0,
  }),
  'redirect.proposed': (state: CaseState, data: { to: string; reason: string }, at: string) => ({
    ...to('redirecting'),
    redirect: { to: data.to, from: state.unitId, reason: data.reason, at },
  }),
  'redirect.confirmed': () => to('filed'),
  'redirect.refused': () => ({ ...to('filed'), redirect: null }),
  'redirect.ended': () => ({ ...to('filed'), redirect: null }),
  'case.assigned': (_state: CaseState, data: { ownerId: string | null; leadId: string | null }) => ({
    ownerId: data.ownerId,
    leadId: data.leadId,
  }),
  'information.asked': (state: CaseState) => ({ ...to('awaiting-resident'), asks: state.asks + 1 }),
  'information.given': () => to('in-hand'),
  'information.lapsed': () => to('in-hand'),
  'answer.extended': () => ({}),
  'hearing.begun': () => ({}),
  'hearing.ended': () => ({}),
  'answer.given': (state: CaseState, data: Omit<Answer, 'at' | 'corrections'>, at: string) => ({
    ...to('answered'),
    answers: [...state.answers, { ...data, at, corrections: 0 }],
    tier: data.tier,
    handledBy: withUnit(state),
    reminders: 0,
  }),
  'answer.corrected': (state: CaseState, data: { no: number; outcome: string; remedyBy?: string }) => ({
    answers: state.answers.map(answer =>
      answer.no === data.no
        ? { ...answer, outcome: data.outcome, remedyBy: data.remedyBy, corrections: answer.corrections + 1 }
        : answer,
    ),
  }),
  'resident.agreed': () => ({}),
  'resident.rated': (_state: CaseState, data: { rating: number }) => ({ rating: data.rating }),
  'review.asked': (_state: CaseState, data: { tier: Tier; unitId: string; leadId: string | null }) => ({
    ...to('under-review'),
    tier: data.tier,
    unitId: data.unitId,
    leadId: data.leadId,
    ownerId: null,
    why: { rule: 'review' as const },
    closedAt: null,
    closedBecause: null,
    reminders: 0,
  }),
  'review.sent-back': (
    state: CaseState,
    data: { unitId: string; leadId: string | null },
  ): Partial<CaseState> => ({
    ...to('in-hand'),
    tier: 'answer',
    handledBy: withUnit(state),
    unitId: data.unitId,
    leadId: data.leadId,
    ownerId: null,
  }),
  'remedy.done': () => ({}),
  'notice.undelivered': () => ({}),
  'reminder.sent': (state: CaseState) => ({ reminders: state.reminders + 1 }),
  'case.closed': (_state: CaseState, data: { because: ClosedBecause }, at: string) => ({
    ...to('closed'),
    closedAt: at,
    closedBecause: data.because,
  }),
  'case.reopened': (state: CaseState) => ({
    ...to('in-hand'),
    tier: 'answer' as const,
    closedAt: null,
    closedBecause: null,
    reopened: state.reopened + 1,
  }),
  'case.withdrawn': (_state: CaseState, _data: Json, at: string) => ({ ...to('withdrawn'), closedAt: at }),
  'recusal.added': (state: CaseState, data: { aboutUnits: string[]; aboutStaff: string[] }) => ({
    aboutUnits: union(state.aboutUnits, data.aboutUnits),
    aboutStaff: union(state.aboutStaff, data.aboutStaff),
  }),
  'message.sent': () => ({}),
  'note.added': () => ({}),
  'document.added': () => ({}),
  'identity.opened': () => ({}),
  'calendar.renewed': (state: CaseState) => ({ calendarRenewals: (state.calendarRenewals ?? 0) + 1 }),
  'retention.ended': () => ({}),
  'case.imported': () => ({}),
  'copy.taken': () => ({}),
  'copy.sent': () => ({}),
} as const

/** Every type of event a case can have, besides those of its obligations. */
export const caseEventTypes: readonly string[] = ['case.filed', ...Object.keys(appliers)]

function withUnit(state: CaseState): string[] {
  return union(state.handledBy, [state.unitId])
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])]
}
