import { describe, expect, it } from 'vitest'
import { filing } from '../../test/support/cases.ts'
import { builtInCalendar } from '../obligations/built-in-calendars.ts'
import { timingOf } from '../obligations/rules.ts'
import type { Actor, Role } from '../org/may.ts'
import type { Officer, Organisation, Unit } from '../org/reads.ts'
import { findPack } from '../packs/reads.ts'
import { allowedActions, type StaffAction } from './allowed-actions.ts'
import { decideAgree, decideAnswer } from './rules/answering.ts'
import { type Context, type Decision, isRefusal } from './rules/decision.ts'
import { decideFiling, stateAfter } from './rules/filing.ts'
import { decideAccept, decideAskInformation, decideDecline, decideProposeRedirect } from './rules/handling.ts'
import { decideAskReview, decideBeginHearing, decideReview } from './rules/reviewing.ts'
import type { CaseState } from './rules/state.ts'

const pack = findPack('generic@1')
const unit = (id: string, path: string[], functions: string[] = []): Unit => ({
  id,
  parentId: path.at(-2) ?? null,
  path,
  name: { en: id, 'zh-CN': id },
  functions,
  areas: [],
  intake: id === 'root',
  active: true,
})
const units = [
  unit('root', ['root']),
  unit('roads', ['root', 'roads'], ['roads']),
  unit('parks', ['root', 'parks'], ['parks']),
  unit('oversight', ['oversight'], ['oversight']),
]
const officer = (id: string, role: Role, unitId: string): Officer => {
  const unitPath = units.find(one => one.id === unitId)?.path ?? []
  return {
    id,
    name: id,
    title: {},
    email: `${id}@example.org`,
    active: true,
    grants: [{ role, unitId, unitPath }],
  }
}
const officers = [
  officer('front desk', 'front-desk', 'root'),
  officer('officer', 'case-officer', 'roads'),
  officer('colleague', 'case-officer', 'roads'),
  officer('lead', 'lead', 'roads'),
  officer('unit head', 'unit-head', 'roads'),
  officer('head above', 'unit-head', 'root'),
  officer('supervisor', 'supervisor', 'root'),
  officer('auditor', 'auditor', 'oversight'),
  officer('administrator', 'administrator', 'root'),
  officer('other unit', 'unit-head', 'parks'),
]
const organisation: Organisation = {
  units: new Map(units.map(one => [one.id, one])),
  officers: new Map(officers.map(one => [one.id, one])),
}
const actor = (name: string): Actor => {
  const found = officers.find(one => one.id === name)
  if (!found) throw new Error(`nobody is called ${name}`)
  return { staffId: found.id, name: found.name, grants: found.grants }
}
const at = (now: string): Context => ({
  pack,
  organisation,
  timing: timingOf(pack, builtInCalendar('weekdays'), 'Asia/Shanghai'),
  now: Temporal.Instant.from(now),
})
const day = at('2026-03-02T02:00:00Z')
const then = (state: CaseState | undefined, decision: Decision, context = day): CaseState => {
  if (isRefusal(decision)) throw new Error(decision.refused)
  return stateAfter(state, decision.events, context)
}
const parts = { asked: 'Fill it', facts: 'It is deep', rule: 'Section 3', reasons: 'So it is' }

const filed = then(undefined, decideFiling({ ...filing(), number: '2026-000001-0' }, day))
const accepted = then(filed, decideAccept(filed, 'officer', day))
const answered = then(
  accepted,
  decideAnswer(accepted, { parts, outcome: 'supported', remedyBy: '2026-04-01', leadId: 'unit head' }, day),
)
const reviewed = then(answered, decideAskReview(answered, 'Nobody came.', day))
const states: Record<string, CaseState> = {
  filed,
  redirecting: then(
    filed,
    decideProposeRedirect(filed, { to: 'parks', reason: 'another-unit', text: 'x' }, day),
  ),
  accepted,
  waiting: then(accepted, decideAskInformation(accepted, 'Where?', day)),
  answered,
  declined: then(
    filed,
    decideDecline(filed, { reason: 'before-a-court', text: 'x', leadId: 'unit head' }, day),
  ),
  reviewed,
  hearing: then(reviewed, decideBeginHearing(reviewed, Temporal.Instant.from('2026-03-09T02:00:00Z'), day)),
  closed: then(answered, decideAgree(answered, null, day)),
}
const always: StaffAction[] = ['send-message', 'add-note', 'add-document']

/** Who can do what, from where a case stands. Somebody who is not named can do nothing. */
const table: Record<string, Record<string, StaffAction[]>> = {
  filed: {
    'front desk': ['send-message', 'add-document'],
    officer: ['accept', 'send-message', 'propose-redirect', 'add-note', 'add-document'],
    colleague: ['accept', 'send-message', 'propose-redirect', 'add-note', 'add-document'],
    lead: ['add-note'],
    'unit head': [
      'accept',
      'send-message',
      'assign',
      'propose-redirect',
      'decline',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    'head above': [
      'accept',
      'send-message',
      'assign',
      'propose-redirect',
      'decline',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    supervisor: ['assign', 'add-note', 'recuse'],
    auditor: ['open-identity', 'recuse'],
  },
  redirecting: {
    'front desk': ['send-message', 'add-document'],
    officer: always,
    colleague: always,
    lead: ['add-note'],
    'unit head': [...always, 'open-identity', 'recuse'],
    'head above': ['confirm-redirect', 'refuse-redirect', ...always, 'open-identity', 'recuse'],
    supervisor: ['confirm-redirect', 'refuse-redirect', 'add-note', 'recuse'],
    auditor: ['open-identity', 'recuse'],
    'other unit': ['confirm-redirect', 'refuse-redirect'],
  },
  accepted: {
    'front desk': ['send-message', 'add-document'],
    officer: ['ask-information', ...always, 'open-identity'],
    colleague: ['ask-information', ...always],
    lead: ['answer', 'add-note'],
    'unit head': [
      'answer',
      'ask-information',
      'send-message',
      'assign',
      'extend',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    'head above': [
      'answer',
      'ask-information',
      'send-message',
      'assign',
      'extend',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    supervisor: ['assign', 'add-note', 'recuse'],
    auditor: ['open-identity', 'recuse'],
  },
  waiting: {
    'front desk': ['send-message', 'add-document'],
    officer: [...always, 'open-identity'],
    colleague: always,
    lead: ['answer', 'add-note'],
    'unit head': [
      'answer',
      'send-message',
      'assign',
      'extend',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    'head above': [
      'answer',
      'send-message',
      'assign',
      'extend',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    supervisor: ['assign', 'add-note', 'recuse'],
    auditor: ['open-identity', 'recuse'],
  },
  answered: {
    'front desk': ['send-message', 'add-document'],
    officer: ['report-remedy', ...always, 'open-identity'],
    colleague: ['report-remedy', ...always],
    lead: ['correct-answer', 'add-note'],
    'unit head': [
      'report-remedy',
      'send-message',
      'correct-answer',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    'head above': [
      'report-remedy',
      'send-message',
      'correct-answer',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    supervisor: ['add-note', 'recuse'],
    auditor: ['open-identity', 'recuse'],
  },
  declined: {
    'front desk': ['send-message', 'add-document'],
    officer: always,
    colleague: always,
    lead: ['add-note'],
    'unit head': [...always, 'open-identity', 'recuse'],
    'head above': [...always, 'open-identity', 'recuse'],
    supervisor: ['add-note', 'recuse'],
    auditor: ['open-identity', 'recuse'],
  },
  // A review stands at the unit above; who answered has no part in it.
  reviewed: {
    'front desk': ['send-message', 'add-document'],
    'head above': [
      'decide-review',
      'report-remedy',
      'send-message',
      'assign',
      'begin-hearing',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    supervisor: ['assign', 'add-note', 'recuse'],
    auditor: ['open-identity', 'recuse'],
  },
  hearing: {
    'front desk': ['send-message', 'add-document'],
    'head above': [
      'decide-review',
      'report-remedy',
      'send-message',
      'assign',
      'end-hearing',
      'add-note',
      'add-document',
      'open-identity',
      'recuse',
    ],
    supervisor: ['assign', 'add-note', 'recuse'],
    auditor: ['open-identity', 'recuse'],
  },
  closed: {
    'front desk': ['send-message', 'add-document'],
    officer: ['report-remedy', ...always, 'open-identity'],
    colleague: ['report-remedy', ...always],
    lead: ['correct-answer', 'add-note'],
    'unit head': [
      'report-remedy',
      'send-message',
      'correct-answer',
      'add-note',
      'add-document',
      'open-identity',
    ],
    'head above': [
      'report-remedy',
      'send-message',
      'correct-answer',
      'add-note',
      'add-document',
      'open-identity',
    ],
    supervisor: ['add-note'],
    auditor: ['open-identity'],
  },
}

for (const [name, expected] of Object.entries(table)) {
  describe(`a case that is ${name}`, () => {
    for (const { id } of officers) {
      const actions = expected[id] ?? []
      it(`offers the ${id} ${actions.length === 0 ? 'nothing' : actions.join(', ')}`, () => {
        expect(allowedActions(states[name] as CaseState, actor(id), day)).toEqual(actions)
      })
    }
  })
}

describe('what the rules would refuse whatever is typed is not offered', () => {
  it('once the time to object is over, a redirect', () => {
    const later = at('2026-03-20T02:00:00Z')
    expect(allowedActions(filed, actor('officer'), later)).not.toContain('propose-redirect')
  })
  it('once the answer is late, an extension', () => {
    const later = at('2026-06-01T02:00:00Z')
    expect(allowedActions(accepted, actor('unit head'), later)).not.toContain('extend')
  })
  it('to whoever signed the answer, its review', () => {
    const signed = reviewed.answers.map(answer => ({ ...answer, leadId: 'head above' }))
    const state = { ...reviewed, answers: signed }
    expect(allowedActions(state, actor('head above'), day)).not.toContain('decide-review')
  })
  it('to the unit, an identity that is protected from it', () => {
    const state = { ...accepted, protection: 'protected' as const }
    expect(allowedActions(state, actor('officer'), day)).not.toContain('open-identity')
    expect(allowedActions(state, actor('auditor'), day)).toContain('open-identity')
  })
  it('to anybody, an identity that nobody has', () => {
    const state = { ...accepted, protection: 'anonymous' as const }
    expect(allowedActions(state, actor('auditor'), day)).not.toContain('open-identity')
  })
  it('to anybody the case is about, anything', () => {
    const state = { ...accepted, aboutStaff: officers.map(one => one.id) }
    expect(officers.flatMap(({ id }) => allowedActions(state, actor(id), day))).toEqual([])
  })
  it('after a review, another one', () => {
    const decided = then(
      reviewed,
      decideReview(reviewed, { parts, outcome: '', verdict: 'upheld', leadId: 'head above' }, day),
    )
    expect(allowedActions(decided, actor('head above'), day)).not.toContain('decide-review')
  })
})
