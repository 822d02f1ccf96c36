import { describe, expect, test } from 'vitest'
import { runDeadlinePass } from '../../src/cases/actions/deadline-pass.ts'
import { agree, askReview } from '../../src/cases/actions/resident.ts'
import * as staff from '../../src/cases/actions/staff.ts'
import type { CaseState } from '../../src/cases/rules/state.ts'
import { findMeasured } from '../../src/front/reads.ts'
import { addStaff } from '../../src/org/actions.ts'
import type { Actor } from '../../src/org/may.ts'
import { findNewestPack, listPacks } from '../../src/packs/reads.ts'
import type { Pack } from '../../src/packs/schema.ts'
import { Conflict } from '../../src/platform/errors.ts'
import { createLog } from '../../src/platform/log.ts'
import { escapeText } from '../../src/ui/html.ts'
import { testApp } from '../support/app.ts'
import { actorOf, fileOne } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { type TestOffice, testOffice } from '../support/office.ts'
import { recordOf } from '../support/resident.ts'
import { visitor } from '../support/visitor.ts'

// Promise 4: "ask for review" and "where else you can turn" are on every answer. Escalation by a resident is never blocked,
// never delayed, and never counts against a person or a unit.

const database = await testDatabase()
const log = createLog('silent')
const decided = { parts: { asked: 'a', facts: 'b', rule: 'c', reasons: 'd', remedy: 'e' }, outcome: '' }

type Scene = { office: TestOffice; pack: Pack; head: Actor; reviewer: Actor; overseer: Actor }
type Filed = { id: string; number: string; receiptCode: string }

let towns = 0
async function sceneOf(packId: string): Promise<Scene> {
  const office = await testOffice(database, { packId, host: `town-${++towns}.example` })
  const pack = findNewestPack(packId)
  if (!pack) throw new Error('no such pack')
  const headOf = async (unitId: string, name: string) => {
    const email = `${name}@example.org`
    const grants = [{ unitId, role: 'unit-head' as const }]
    return actorOf(
      office,
      await addStaff(office, 'set-up', { name, title: {}, email, accountId: null, grants }),
    )
  }
  return {
    office,
    pack,
    head: await actorOf(office, office.staff['unit-head']),
    reviewer: await headOf(office.units.root, 'reviewer'),
    overseer: await headOf(office.units.oversight, 'overseer'),
  }
}

const pages = await (async () => {
  const first = await testOffice(database, { host: 'first.example' })
  return testApp(database, first.clock)
})()

async function file(office: TestOffice, changes: Parameters<typeof fileOne>[1] = {}): Promise<Filed> {
  const { caseId: id, number, receiptCode } = await fileOne(office, changes)
  return { id, number, receiptCode }
}

async function answered(
  { office, pack, head }: Scene,
  by = head,
  changes: Parameters<typeof fileOne>[1] = {},
) {
  const filed = await file(office, changes)
  await staff.acceptCase(office, by, { id: filed.id })
  await staff.answerCase(office, by, { id: filed.id }, { ...decided, outcome: pack.outcomes[0]?.code ?? '' })
  return filed
}

const review = ({ office }: Scene, by: Actor, { id }: Filed, verdict: 'upheld' | 'changed' | 'sent-back') =>
  staff.reviewCase(office, by, { id }, { ...decided, verdict })

const lengthOf = (pack: Pack, id: string) => pack.deadlines.find(rule => rule.id === id)?.length.n ?? 0

/** How a case comes to each point where an answer stands, and whether a review can still be asked for there. */
const points: Record<
  string,
  { reach: (scene: Scene) => Promise<Filed>; higher: boolean | ((scene: Scene) => boolean) }
> = {
  'an answer': { reach: scene => answered(scene), higher: true },
  'a refusal to accept it': {
    async reach({ office, pack, head }) {
      const filed = await file(office)
      const reason = pack.notAccepted[0]?.code ?? ''
      await staff.declineCase(office, head, { id: filed.id }, { reason, text: 'No.' })
      return filed
    },
    higher: true,
  },
  'a corrected answer': {
    async reach(scene) {
      const filed = await answered(scene)
      const outcome = scene.pack.outcomes[1]?.code ?? ''
      await staff.correctAnswer(
        scene.office,
        scene.head,
        { id: filed.id },
        { ...decided, outcome, why: 'A slip.' },
      )
      return filed
    },
    higher: true,
  },
  'an answer that was agreed to': {
    async reach(scene) {
      const filed = await answered(scene)
      await agree(scene.office, { id: filed.id }, 5)
      return filed
    },
    higher: true,
  },
  'an answer closed by silence': {
    async reach(scene) {
      const filed = await answered(scene)
      scene.office.clock.advance({ hours: 24 * (lengthOf(scene.pack, 'silence') + 1) })
      await runDeadlinePass(scene.office, log)
      expect((await recordOf(scene.office, filed.id)).state.status).toBe('closed')
      return filed
    },
    // Where silence closes a case on the day on which the time for review ends as well, it ends with it.
    higher: ({ pack }) => lengthOf(pack, 'ask-review') > lengthOf(pack, 'silence') + 1,
  },
  'a review that upheld the answer': {
    async reach(scene) {
      const filed = await answered(scene)
      await askReview(scene.office, { id: filed.id }, '')
      await review(scene, scene.reviewer, filed, 'upheld')
      return filed
    },
    higher: true,
  },
  'a second answer, after a review sent the first one back': {
    async reach(scene) {
      const filed = await answered(scene)
      await askReview(scene.office, { id: filed.id }, 'Look again.')
      await review(scene, scene.reviewer, filed, 'sent-back')
      const outcome = scene.pack.outcomes[0]?.code ?? ''
      await staff.answerCase(scene.office, scene.head, { id: filed.id }, { ...decided, outcome })
      return filed
    },
    higher: true,
  },
  'a final review': {
    async reach(scene) {
      const filed = await answered(scene)
      await askReview(scene.office, { id: filed.id }, 'Look again.')
      await review(scene, scene.reviewer, filed, 'changed')
      await askReview(scene.office, { id: filed.id }, 'And again.')
      await review(scene, scene.overseer, filed, 'upheld')
      return filed
    },
    higher: false,
  },
  'an answer above which there is nobody': {
    reach: scene => {
      const about = { units: [scene.office.units.root], staff: [], named: '', retaliation: false }
      return answered(scene, scene.overseer, { about })
    },
    higher: false,
  },
  'an answer whose time for review is over': {
    async reach(scene) {
      const filed = await answered(scene)
      scene.office.clock.advance({ hours: 24 * 400 })
      await runDeadlinePass(scene.office, log)
      return filed
    },
    higher: false,
  },
}

const packIds = [...new Set([...listPacks().values()].map(pack => pack.id))]

describe.each(packIds)('under the rules of %s', packId => {
  test.each(Object.keys(points))(
    'beside %s the resident reads how to go higher, or where else to turn',
    async name => {
      const point = points[name]
      if (!point) throw new Error(name)
      const scene = await sceneOf(packId)
      const { office, pack } = scene
      const { id, number, receiptCode } = await point.reach(scene)
      const higher = typeof point.higher === 'boolean' ? point.higher : point.higher(scene)
      pages.parts.offices.forget()
      // The application's clock is one for all towns.
      const clock = pages.parts.clock as TestOffice['clock']
      clock.set(office.clock.now())
      for (const lang of ['en', 'zh-CN'] as const) {
        const host = `town-${towns}.example`
        const browser = visitor(pages.app, { host, address: `198.51.100.${towns}` })
        await browser.post('/follow', { number, code: receiptCode })
        const page = await browser.get(`/follow/${number}`, { 'accept-language': lang })
        expect(page.statusCode).toBe(200)
        const asks = page.body.includes(`href="/follow/${number}/review"`)
        expect(asks, 'review is offered').toBe(higher)
        for (const place of pack.whereElse) expect(page.body).toContain(escapeText(place.name[lang]))
        expect(page.body).toMatch(/id="where-else"/)
        if (!higher) {
          // Why not is said on the page, or said by the address itself, with the way to where else.
          const refused = await browser.post(
            `/follow/${number}/review`,
            { text: 'x' },
            { 'accept-language': lang },
          )
          expect(refused.statusCode).toBe(409)
          expect(refused.body).toContain('#where-else')
        }
      }
      if (higher) {
        const asked = await askReview(office, { id }, '')
        expect(asked.status).toBe('under-review')
      } else await expect(askReview(office, { id }, 'Look again.')).rejects.toThrow(Conflict)
    },
  )
})

describe('asking for review', () => {
  const windowOf = (state: CaseState) =>
    Temporal.Instant.from(state.obligations.findLast(one => one.kind === 'ask-review')?.due ?? '')

  test('is possible to the last moment of its time, and not after it', async () => {
    const scene = await sceneOf('generic')
    const [first, second] = [await answered(scene), await answered(scene)]
    const until = windowOf((await recordOf(scene.office, first.id)).state)
    scene.office.clock.set(until)
    await runDeadlinePass(scene.office, log)
    expect((await askReview(scene.office, { id: first.id }, 'Now.')).status).toBe('under-review')
    scene.office.clock.advance({ milliseconds: 1_000 })
    await expect(askReview(scene.office, { id: second.id }, 'Late.')).rejects.toThrow('review-late')
  })

  test('needs no reason, takes effect at once, and the clock of the review runs from that moment', async () => {
    const scene = await sceneOf('generic')
    const { id } = await answered(scene)
    scene.office.clock.advance({ hours: 3 })
    const state = await askReview(scene.office, { id }, '')
    expect(state).toMatchObject({ status: 'under-review', unitId: scene.office.units.root })
    const clock = state.obligations.find(one => one.kind === 'review')
    expect(clock).toMatchObject({
      status: 'open',
      trigger: scene.office.clock.now().toString({ fractionalSecondDigits: 3 }),
    })
  })

  test('changes no figure of the institution, whatever becomes of it', async () => {
    const scene = await sceneOf('generic')
    const { office } = scene
    const filed: Filed[] = []
    for (let i = 0; i < 25; i++) {
      office.clock.advance({ hours: 1 + i })
      const one = await answered(scene)
      filed.push(one)
      if (i % 2) await agree(office, { id: one.id }, 1)
    }
    const measured = async () => {
      office.clock.advance({ minutes: 11 }) // figures are remembered for ten
      return findMeasured(office)
    }
    const before = await measured()
    expect(before?.cases).toBe(25)
    for (const [i, one] of filed.entries()) {
      await askReview(office, { id: one.id }, 'Look again.')
      if (i % 3) await review(scene, scene.reviewer, one, i % 2 ? 'changed' : 'upheld')
    }
    expect(await measured()).toEqual(before)
  })

  test('is counted nowhere: not of a person, not of a unit, not of a member of staff', async () => {
    const { rows } = await database.owner.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_schema = 'public' and
       column_name ~ '\\mcount|number_of|total|score|rank|review|escalat|complaint|asked'`,
    )
    expect(rows).toEqual([])
  })
})
