import { acceptCase, answerCase, proposeRedirect } from '../../src/cases/actions/staff.ts'
import type { Filing } from '../../src/cases/rules/filing.ts'
import { q } from '../../src/platform/database/query.ts'
import { inSnapshot } from '../../src/platform/database/tx.ts'
import { actorOf, fileOne } from './cases.ts'
import type { StaffSite } from './staff.ts'

/** A case that a test made. */
export type Case = { id: string; number: string }

/** What an answer says in tests. */
export const parts = { asked: 'Fill it.', facts: 'It is 40 cm deep.', rule: 'Section 3.' }

/** Makes cases that stand where a test begins; `site` is asked when one is made. */
export function caseMaker(site: () => StaffSite) {
  const actor = (role: 'case-officer' | 'unit-head') => actorOf(site().office, site().office.staff[role])
  const made = {
    async filed(changes: Partial<Filing> = {}): Promise<Case> {
      const { caseId: id, number } = await fileOne(site().office, changes)
      return { id, number }
    },
    async accepted(): Promise<Case> {
      const one = await made.filed()
      await acceptCase(site().office, await actor('case-officer'), one)
      return one
    },
    async answered(): Promise<Case> {
      const one = await made.accepted()
      const signed = { parts, outcome: 'supported', remedyBy: '2026-12-20' }
      await answerCase(site().office, await actor('unit-head'), one, signed)
      return one
    },
    async redirecting(): Promise<Case> {
      const one = await made.filed()
      const to = site().office.units.east
      const theirs = { to, reason: 'another-unit', text: 'Theirs.' }
      await proposeRedirect(site().office, await actor('case-officer'), one, theirs)
      return one
    },
  }
  return made
}

/** The events of a case, in order. */
export function eventsOf({ office }: StaffSite, { id }: Case) {
  return inSnapshot(office.pool, office.tenant.id, tx =>
    tx.all(
      q.selectFrom('events').select(['type', 'actor', 'data']).where('stream_id', '=', id).orderBy('seq'),
    ),
  )
}

/** What a hidden field of a page holds. */
export const fieldOf = (body: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''
