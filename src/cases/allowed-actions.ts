import { isLate, isRunning, type Obligation } from '../obligations/rules.ts'
import { type Action, type Actor, may, type Resource } from '../org/may.ts'
import type { Organisation } from '../org/reads.ts'
import { type CommandName, possible } from './lifecycle.ts'
import { caseActions } from './permissions.ts'
import { receiverOf, resourceOf } from './reads.ts'
import { ruleOf } from './rules/clocks.ts'
import type { Context } from './rules/decision.ts'
import { canHandle } from './rules/handling.ts'
import { hasSigned } from './rules/reviewing.ts'
import { type CaseState, running, standingAnswer } from './rules/state.ts'

type Offer = {
  command: CommandName
  may: (state: CaseState) => Action
  on?: (state: CaseState, organisation: Organisation) => Resource
  /** What the rules ask besides the lifecycle, as far as it can be known before anything is typed. */
  rule?: (state: CaseState, actor: Actor, context: Context) => boolean
}

/** What staff do to a case, in the order in which a page offers it: what carries the case on comes first. */
const offers = {
  'confirm-redirect': {
    command: 'confirm-redirect',
    may: () => caseActions.receiveRedirect,
    on: receiverOf,
  },
  'refuse-redirect': { command: 'refuse-redirect', may: () => caseActions.receiveRedirect, on: receiverOf },
  accept: { command: 'accept', may: () => caseActions.accept },
  answer: {
    command: 'answer',
    may: () => caseActions.answer,
    rule: (state, actor, context) => canHandle(state, actor.staffId, context),
  },
  'decide-review': {
    command: 'decide-review',
    may: () => caseActions.decideReview,
    rule: (state, actor, context) =>
      state.tier !== 'answer' && canHandle(state, actor.staffId, context) && !hasSigned(state, actor.staffId),
  },
  'report-remedy': {
    command: 'report-remedy',
    may: () => caseActions.reportRemedy,
    rule: state => running(state).some(one => one.kind === 'remedy'),
  },
  'ask-information': { command: 'ask-information', may: () => caseActions.askInformation },
  'send-message': { command: 'send-message', may: () => caseActions.sendMessage },
  assign: { command: 'assign', may: () => caseActions.assign },
  extend: {
    command: 'extend',
    may: () => caseActions.extend,
    rule: (state, _actor, context) => extendable(state, context) !== undefined,
  },
  'begin-hearing': {
    command: 'pause-for-hearing',
    may: () => caseActions.hearing,
    rule: (state, _actor, context) => hearable(state, context) !== undefined,
  },
  'end-hearing': {
    command: 'resume-after-hearing',
    may: () => caseActions.hearing,
    rule: state =>
      running(state).some(one =>
        one.pauses.some(stretch => stretch.cause === 'hearing' && stretch.to === undefined),
      ),
  },
  'propose-redirect': {
    command: 'propose-redirect',
    may: () => caseActions.redirect,
    rule: (state, _actor, { now }) => {
      const window = objectionWindow(state)
      return window === undefined || Temporal.Instant.compare(now, Temporal.Instant.from(window.due)) <= 0
    },
  },
  decline: { command: 'decline', may: () => caseActions.decline },
  'correct-answer': {
    command: 'correct-answer',
    may: () => caseActions.answer,
    rule: (state, actor, context) =>
      standingAnswer(state) !== undefined && canHandle(state, actor.staffId, context),
  },
  'add-note': { command: 'add-note', may: () => caseActions.addNote },
  'add-document': { command: 'add-document', may: () => caseActions.addDocument },
  'open-identity': {
    command: 'open-identity',
    may: state =>
      state.protection === 'protected' ? caseActions.openProtectedIdentity : caseActions.openIdentity,
    rule: state => state.protection !== 'anonymous',
  },
  recuse: { command: 'recuse', may: () => caseActions.recuse },
} as const satisfies Record<string, Offer>

/** The name of something a member of staff can do to a case; also the last part of its page's address. */
export type StaffAction = keyof typeof offers

/** Every such name, in the order in which pages offer them. */
export const staffActions = Object.keys(offers) as readonly StaffAction[]

/**
 * What an actor can do to a case now: what the lifecycle has from its status, `may` lets them and the rules will not
 * refuse whatever is typed. It draws the buttons and the API's list; the actions themselves ask again under the lock.
 */
export function allowedActions(state: CaseState, actor: Actor, context: Context): StaffAction[] {
  return staffActions.filter(name => whyNot(name, state, actor, context) === undefined)
}

/**
 * Why an actor cannot do something to a case now: it is not theirs to do, it is not possible from where the case
 * stands, or the rules refuse it; undefined where they can.
 */
export function whyNot(
  name: StaffAction,
  state: CaseState,
  actor: Actor,
  context: Context,
): 'role' | 'status' | 'rules' | undefined {
  const offer: Offer = offers[name]
  const resource = (offer.on ?? resourceOf)(state, context.organisation)
  if (!may(actor, offer.may(state), resource)) return 'role'
  if (!possible(offer.command, state.status)) return 'status'
  return (offer.rule?.(state, actor, context) ?? true) ? undefined : 'rules'
}

/** The clock of the answer, where it can be given more time now. */
export function extendable(state: CaseState, context: Context): Obligation | undefined {
  const clock = running(state).find(one => one.kind === 'answer')
  if (!clock || !isRunning(clock) || isLate(clock, context.now)) return undefined
  const allowed = ruleOf(clock, context).extension
  return allowed && clock.extensions.length < allowed.times ? clock : undefined
}

/** The clock that a hearing would stop now. */
export function hearable(state: CaseState, context: Context): Obligation | undefined {
  return running(state).find(one => {
    if (one.owedBy !== 'institution' || one.status !== 'open' || isLate(one, context.now)) return false
    const allowed = ruleOf(one, context).pauses?.find(rule => rule.cause === 'hearing')
    return allowed && one.pauses.filter(stretch => stretch.cause === 'hearing').length < allowed.times
  })
}

/** The time in which a unit may say that a case belongs elsewhere, where the pack sets one. */
export function objectionWindow(state: CaseState): Obligation | undefined {
  return state.obligations.find(one => one.kind === 'object' && one.status !== 'cancelled')
}
