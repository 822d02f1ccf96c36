import { sql } from 'kysely'
import { q } from '../platform/database/query.ts'
import { inSnapshot, type Tx } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'

/**
 * How the institution has kept its own times, over the cases it answered lately. What a resident does afterwards (agree,
 * ask for review, take it back) moves no case in or out, so that going higher counts against nobody (promise 4).
 */
export type Measured = {
  /** How many cases it is over, in steps of five. */
  cases: number
  /** Days from filing to the first answer that half of the cases took at most. */
  medianDays: number
  /**
   * A bound of the share of them answered in time, 0 to 1, in steps of five cases: the public list of requests tells of
   * most cases one by one, and what is left of an exact figure would tell of the few that are in no list (promise 10).
   */
  inTime: { is: 'at-least' | 'at-most'; share: number }
}

// Over fewer cases a figure says more about them than about the institution, and might say it of somebody.
const fewest = 20
// Neither those that were late nor those that were not are told of one by one, so none and a few look the same.
const few = 5
// The newest are what a resident can expect; reading them backwards by index costs the same at any size.
const most = 1_000
const freshForMs = 600_000

const known = new WeakMap<object, Map<number, { at: number; measured: Promise<Measured | undefined> }>>()

/** The figures, at most ten minutes old; undefined while there are fewer than twenty cases to tell them over. */
export function findMeasured(office: Office): Promise<Measured | undefined> {
  const now = office.clock.now().epochMilliseconds
  const ofPool = known.get(office.pool) ?? new Map()
  known.set(office.pool, ofPool)
  const remembered = ofPool.get(office.tenant.id)
  if (remembered && Math.abs(now - remembered.at) < freshForMs) return remembered.measured
  const measured = inSnapshot(office.pool, office.tenant.id, measure)
  ofPool.set(office.tenant.id, { at: now, measured })
  measured.catch(() => ofPool.delete(office.tenant.id))
  return measured
}

async function measure(tx: Tx): Promise<Measured | undefined> {
  const latest = q
    .selectFrom('cases')
    .where('tenant_id', '=', tx.tenant)
    .where('channel', '!=', 'import')
    .where(sql<boolean>`state->'answers'->0 is not null`)
    .orderBy('filed_at', 'desc')
  const { count } = await tx.one(
    q
      .selectFrom(latest.select('id').limit(most).as('answered'))
      .select(sql<number>`count(*)::int`.as('count')),
  )
  if (count < fewest) return undefined
  const answered = latest
    .select([
      sql<number>`extract(epoch from (state->'answers'->0->>'at')::timestamptz - filed_at) / 86400`.as(
        'days',
      ),
      sql<boolean>`not exists (
        select from jsonb_array_elements(state->'obligations') as one
        where one->>'kind' = 'answer' and one->>'status' = 'missed')`.as('in_time'),
    ])
    .limit(inSteps(count))
    .as('answered')
  const row = await tx.one(
    q
      .selectFrom(answered)
      .select([
        sql<number>`count(*)::int`.as('cases'),
        sql<number>`count(*) filter (where in_time)::int`.as('kept'),
        sql<number | null>`(percentile_cont(0.5) within group (order by days))::float8`.as('median'),
      ]),
  )
  if (row.median === null) return undefined
  return { cases: row.cases, medianDays: row.median, inTime: shareOf(row.kept, row.cases) }
}

/** A bound of a share that gives away no count below five, on either side, and none more exactly than in steps of five. */
export function shareOf(kept: number, cases: number): Measured['inTime'] {
  if (kept < few) return { is: 'at-most', share: few / cases }
  return { is: 'at-least', share: Math.min(inSteps(kept), cases - few) / cases }
}

function inSteps(count: number): number {
  return count - (count % few)
}
