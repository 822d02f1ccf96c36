import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runDeadlinePass } from '../../src/cases/actions/deadline-pass.ts'
import { askReview } from '../../src/cases/actions/resident.ts'
import * as staff from '../../src/cases/actions/staff.ts'
import { allowedActions } from '../../src/cases/allowed-actions.ts'
import { contextFor } from '../../src/cases/context.ts'
import { findCase } from '../../src/cases/reads.ts'
import type { Context } from '../../src/cases/rules/decision.ts'
import type { CaseState } from '../../src/cases/rules/state.ts'
import { mayRead } from '../../src/cases/visibility.ts'
import { type Actor, oversightFunction } from '../../src/org/may.ts'
import type { Organisation } from '../../src/org/reads.ts'
import { inSnapshot } from '../../src/platform/database/tx.ts'
import { BadInput, NotAllowed } from '../../src/platform/errors.ts'
import { createLog } from '../../src/platform/log.ts'
import { attempt, handling, moving, parts, reached, residentDoes } from '../support/case-steps.ts'
import { actorOf, fileOne } from '../support/cases.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { plannedTown, type Town, type TownPlan } from '../support/town.ts'

// Promise 9: who a case is about never reads it as a handler, receives, owns, answers or reviews it, and a report of
// retaliation goes straight to oversight. Random organisations, random histories, through the real actions.

let database: TestDatabase

beforeAll(async () => {
  database = await testDatabase()
})

const number = fc.nat(1_000)
const plan: fc.Arbitrary<TownPlan> = fc.record({
  units: fc.array(fc.record({ below: number, function: number }), { minLength: 2, maxLength: 5 }),
  staff: fc.array(fc.array(fc.record({ unit: number, role: number }), { minLength: 1, maxLength: 2 }), {
    minLength: 5,
    maxLength: 8,
  }),
})
const about = fc.record({
  units: fc.uniqueArray(number, { maxLength: 2 }),
  staff: fc.uniqueArray(number, { maxLength: 2 }),
  retaliation: fc.boolean(),
})
const step = fc.record({
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constant('staff' as const) },
    { weight: 4, arbitrary: fc.constant('resident' as const) },
    { weight: 1, arbitrary: fc.constant('time' as const) },
  ),
  who: number,
  which: number,
  a: number,
  b: number,
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const log = createLog('silent')

describe('who a case is about', () => {
  test('has no part in it, whatever is done and whoever tries', async () => {
    const history = fc.record({ plan, about, steps: fc.array(step, { minLength: 5, maxLength: 25 }) })
    await fc.assert(
      fc.asyncProperty(history, async ({ plan, about, steps }) => {
        const town = await plannedTown(database, plan)
        const id = await fileAbout(town, about)
        if (id === undefined) return
        await check(town, id)
        for (const one of steps) {
          await take(town, id, one)
          await check(town, id)
        }
      }),
      { numRuns: 80, interruptAfterTimeLimit: 50_000 },
    )
  })

  // What the histories above came to: a property whose histories go nowhere shows nothing.
  afterAll(() => {
    for (const action of ['recuse', 'answer', 'accept', 'assign'])
      expect(reached.get(action) ?? 0, `${action} among ${JSON.stringify([...reached])}`).toBeGreaterThan(0)
  })
})

describe('a unit that a case turns out to be about', () => {
  const noTown = { units: [], staff: [] }
  const recused = (units: string[]) => ({ units, staff: [], text: 'It is about them.' })

  test('is no longer asked to take it over, cannot be given it and no longer reads it', async () => {
    const { office } = await plannedTown(database, noTown)
    const [head, supervisor] = await Promise.all(
      (['unit-head', 'supervisor'] as const).map(role => actorOf(office, office.staff[role])),
    )
    const { caseId: id } = await fileOne(office)
    const to = office.units.east
    if (!head || !supervisor) throw new Error('nobody there')
    const villager = {
      staffId: 'x',
      name: '',
      grants: [{ role: 'unit-head', unitId: to, unitPath: [to] }],
    } as const
    await staff.proposeRedirect(office, head, { id }, { to, reason: 'another-unit', text: 'Theirs.' })
    await staff.recuse(office, supervisor, { id }, recused([to]))
    const { state, context } = await know({ office, units: [], staff: [] }, id)
    expect(state).toMatchObject({ status: 'filed', unitId: office.units.roads, redirect: null })
    expect(mayRead(villager, state, context.organisation)).toBe(false)
    await expect(staff.confirmRedirect(office, supervisor, { id })).rejects.toThrow(NotAllowed)
  })

  test('does not get it back from a review of its answer', async () => {
    const { office } = await plannedTown(database, { units: [], staff: [[{ unit: 0, role: 3 }]] })
    const { organisation } = (await know({ office, units: [], staff: [] }, (await fileOne(office)).caseId))
      .context
    const rootHead = organisation.officers.values().find(officer => officer.name === 'Officer 1')?.id ?? ''
    const [head, reviewer, supervisor] = await Promise.all(
      [office.staff['unit-head'], rootHead, office.staff.supervisor].map(one => actorOf(office, one)),
    )
    if (!head || !reviewer || !supervisor) throw new Error('nobody there')
    const { caseId: id } = await fileOne(office)
    await staff.acceptCase(office, head, { id })
    await staff.answerCase(office, head, { id }, { parts, outcome: 'not-supported' })
    await askReview(office, { id }, 'Nobody came.')
    await staff.recuse(office, supervisor, { id }, recused([office.units.roads]))
    const decided = await staff.reviewCase(
      office,
      reviewer,
      { id },
      { parts, outcome: '', verdict: 'sent-back' },
    )
    expect(decided).toMatchObject({ status: 'in-hand', unitId: office.units.root })
  })

  test('is taken off it only while somebody is left to have it', async () => {
    const { office } = await plannedTown(database, noTown)
    const supervisor = await actorOf(office, office.staff.supervisor)
    const { caseId: id } = await fileOne(office)
    const everybody = recused([office.units.root, office.units.oversight])
    await expect(staff.recuse(office, supervisor, { id }, everybody)).rejects.toThrow(BadInput)
  })
})

test('a report of retaliation goes straight to oversight, not to the unit of its category', async () => {
  const { office } = await plannedTown(database, { units: [], staff: [] })
  const reported = { units: [office.units.roads], staff: [], named: '', retaliation: true }
  const { state } = await fileOne(office, { about: reported })
  expect(state.unitId).toBe(office.units.oversight)
  const plain = await fileOne(office)
  expect(plain.state.unitId).toBe(office.units.roads)
})

test('a complaint about conduct goes to oversight and is in no list, though its writer says it is about nobody', async () => {
  const { office } = await plannedTown(database, { units: [], staff: [] })
  const nobody = { units: [], staff: [], named: '', retaliation: false }
  const channels = ['web', 'visit', 'phone', 'open311'] as const
  for (const category of ['staff-conduct', 'retaliation'])
    for (const channel of channels) {
      const { state } = await fileOne(office, { category, channel, about: nobody })
      expect(state).toMatchObject({ unitId: office.units.oversight, aboutUnits: [office.units.root] })
      expect(state.retaliation).toBe(category === 'retaliation')
      const { rows } = await database.owner.query('select listed from cases where id = $1', [state.id])
      expect(rows[0]).toEqual({ listed: false })
    }
})

/** Files a case about some of a town's units and people; undefined where nobody would be left to have it. */
async function fileAbout(
  { office, units, staff: people }: Town,
  { units: some, staff: named, retaliation }: typeof about extends fc.Arbitrary<infer A> ? A : never,
): Promise<string | undefined> {
  const whom = {
    units: some.map(i => units[i % units.length] ?? ''),
    staff: named.map(i => people[i % people.length] ?? ''),
    named: '',
    retaliation,
  }
  // The institution and its oversight both: a form offers one unit, so this is no filing anybody can send.
  if ([office.units.root, office.units.oversight].every(id => whom.units.includes(id))) return undefined
  return (await fileOne(office, { about: whom })).caseId
}

type Known = { state: CaseState; context: Context; actors: Actor[] }

async function know({ office, staff: people }: Town, id: string): Promise<Known> {
  const known = await inSnapshot(office.pool, office.tenant.id, async tx => {
    const record = await findCase(office, tx, id)
    if (!record) throw new Error('the case is gone')
    const context = await contextFor(office, tx, record.state.pack, office.clock.now())
    return { state: record.state, context }
  })
  const { officers } = known.context.organisation
  const actors = people.map(person => ({
    staffId: person,
    name: officers.get(person)?.name ?? '',
    grants: officers.get(person)?.grants ?? [],
  }))
  return { ...known, actors }
}

/** Whether an official is named in the case, or serves only units that it is about. */
function isConcerned({ staffId, grants }: Pick<Actor, 'staffId' | 'grants'>, state: CaseState): boolean {
  if (state.aboutStaff.includes(staffId)) return true
  return grants.length > 0 && grants.every(grant => grant.unitPath.some(id => state.aboutUnits.includes(id)))
}

/** What must hold of a case at any moment. */
async function check(town: Town, id: string): Promise<void> {
  const { office } = town
  const { state, context, actors } = await know(town, id)
  const { organisation } = context
  const free = (unitId: string) =>
    !organisation.units.get(unitId)?.path.some(above => state.aboutUnits.includes(above))
  expect(free(state.unitId), 'the unit that has it is not what it is about').toBe(true)
  if (state.redirect) expect(free(state.redirect.to), 'nor is the one that is asked to take it').toBe(true)
  for (const officer of [state.ownerId, state.leadId])
    if (officer) expect(isConcerned(officerOf(organisation, officer), state), 'owner or lead').toBe(false)
  const { retaliation, obligations } = state
  if (retaliation && state.why.rule === 'retaliation' && free(office.units.oversight))
    expect(organisation.units.get(state.unitId)?.functions).toContain(oversightFunction)
  const unused = [...organisation.units.keys()].some(one => free(one) && !state.handledBy.includes(one))
  if (state.status === 'under-review' && unused)
    expect(state.handledBy, 'a review comes to who had no part').not.toContain(state.unitId)
  expect(obligations.length).toBeGreaterThan(0)
  for (const actor of actors) {
    if (!isConcerned(actor, state)) continue
    const oversees = actor.grants.some(grant => grant.role === 'auditor')
    if (!oversees || state.aboutStaff.includes(actor.staffId))
      expect(mayRead(actor, state, organisation), `${actor.name} reads`).toBe(false)
    const offered = allowedActions(state, actor, context).filter(action => action !== 'recuse')
    expect(offered, `${actor.name} is offered`).toEqual([])
  }
}

function officerOf({ officers }: Organisation, id: string): Pick<Actor, 'staffId' | 'grants'> {
  return { staffId: id, grants: officers.get(id)?.grants ?? [] }
}

/** Does one step of a history: something that somebody is offered, or that somebody concerned tries all the same. */
async function take(town: Town, id: string, step: Step): Promise<void> {
  const { office } = town
  if (step.what === 'time') {
    office.clock.advance({ hours: (step.a % 20) * 24 })
    await runDeadlinePass(office, log)
    return
  }
  if (step.what === 'resident') return residentDoes(town, id, step)
  const { state, context, actors } = await know(town, id)
  const offers = Map.groupBy(
    actors.flatMap(actor => allowedActions(state, actor, context).map(action => ({ actor, action }))),
    offer => offer.action,
  )
  // What carries a case on, and what takes somebody off it; talk leads nowhere and is tried only by whom it is about.
  const names = moving.filter(name => offers.has(name) && (name !== 'recuse' || step.b % 5 === 0))
  const chosen = offers.get(names[step.which % (names.length || 1)] ?? 'recuse')
  const offer = chosen?.[step.who % chosen.length]
  if (offer) await attempt(town, id, offer.actor, offer.action, step)
  const trying = actors[step.who % actors.length]
  if (!trying || !isConcerned(trying, state)) return
  // Four of them each time: over the histories they are all tried.
  for (let next = 0; next < 4; next++) {
    const action = handling[(step.a + next) % handling.length] ?? 'accept'
    const done = await attempt(town, id, trying, action, step)
    expect(done, `${trying.name} tried to ${action}`).toBe(false)
  }
}
