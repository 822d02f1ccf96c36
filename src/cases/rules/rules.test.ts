import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { builtInCalendar } from '../../obligations/built-in-calendars.ts'
import { isOwed, nextLook, timingOf } from '../../obligations/rules.ts'
import type { Officer, Organisation, Unit } from '../../org/reads.ts'
import { findNewestPack } from '../../packs/reads.ts'
import type { NewEvent } from '../../platform/perform.ts'
import { isOpen, lifecycle, possible } from '../lifecycle.ts'
import {
  decideAgree,
  decideAnswer,
  decideCloseBySilence,
  decideCorrectAnswer,
  decideRate,
  decideReopen,
  decideReportRemedy,
  decideWithdraw,
} from './answering.ts'
import { type Context, type Decision, isRefusal } from './decision.ts'
import { evolve, type Fact, fold } from './evolve.ts'
import { decideFiling, type Filing, stateAfter } from './filing.ts'
import {
  decideAccept,
  decideAskInformation,
  decideAssign,
  decideConfirmRedirect,
  decideDecline,
  decideExtend,
  decideGiveInformation,
  decideLapseInformation,
  decideProposeRedirect,
  decideRefuseRedirect,
} from './handling.ts'
import {
  decideAskReview,
  decideBeginHearing,
  decideEndHearing,
  decideReview,
  nextTier,
  reviewWindow,
} from './reviewing.ts'
import { isAbout } from './routing.ts'
import { type CaseState, running } from './state.ts'
import { decideAddNote, decideOpenIdentity, decideRecuse, decideSendMessage } from './talking.ts'
import { decideTick } from './ticking.ts'

// A town of three levels: root → two offices → a group each, and oversight beside it; a head and an officer in each.
const organisation = town()
const unitIds = [...organisation.units.keys()]
const staffIds = [...organisation.officers.keys()]
// Named by id in the histories, so that a counterexample can be read.
const packIds = ['generic', 'cn-2022', 'cn-hotline-example']
const parts = { asked: 'a', facts: 'b', rule: 'c', reasons: 'd', remedy: 'e' }

type Step = (state: CaseState, context: Context) => Decision
const staff = fc.constantFrom(...staffIds)
const unit = fc.constantFrom(...unitIds)
const maybe = fc.option(staff)

const commands: fc.Arbitrary<[name: string, step: Step]> = fc.oneof(
  maybe.map((owner): [string, Step] => ['accept', (s, c) => decideAccept(s, owner, c)]),
  fc.constant<[string, Step]>([
    'decline',
    (s, c) =>
      decideDecline(s, { reason: c.pack.notAccepted[0]?.code ?? '', text: '', leadId: 'roads-head' }, c),
  ]),
  unit.map((to): [string, Step] => [
    'propose-redirect',
    (s, c) => decideProposeRedirect(s, { to, reason: c.pack.notOurs[0]?.code ?? '', text: '' }, c),
  ]),
  fc.constant<[string, Step]>(['confirm-redirect', decideConfirmRedirect]),
  fc.constant<[string, Step]>(['refuse-redirect', (s, c) => decideRefuseRedirect(s, '', c)]),
  fc
    .tuple(maybe, maybe)
    .map(([ownerId, leadId]): [string, Step] => [
      'assign',
      (s, c) => decideAssign(s, { ownerId, leadId }, c),
    ]),
  fc.constant<[string, Step]>(['ask-information', (s, c) => decideAskInformation(s, '?', c)]),
  fc.constant<[string, Step]>(['give-information', (s, c) => decideGiveInformation(s, '!', [], c)]),
  fc.constant<[string, Step]>(['lapse-information', decideLapseInformation]),
  fc
    .integer({ min: 1, max: 40 })
    .map((n): [string, Step] => [
      'extend',
      (s, c) => decideExtend(s, { length: { n, unit: 'calendarDay' }, reason: 'r', by: 'root-head' }, c),
    ]),
  staff.map((leadId): [string, Step] => [
    'answer',
    (s, c) =>
      decideAnswer(s, { parts, outcome: c.pack.outcomes[0]?.code ?? '', leadId, remedyBy: promised(c) }, c),
  ]),
  staff.map((leadId): [string, Step] => [
    'correct-answer',
    (s, c) => decideCorrectAnswer(s, { parts, outcome: 'x', leadId, why: 'y' }, c),
  ]),
  fc.constant<[string, Step]>(['report-remedy', (s, c) => decideReportRemedy(s, 'done', c)]),
  fc
    .option(fc.integer({ min: 1, max: 5 }))
    .map((rating): [string, Step] => ['agree', (s, c) => decideAgree(s, rating, c)]),
  fc.integer({ min: 0, max: 6 }).map((rating): [string, Step] => ['rate', s => decideRate(s, rating)]),
  fc.constant<[string, Step]>(['ask-review', (s, c) => decideAskReview(s, 'again', c)]),
  fc
    .tuple(staff, fc.constantFrom('upheld' as const, 'changed' as const, 'sent-back' as const))
    .map(([leadId, verdict]): [string, Step] => [
      'decide-review',
      (s, c) => decideReview(s, { parts, outcome: '', leadId, verdict }, c),
    ]),
  fc
    .integer({ min: 1, max: 100 })
    .map((days): [string, Step] => [
      'pause-for-hearing',
      (s, c) => decideBeginHearing(s, c.now.add({ hours: 24 * days }), c),
    ]),
  fc.constant<[string, Step]>(['resume-after-hearing', decideEndHearing]),
  fc.constant<[string, Step]>(['close-by-silence', decideCloseBySilence]),
  fc.constant<[string, Step]>(['reopen', (s, c) => decideReopen(s, 'back', c)]),
  fc.constant<[string, Step]>(['withdraw', (s, c) => decideWithdraw(s, '', c)]),
  fc
    .constantFrom('resident' as const, 'staff' as const)
    .map((from): [string, Step] => ['send-message', () => decideSendMessage(from, 'hello', [])]),
  fc.constant<[string, Step]>(['add-note', () => decideAddNote('note')]),
  staff.map((id): [string, Step] => ['open-identity', s => decideOpenIdentity(s, id, 'to visit')]),
  fc
    .tuple(
      fc.subarray(
        unitIds.filter(id => id !== 'oversight'),
        { maxLength: 1 },
      ),
      fc.subarray(staffIds, { maxLength: 2 }),
    )
    .map(([units, people]): [string, Step] => [
      'recuse',
      (s, c) => decideRecuse(s, { units, staff: people, text: '' }, c),
    ]),
)

/** A step of a history: a command, or time that passes with the clock looked at afterwards, or not. */
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: commands },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 24 * 40 }).map(hours => ({ hours, look: true })) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 24 * 10 }).map(hours => ({ hours, look: false })) },
  ),
  { minLength: 1, maxLength: 40 },
)

type Seen = { before: CaseState; after: CaseState; name: string; events: NewEvent[]; context: Context }

/** Plays a random history and shows each change to `look`; a refusal is checked to change nothing. */
function play(
  packId: string,
  filed: Partial<Filing>,
  history: (readonly [string, Step] | { hours: number; look: boolean })[],
  look: (seen: Seen) => void,
) {
  const pack = findNewestPack(packId)
  if (!pack) throw new Error(`no pack ${packId}`)
  let now = Temporal.Instant.from('2026-01-05T02:00:00Z')
  const calendar = builtInCalendar(pack.calendar)
  const contextNow = (): Context => ({
    pack,
    organisation,
    timing: timingOf(pack, calendar, 'Asia/Shanghai'),
    now,
  })
  const facts: Fact[] = []
  const record = (events: readonly NewEvent[]) =>
    facts.push(
      ...events.map(({ type, data }) => ({ type, data, at: now.toString({ fractionalSecondDigits: 3 }) })),
    )
  const first = decideFiling(filingOf(filed), contextNow())
  if (isRefusal(first)) throw new Error(first.refused)
  let state = stateAfter(undefined, first.events, contextNow())
  record(first.events)
  for (const step of history) {
    const context = contextNow()
    let events: NewEvent[]
    let name: string
    if ('hours' in step) {
      now = now.add({ hours: step.hours })
      if (!step.look) continue
      name = 'tick'
      events = decideTick(state, contextNow()).events
    } else {
      name = step[0]
      const frozen = JSON.stringify(state)
      const decision = step[1](state, context)
      expect(JSON.stringify(state)).toBe(frozen)
      if (isRefusal(decision)) continue
      events = decision.events
    }
    const before = state
    if (events.length > 0) state = stateAfter(state, events, { now })
    record(events)
    look({ before, after: state, name, events, context: contextNow() })
  }
  expect(fold(facts)).toEqual(state)
  return { state, facts, context: contextNow() }
}

const histories = fc.tuple(
  fc.constantFrom(...packIds),
  fc.record({
    protection: fc.constantFrom('named' as const, 'anonymous' as const),
    about: fc.record({
      units: fc.subarray(
        unitIds.filter(id => id !== 'oversight'),
        { maxLength: 1 },
      ),
      staff: fc.subarray(staffIds, { maxLength: 2 }),
      named: fc.constant(''),
      retaliation: fc.boolean(),
    }),
  }),
  steps,
)

const check = (look: (seen: Seen) => void, runs = 250) =>
  fc.assert(
    fc.property(histories, ([packId, filed, history]) => void play(packId, filed, history, look)),
    { numRuns: runs },
  )

describe('over random histories', () => {
  test('no command leads where the lifecycle does not', () => {
    check(({ before, after, name }) => {
      if (name === 'tick' || !(name in lifecycle)) return
      const rule = lifecycle[name as keyof typeof lifecycle]
      expect(possible(name as keyof typeof lifecycle, before.status)).toBe(true)
      const to: readonly string[] =
        rule.to === 'same' ? [before.status] : typeof rule.to === 'string' ? [rule.to] : rule.to
      expect(name === 'recuse' ? [...to, 'filed'] : to).toContain(after.status)
    })
  })

  test('no edit, note, transfer or reassignment restarts, moves or hides a clock', () => {
    const harmless = [
      'assign',
      'send-message',
      'add-note',
      'open-identity',
      'recuse',
      'confirm-redirect',
      'refuse-redirect',
      'propose-redirect',
      'correct-answer',
      'rate',
    ]
    check(({ before, after, name }) => {
      if (!harmless.includes(name)) return
      for (const one of before.obligations) {
        const same = after.obligations.find(other => other.id === one.id)
        expect(same?.due).toBe(one.due)
        expect(same?.trigger).toBe(one.trigger)
        const mayEnd = ['object', 'confirm-redirect'].includes(one.kind)
        if (!mayEnd && isOwed(one)) expect(same && isOwed(same)).toBe(true)
      }
    })
  })

  test('a case in the institution’s hands always has a clock running that is looked at again', () => {
    check(({ after, name }) => {
      if (!['filed', 'in-hand', 'under-review', 'redirecting'].includes(after.status)) return
      const owed = running(after).filter(one => one.owedBy === 'institution')
      expect(owed, `${name} → ${after.status}`).not.toEqual([])
      for (const one of owed) if (!one.stages.includes('unit-above')) expect(nextLook(one)).toBeDefined()
    })
  })

  test('who a case is about never receives, owns or answers it', () => {
    check(({ after }) => {
      const holder = organisation.units.get(after.unitId)
      expect(holder && isAbout(holder, after.aboutUnits)).toBe(false)
      expect(after.aboutStaff).not.toContain(after.leadId)
      expect(after.aboutStaff).not.toContain(after.ownerId)
    })
  })

  test('whoever signed an answer does not decide its review, and each review is by another, higher unit', () => {
    check(({ before, after, name }) => {
      if (name === 'ask-review') {
        expect(before.handledBy).not.toContain(after.unitId)
        expect(after.obligations.some(one => one.kind === after.tier && isOwed(one))).toBe(true)
      }
      if (name !== 'decide-review') return
      const signer = after.answers.at(-1)?.leadId
      expect(before.answers.map(answer => answer.leadId)).not.toContain(signer)
    })
  })

  test('after every answer but the final one, a review can be asked for at once', () => {
    check(({ after, name, context }) => {
      if (name !== 'answer' && !(name === 'decide-review' && after.status === 'answered')) return
      if (nextTier(after) === undefined) return
      expect(reviewWindow(after)).toBeDefined()
      const asked = decideAskReview(after, 'again', context)
      if (isRefusal(asked)) expect(asked.refused).toBe('cases.refused.no-higher-unit')
    })
  })

  test('looking twice at the same moment finds nothing more, and each stage is reached once', () => {
    check(({ after, name, context }) => {
      for (const one of after.obligations) expect(new Set(one.stages).size).toBe(one.stages.length)
      if (name === 'tick') expect(decideTick(after, context).events).toEqual([])
    })
  })

  test('every alarm has somebody to hear it', () => {
    check(({ events }) => {
      for (const { type, data } of events) {
        const { told } = data as { told?: string[] }
        if (['obligation.escalated', 'obligation.breached'].includes(type) && told)
          expect(told).not.toEqual([])
      }
    })
  })

  test('what is withdrawn is owed no more', () => {
    check(({ after }) => {
      if (after.status === 'withdrawn') expect(isOpen(after.status) || running(after).length > 0).toBe(false)
    })
  })
})

test('an event type nobody knows stops the fold instead of being skipped', () => {
  expect(() => evolve({} as CaseState, { type: 'case.vanished', at: '', data: {} })).toThrow('unknown event')
})

function promised({ now }: Context): string {
  return now
    .add({ hours: 24 * 20 })
    .toZonedDateTimeISO('Asia/Shanghai')
    .toPlainDate()
    .toString()
}

function filingOf(changes: Partial<Filing>): Filing {
  const named = changes.protection !== 'anonymous'
  return {
    id: '0198c0de-0000-7000-8000-000000000001',
    number: '2026-000001-1',
    kind: 'hazard',
    category: 'road-damage',
    channel: 'web',
    language: 'en',
    what: 'A hole',
    wanted: 'Fill it',
    place: { address: 'North group' },
    protection: 'named',
    about: { units: [], staff: [], named: '', retaliation: false },
    files: [],
    ...changes,
    ...(named && { party: { name: 'Robin Example', email: 'robin@example.org' } }),
  }
}

function town(): Organisation {
  const units = new Map<string, Unit>()
  const officers = new Map<string, Officer>()
  const add = (id: string, parent: string | null, functions: string[]) => {
    const path = [...(parent ? (units.get(parent)?.path ?? []) : []), id]
    const name = { en: id, 'zh-CN': id }
    units.set(id, {
      id,
      parentId: parent,
      path,
      name,
      functions,
      areas: [name],
      intake: parent === null && id === 'root',
      active: true,
    })
    for (const role of ['unit-head', 'case-officer', 'lead'] as const) {
      const staffId = `${id}-${role === 'unit-head' ? 'head' : role}`
      officers.set(staffId, {
        id: staffId,
        name: staffId,
        title: {},
        email: '',
        active: true,
        grants: [{ role, unitId: id, unitPath: path }],
      })
    }
  }
  for (const role of ['administrator', 'supervisor'] as const) {
    const grants = [{ role, unitId: 'root', unitPath: ['root'] }]
    officers.set(role, { id: role, name: role, title: {}, email: '', active: true, grants })
  }
  add('root', null, [])
  add('oversight', null, ['oversight'])
  add('roads', 'root', ['roads'])
  add('north', 'root', [])
  add('north-roads', 'north', ['roads'])
  return { units, officers }
}
