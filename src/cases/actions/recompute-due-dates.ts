import { readCalendar } from '../../obligations/reads.ts'
import { findPack } from '../../packs/reads.ts'
import { q } from '../../platform/database/query.ts'
import type { Tx } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { type Change, type Job, perform } from '../../platform/perform.ts'
import { recomputeClocks } from '../rules/clocks.ts'
import { changeOf, contextsFor, lockCases } from './many-cases.ts'

/** What the job `recompute-due-dates` is given when a calendar was published. */
export type RecomputePayload = { tenant: number }

/**
 * Counts the running clocks of a tenant again after its calendar changed: an event and a notice where a date moves.
 * A firm date once told never moves later that way (see obligations/recount.ts).
 * @returns how many cases had a date moved.
 */
export async function recomputeDueDates(office: Office, batchSize = 200): Promise<number> {
  let after = '00000000-0000-0000-0000-000000000000'
  let moved = 0
  for (;;) {
    const batch = await perform(office, { kind: 'system', name: 'calendar' }, async (tx, now) => {
      const ids = await findRunning(tx, after, batchSize)
      const cases = await lockCases(office, tx, ids, 'wait')
      const contexts = await contextsFor(office, tx, cases, now)
      const changes: Change[] = []
      const jobs: Job[] = []
      for (const one of cases) {
        const known = contexts.get(one.state.pack)
        if (!known) continue
        const calendar = await readCalendar(tx, findPack(one.state.pack).calendar)
        const context = { ...known, timing: { ...known.timing, calendar } }
        const [first, ...rest] = recomputeClocks(one.state, context)
        if (!first) continue
        const result = changeOf(tx, one, [first, ...rest], context)
        changes.push(result.change)
        jobs.push(...result.jobs)
      }
      return { result: { last: ids.at(-1), moved: changes.length }, changes, jobs }
    })
    if (batch.last === undefined) return moved
    after = batch.last
    moved += batch.moved
  }
}

/** The next cases, by id, with a clock that still runs. */
async function findRunning(tx: Tx, after: string, limit: number): Promise<string[]> {
  const rows = await tx.all(
    q
      .selectFrom('obligations')
      .select('stream_id')
      .distinct()
      .where('tenant_id', '=', tx.tenant)
      .where('status', 'in', ['open', 'paused'])
      .where('stream_id', '>', after)
      .orderBy('stream_id')
      .limit(limit),
  )
  return rows.map(row => row.stream_id)
}
