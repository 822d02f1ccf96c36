import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agree } from '../../src/cases/actions/resident.ts'
import { acceptCase, answerCase } from '../../src/cases/actions/staff.ts'
import { findMeasured, shareOf } from '../../src/front/reads.ts'
import { testApp } from '../support/app.ts'
import { parts } from '../support/case-steps.ts'
import { actorOf, fileOne } from '../support/cases.ts'
import { testDatabase } from '../support/database.ts'
import { testOffice } from '../support/office.ts'
import { listRoutes } from '../support/routes.ts'
import { visitor } from '../support/visitor.ts'

// Promise 10: published figures expose nobody: small cells are suppressed, complementary cells too. The front page is the
// only place that publishes any.

const database = await testDatabase()
const office = await testOffice(database)
const { app } = await testApp(database, office.clock)

describe('a share', () => {
  const counts = fc
    .integer({ min: 4, max: 200 })
    .map(fives => 5 * fives)
    .chain(cases => fc.record({ cases: fc.constant(cases), kept: fc.integer({ min: 0, max: cases }) }))

  test('tells no count below five apart from another, neither of those that were late nor of the rest', () => {
    fc.assert(
      fc.property(counts, fc.nat(4), fc.nat(4), ({ cases }, a, b) => {
        expect(shareOf(cases - a, cases)).toEqual(shareOf(cases - b, cases))
        expect(shareOf(a, cases)).toEqual(shareOf(b, cases))
      }),
    )
  })

  test('counts in steps of five, so that nothing is left of it when listed cases are taken away', () => {
    fc.assert(
      fc.property(counts, ({ cases, kept }) => {
        expect(Math.round(shareOf(kept, cases).share * cases) % 5).toBe(0)
      }),
    )
  })

  test('is never better or worse than what was measured', () => {
    fc.assert(
      fc.property(counts, ({ cases, kept }) => {
        const { is, share } = shareOf(kept, cases)
        const measured = kept / cases
        if (is === 'at-least') expect(share).toBeLessThanOrEqual(measured)
        else expect(share).toBeGreaterThanOrEqual(measured)
      }),
    )
  })
})

test('no figure is told over fewer than twenty cases, and one case more changes no word about the few', async () => {
  const officer = await actorOf(office, office.staff['case-officer'])
  const head = await actorOf(office, office.staff['unit-head'])
  const answer = async (days: number) => {
    const { caseId: id } = await fileOne(office)
    await acceptCase(office, officer, { id })
    office.clock.advance({ hours: 24 * days })
    await answerCase(office, head, { id }, { parts, outcome: 'explained' })
    await agree(office, { id }, null)
  }
  const sentence = async () => {
    office.clock.advance({ minutes: 11 })
    return /[^<>]*Answered in time[^<>]*/.exec((await visitor(app).get('/')).body)?.[0]
  }
  for (let i = 0; i < 19; i++) await answer(2)
  expect(await sentence()).toBeUndefined()
  expect(await findMeasured(office)).toBeUndefined()
  await answer(2)
  const allInTime = await sentence()
  expect(allInTime).toContain('at least 75%')
  const { rows } = await database.owner.query<{ id: string }>(
    'select id from cases order by filed_at desc limit 1',
  )
  expect(rows).toHaveLength(1)
  await answer(45) // late
  // With one more case only their number moves, and in full steps: late ones stay among "the rest".
  expect((await sentence())?.replace(/\d+/g, '#')).toBe(allInTime?.replace(/\d+/g, '#'))
})

test('figures are published on the front page alone, and to programs not at all', async () => {
  const open = (await listRoutes(app)).filter(
    ({ methods, path }) => methods.includes('GET') && !path.includes(':'),
  )
  const publishing: string[] = []
  for (const { path } of open) {
    for (const accept of ['text/html', 'application/json']) {
      const page = await visitor(app).get(path, { accept })
      const isRead = /html|json/.test(String(page.headers['content-type']))
      if (page.statusCode === 200 && isRead && /%|median|average|per cent|in total/i.test(page.body))
        publishing.push(path)
    }
  }
  expect([...new Set(publishing)]).toEqual(['/'])
})
