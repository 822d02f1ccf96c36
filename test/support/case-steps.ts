import { openIdentity } from '../../src/cases/actions/open-identity.ts'
import { agree, askReview, reopen, withdraw, writeToInstitution } from '../../src/cases/actions/resident.ts'
import * as staff from '../../src/cases/actions/staff.ts'
import type { StaffAction } from '../../src/cases/allowed-actions.ts'
import type { Actor } from '../../src/org/may.ts'
import { BadInput, Conflict, NotAllowed, NotFound } from '../../src/platform/errors.ts'
import type { Town } from './town.ts'

/** The parts of a decision that every tier requires. */
export const parts = { asked: 'a', facts: 'b', rule: 'c', reasons: 'd' }

/** What carries a case on, and what takes somebody off it. */
export const moving: readonly StaffAction[] = [
  'accept',
  'answer',
  'decide-review',
  'propose-redirect',
  'confirm-redirect',
  'assign',
  'recuse',
  'ask-information',
  'decline',
  'refuse-redirect',
  'begin-hearing',
  'end-hearing',
  'extend',
  'correct-answer',
]

/** Everything that has a part in a case. */
export const handling: readonly StaffAction[] = [
  'accept',
  'answer',
  'decline',
  'assign',
  'extend',
  'ask-information',
  'propose-redirect',
  'confirm-redirect',
  'refuse-redirect',
  'decide-review',
  'correct-answer',
  'begin-hearing',
  'end-hearing',
  'report-remedy',
  'send-message',
  'add-note',
  'open-identity',
]

/**
 * Tries one thing to a case as a member of staff; whether it was done. `a` and `b` choose units, people and verdicts.
 * Only the product's own refusals may stop it.
 */
export async function attempt(
  { office, units, staff: people }: Town,
  id: string,
  actor: Actor,
  action: StaffAction,
  { a, b }: { a: number; b: number },
): Promise<boolean> {
  const on = { id }
  const unit = units[a % units.length] ?? ''
  const person = people[b % people.length] ?? ''
  const text = 'Because of this.'
  const signed = { parts, outcome: 'supported', ...(b % 2 && { remedyBy: '2026-12-01' }) }
  const verdict = (['upheld', 'changed', 'sent-back'] as const)[b % 3] ?? 'upheld'
  const until = office.clock.now().add({ hours: 48 })
  const length = { n: 5, unit: 'calendarDay' } as const
  const actions: Record<StaffAction, () => Promise<unknown>> = {
    accept: () => staff.acceptCase(office, actor, on),
    decline: () => staff.declineCase(office, actor, on, { reason: 'before-a-court', text }),
    'propose-redirect': () =>
      staff.proposeRedirect(office, actor, on, { to: unit, reason: 'another-unit', text }),
    'confirm-redirect': () => staff.confirmRedirect(office, actor, on),
    'refuse-redirect': () => staff.refuseRedirect(office, actor, on, { text }),
    assign: () => staff.assignCase(office, actor, on, { ownerId: person, leadId: a % 3 ? person : null }),
    'ask-information': () => staff.askInformation(office, actor, on, { text }),
    extend: () => staff.extendAnswer(office, actor, on, { length, reason: text }),
    answer: () => staff.answerCase(office, actor, on, signed),
    'correct-answer': () => staff.correctAnswer(office, actor, on, { ...signed, why: text }),
    'report-remedy': () => staff.reportRemedy(office, actor, on, { text }),
    'decide-review': () => staff.reviewCase(office, actor, on, { ...signed, verdict }),
    'begin-hearing': () => staff.beginHearing(office, actor, on, { until }),
    'end-hearing': () => staff.endHearing(office, actor, on),
    'send-message': () => staff.sendMessage(office, actor, on, { text, files: [] }),
    'add-note': () => staff.addNote(office, actor, on, { text }),
    'add-document': async () => undefined,
    'open-identity': () => openIdentity(office, actor, on.id, text),
    recuse: () =>
      staff.recuse(office, actor, on, { units: a % 2 ? [unit] : [], staff: b % 2 ? [person] : [], text }),
  }
  return done(action, actions[action])
}

/** Does one of the things that residents may do to their case, or is refused. */
export async function residentDoes(
  { office }: Town,
  id: string,
  { which, a }: { which: number; a: number },
): Promise<void> {
  const on = { id }
  const actions: [string, () => Promise<unknown>][] = [
    ['ask-review', () => askReview(office, on, 'Nobody came.')],
    ['ask-review', () => askReview(office, on, 'Nobody came.')],
    ['write', () => writeToInstitution(office, on, { text: 'Here it is.', files: [] })],
    ['agree', () => agree(office, on, (a % 5) + 1)],
    ['reopen', () => reopen(office, on, 'It is back.')],
    ['withdraw', () => withdraw(office, on, 'Never mind.')],
  ]
  // A case that is taken back is at its end, so that is left to few histories.
  const [name, act] = actions[which % (a % 10 ? actions.length - 1 : actions.length)] ?? []
  if (name && act) await done(name, act)
}

/** How often each thing was done: a property that never reaches a review shows nothing about reviews. */
export const reached = new Map<string, number>()

async function done(name: string, act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act()
    reached.set(name, (reached.get(name) ?? 0) + 1)
    return true
  } catch (error) {
    if ([NotAllowed, NotFound, Conflict, BadInput].some(kind => error instanceof kind)) return false
    throw error
  }
}
