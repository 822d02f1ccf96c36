import { expect, test } from 'vitest'
import { verifyDatabase } from '../src/audit/verify.ts'
import { runDeadlinePass } from '../src/cases/actions/deadline-pass.ts'
import { endRetention } from '../src/cases/actions/end-retention.ts'
import { importCases } from '../src/cases/actions/import-cases.ts'
import { openIdentity } from '../src/cases/actions/open-identity.ts'
import { rebuildCases } from '../src/cases/actions/rebuild-cases.ts'
import { recomputeDueDates } from '../src/cases/actions/recompute-due-dates.ts'
import * as resident from '../src/cases/actions/resident.ts'
import * as staff from '../src/cases/actions/staff.ts'
import { type CommandName, lifecycle } from '../src/cases/lifecycle.ts'
import { caseEventTypes } from '../src/cases/rules/evolve.ts'
import type { CaseState } from '../src/cases/rules/state.ts'
import { running } from '../src/cases/rules/state.ts'
import { builtInCalendar } from '../src/obligations/built-in-calendars.ts'
import { isOwed, nextLook } from '../src/obligations/rules.ts'
import { rebuildOrganisation } from '../src/org/actions/rebuild.ts'
import { changeSettings, publishCalendar } from '../src/org/actions/settings.ts'
import * as org from '../src/org/actions.ts'
import { type Actor, roles } from '../src/org/may.ts'
import { readOrganisation } from '../src/org/reads.ts'
import { packOf } from '../src/packs/reads.ts'
import { leafCategories } from '../src/packs/rules.ts'
import { q } from '../src/platform/database/query.ts'
import { inSnapshot } from '../src/platform/database/tx.ts'
import { BadInput, Conflict, NotAllowed, NotFound } from '../src/platform/errors.ts'
import { createLog } from '../src/platform/log.ts'
import { actorOf, fileOne } from './support/cases.ts'
import { type TestDatabase, testDatabase } from './support/database.ts'
import { type TestOffice, testOffice } from './support/office.ts'

const log = createLog('error')

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number) => Math.floor(next() * n)
  const one = <V>(list: readonly V[]): V => {
    const found = list[below(list.length)]
    if (found === undefined) throw new Error('nothing to choose from')
    return found
  }
  const some = <V>(list: readonly V[], share = 0.15) => list.filter(() => next() < share)
  return { next, below, one, some }
}

/** Everything that people and time do to an office, by name; each step draws what it needs. */
async function stepsOf(office: TestOffice, seed: number) {
  const random = randomOf(seed)
  const pack = packOf(office.tenant)
  const cases: string[] = []
  const units = [...Object.values(office.units)]
  const people = [...Object.values(office.staff)]
  let made = 0

  // People of the whole town, so that much of what is tried is theirs to do; the others try as well.
  const able: string[] = []
  for (const [n, unitId] of [office.units.root, office.units.root, office.units.oversight].entries()) {
    const grants = (['unit-head', 'lead', 'case-officer'] as const).map(role => ({ unitId, role }))
    const input = { name: `Able ${n}`, title: {}, email: `able${n}@example.org`, accountId: null, grants }
    able.push(await org.addStaff(office, 'set-up', input))
  }
  const someone = () => random.one(random.next() < 0.6 ? able : [...people, ...able])
  const actor = (): Promise<Actor> => actorOf(office, someone())
  const admin = () => actorOf(office, office.staff.administrator)
  /** A case from whose status the command is possible. */
  const on = async (command: CommandName) => {
    const from: readonly string[] = lifecycle[command].from
    const rows = await inSnapshot(office.pool, office.tenant.id, tx =>
      tx.all(
        q
          .selectFrom('cases')
          .select('id')
          .where('status', 'in', [...from])
          .orderBy('number'),
      ),
    )
    return { id: random.one(rows).id }
  }
  const parts = { asked: 'Mend it.', facts: 'It is broken.', rule: 'Rule 1.', reasons: 'It is ours.' }
  const text = { text: 'Some words.' }
  const days = (n: number) =>
    office.clock.now().toZonedDateTimeISO('UTC').toPlainDate().add({ days: n }).toString()
  const decision = () => ({
    parts,
    outcome: random.one(pack.outcomes).code,
    ...(random.next() < 0.3 && { remedyBy: days(random.below(20)) }),
  })
  const name = () => ({ en: `Thing ${made}`, 'zh-CN': `事物${made++}` })
  const title = () => (random.next() < 0.5 ? {} : name())
  const pass = () => runDeadlinePass(office, log)

  const steps: Record<string, () => Promise<unknown>> = {
    file: async () => {
      const protection = random.one(['named', 'protected', 'anonymous'] as const)
      const category = random.one(leafCategories(pack))
      const { caseId } = await fileOne(office, {
        category: category.code,
        kind: random.one(category.kinds),
        language: random.one(['en', 'zh-CN'] as const),
        protection,
        party: protection === 'anonymous' ? undefined : { name: 'Robin Example', email: 'robin@example.org' },
        place: { address: random.one(['East Village 3', '东村三号', 'Nowhere', '']) },
        about: {
          units: random.some(units, 0.08),
          staff: random.some(people, 0.05),
          named: '',
          retaliation: random.next() < 0.05,
        },
      })
      cases.push(caseId)
    },
    accept: async () => staff.acceptCase(office, await actor(), await on('accept')),
    decline: async () =>
      staff.declineCase(office, await actor(), await on('decline'), {
        ...text,
        reason: random.one(pack.notAccepted).code,
      }),
    redirect: async () =>
      staff.proposeRedirect(office, await actor(), await on('propose-redirect'), {
        ...text,
        to: random.one(units),
        reason: random.one(pack.notOurs).code,
      }),
    confirmRedirect: async () => staff.confirmRedirect(office, await actor(), await on('confirm-redirect')),
    refuseRedirect: async () =>
      staff.refuseRedirect(office, await actor(), await on('refuse-redirect'), text),
    assign: async () =>
      staff.assignCase(office, await actor(), await on('assign'), {
        ownerId: random.one([someone(), null]),
        leadId: random.one([someone(), null]),
      }),
    ask: async () => staff.askInformation(office, await actor(), await on('ask-information'), text),
    extend: async () =>
      staff.extendAnswer(office, await actor(), await on('extend'), {
        reason: 'It takes longer.',
        length: random.one(pack.deadlines.flatMap(rule => (rule.extension ? [rule.extension.max] : []))),
      }),
    answer: async () => staff.answerCase(office, await actor(), await on('answer'), decision()),
    correct: async () =>
      staff.correctAnswer(office, await actor(), await on('correct-answer'), {
        ...decision(),
        why: 'A slip.',
      }),
    remedy: async () => staff.reportRemedy(office, await actor(), await on('report-remedy'), text),
    review: async () =>
      staff.reviewCase(office, await actor(), await on('decide-review'), {
        ...decision(),
        verdict: random.one(['upheld', 'changed', 'sent-back'] as const),
      }),
    hearing: async () =>
      staff.beginHearing(office, await actor(), await on('pause-for-hearing'), {
        until: office.clock.now().add({ hours: 24 * (1 + random.below(20)) }),
      }),
    endHearing: async () => staff.endHearing(office, await actor(), await on('resume-after-hearing')),
    message: async () =>
      staff.sendMessage(office, await actor(), await on('send-message'), { ...text, files: [] }),
    note: async () => staff.addNote(office, await actor(), await on('add-note'), text),
    recuse: async () =>
      staff.recuse(office, await actor(), await on('recuse'), {
        ...text,
        units: random.some(units, 0.1),
        staff: random.some(people, 0.1),
      }),
    openIdentity: async () => openIdentity(office, await actor(), random.one(cases), 'To ring back'),
    write: async () => resident.writeToInstitution(office, await on('send-message'), { ...text, files: [] }),
    agree: async () => resident.agree(office, await on('agree'), random.one([null, 1, 3, 5])),
    rate: async () => resident.rate(office, await on('rate'), 1 + random.below(5)),
    askReview: async () => resident.askReview(office, await on('ask-review'), 'I do not agree.'),
    reopen: async () => resident.reopen(office, await on('reopen'), 'It is back.'),
    renewCalendar: async () => resident.renewCalendar(office, { id: random.one(cases) }),
    withdraw: async () => resident.withdraw(office, await on('withdraw'), ''),
    minutes: async () => {
      office.clock.advance({ minutes: 1 + random.below(240) })
      await pass()
    },
    days: async () => {
      office.clock.advance({ hours: 24 * (1 + random.below(6)) })
      await pass()
    },
    longAbsence: async () => {
      office.clock.advance({ hours: 24 * random.below(60) })
      await pass()
    },
    import: async () =>
      importCases(
        office,
        { source: 'random', version: 1 },
        [0, 1, 2].map(() => {
          const filedAt = office.clock.now().subtract({ hours: 24 * random.below(900) + 1 })
          const closed = {
            status: 'closed' as const,
            at: filedAt.add({ hours: 1 }),
            ...text,
            outcome: 'explained',
          }
          const id = crypto.randomUUID()
          cases.push(id)
          return {
            id,
            key: id,
            kind: 'grievance' as const,
            category: 'noise',
            language: 'en' as const,
            what: 'Noise.',
            place: { address: '' },
            filedAt,
            standing:
              random.next() < 0.6
                ? closed
                : { status: random.one(['filed', 'in-hand'] as const), note: 'So far.' },
          }
        }),
      ),
    addUnit: async () => {
      const input = {
        parentId: random.one(units),
        name: name(),
        functions: random.some(
          pack.categories.map(one => one.function),
          0.1,
        ),
        areas: [],
      }
      units.push(await org.addUnit(office, await admin(), input))
    },
    changeUnit: async () => {
      const id = random.one(units)
      const unit = (await inSnapshot(office.pool, office.tenant.id, readOrganisation)).units.get(id)
      if (!unit) return
      const active = random.next() < 0.85
      await org.changeUnit(office, await admin(), id, { ...unit, name: name(), active })
    },
    addStaff: async () => {
      const grants = [{ unitId: random.one(units), role: random.one(roles) }]
      const input = {
        name: `Person ${made}`,
        title: title(),
        email: `p${made++}@example.org`,
        accountId: null,
        grants,
      }
      people.push(await org.addStaff(office, await admin(), input))
    },
    changeStaff: async () =>
      org.changeStaff(office, await admin(), random.one(people), {
        name: `Person ${made}`,
        title: title(),
        email: `p${made++}@example.org`,
      }),
    grant: async () =>
      org.grantRole(office, await admin(), random.one(people), random.one(units), random.one(roles)),
    revoke: async () =>
      org.revokeRole(
        office,
        await admin(),
        random.one(people.slice(7)),
        random.one(units),
        random.one(roles),
      ),
    endStaff: async () => org.endStaff(office, await admin(), random.one(people.slice(7))),
    restoreStaff: async () => org.restoreStaff(office, await admin(), random.one(people.slice(7))),
    settings: async () =>
      changeSettings(office, await admin(), {
        name: name(),
        language: random.one(['en', 'zh-CN'] as const),
        packId: office.tenant.packId,
        packVersion: office.tenant.packVersion,
      }),
    calendar: async () => {
      const calendar = builtInCalendar(pack.calendar)
      const date = office.clock
        .now()
        .add({ hours: 24 * (1 + random.below(40)) })
        .toString()
        .slice(0, 10)
      const year = date.slice(0, 4)
      const before = calendar.years[year] ?? { holidays: [], makeup: [] }
      const holidays = [...before.holidays, { date, name: name() }]
      const years = { ...calendar.years, [year]: { ...before, holidays } }
      await publishCalendar(office, await admin(), { ...calendar, version: `v${made++}`, years }, undefined)
      await recomputeDueDates(office)
    },
  }
  // Most of what happens is work on cases; an office does not reorganise itself every hour.
  const often = [
    'file',
    'accept',
    'answer',
    'minutes',
    'file',
    'accept',
    'answer',
    'days',
    'review',
    'askReview',
    'agree',
  ]
  const names = [...Object.keys(steps), ...often, ...often, ...often, ...often]
  const done = new Set<string>()
  return {
    cases,
    take: async (): Promise<void> => {
      // Now and then what has not come about yet, or what needs much to have happened before would never be tried.
      const rare = Object.keys(steps).filter(name => !done.has(name))
      const chosen = random.next() < 0.2 && rare.length > 0 ? random.one(rare) : random.one(names)
      const step = cases.length < 3 ? 'file' : chosen
      // Most people may not do most things to most cases: a few try before one gives it up.
      for (let attempt = 0; attempt < 6; attempt++) {
        try {
          await steps[step]?.()
          done.add(step)
          return
        } catch (error) {
          if (!isRefusal(error)) throw new Error(`${step} failed`, { cause: error })
        }
      }
    },
    missing: () => Object.keys(steps).filter(name => !done.has(name)),
  }
}

// An officer who has left cannot be asked for either.
function isRefusal(error: unknown): boolean {
  const isOurs = [BadInput, Conflict, NotAllowed, NotFound].some(kind => error instanceof kind)
  return (
    isOurs ||
    (error as Error).message === 'no such member of staff' ||
    (error as Error).message.startsWith('nothing to')
  )
}

async function findFaults(database: TestDatabase, office: TestOffice): Promise<unknown[]> {
  const { pool, tenant } = office
  const faults: unknown[] = []
  await rebuildCases(office, fault => faults.push(fault), { mend: false })
  await rebuildOrganisation(office, fault => faults.push(fault), { mend: false })
  const report = await verifyDatabase({ pool, tenant: tenant.id, now: office.clock.now() }, '/nowhere')
  faults.push(...report.problems)
  const { rows: opened } = await database.owner.query(
    `select stream_id || ' ' || (data->'obligation'->>'id') as clock from events where type = 'obligation.opened'`,
  )
  const { rows: kept } = await database.owner.query(
    `select stream_id || ' ' || id as clock, status, next_look_at from obligations`,
  )
  const clocks = new Set(kept.map(row => row.clock))
  faults.push(...opened.filter(row => !clocks.has(row.clock)).map(row => `lost: ${row.clock}`))
  const running = kept.filter(row => ['open', 'paused'].includes(row.status))
  faults.push(
    ...running.filter(row => row.next_look_at === null).map(row => `never looked at again: ${row.clock}`),
  )
  return faults
}

async function owesNothing(database: TestDatabase): Promise<string[]> {
  const { rows } = await database.owner.query('select state from cases')
  return rows
    .map(row => row.state as CaseState)
    .filter(state =>
      ['filed', 'redirecting', 'in-hand', 'awaiting-resident', 'under-review'].includes(state.status),
    )
    .filter(state => !running(state).some(one => one.owedBy === 'institution'))
    .map(state => `${state.number} ${state.status}`)
}

test.each([
  ['generic', 20_261],
  ['cn-2022', 20_262],
  ['cn-hotline-example', 20_263],
])(
  'after hundreds of random acts under %s, the events tell it all and nothing owed is lost',
  async (packId, seed) => {
    const database = await testDatabase()
    const office = await testOffice(database, { packId, start: '2026-01-05T01:00:00Z' })
    const steps = await stepsOf(office, seed)
    // Two at once, as people are: they meet on the locks.
    for (let n = 0; n < 260; n++) await Promise.all([steps.take(), steps.take()])
    expect(steps.missing().length).toBeLessThan(6)
    expect(await findFaults(database, office)).toEqual([])
    expect(await owesNothing(database)).toEqual([])

    // Each clock that is owed is still looked after, years later too; then the keeping of what is closed ends.
    office.clock.advance({ hours: 24 * 366 * (packOf(office.tenant).retention.years + 1) })
    await runDeadlinePass(office, log)
    expect(await endRetention(office)).toBeGreaterThan(0)
    expect(await findFaults(database, office)).toEqual([])
    const { rows } = await database.owner.query('select state from cases')
    for (const { state } of rows as { state: CaseState }[])
      for (const one of state.obligations.filter(isOwed)) expect(nextLook(one)).toBeUndefined()
    const types = await database.owner.query('select distinct type from events')
    const seen = types.rows.map(row => row.type)
    expect(caseEventTypes.filter(type => seen.includes(type)).length).toBeGreaterThan(22)
  },
)
