import { q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import { builtInCalendar } from './built-in-calendars.ts'
import type { WorkingCalendar } from './calendar.ts'

// A published calendar is recounted by a job that reads it afresh; elsewhere it may be this old.
const freshFor = 2_000
const known = new WeakMap<object, Map<string, { at: number; calendar: Promise<WorkingCalendar> }>>()

/** The tenant's newest version of a calendar, from memory where it was read in the last two seconds. */
export function findCalendar(pool: object, tx: Tx, id: string): Promise<WorkingCalendar> {
  const ofPool = known.get(pool) ?? new Map()
  known.set(pool, ofPool)
  const key = `${tx.tenant}/${id}`
  const remembered = ofPool.get(key)
  if (remembered && performance.now() - remembered.at < freshFor) return remembered.calendar
  const calendar = readCalendar(tx, id)
  ofPool.set(key, { at: performance.now(), calendar })
  calendar.catch(() => ofPool.delete(key))
  return calendar
}

/** The newest version of a calendar as the database has it now; the built-in one where the tenant has none of its own. */
export async function readCalendar(tx: Tx, id: string): Promise<WorkingCalendar> {
  const row = await tx.first(
    q
      .selectFrom('calendars')
      .select('data')
      .where('tenant_id', '=', tx.tenant)
      .where('id', '=', id)
      .orderBy('created_at', 'desc')
      .orderBy('version', 'desc')
      .limit(1),
  )
  return row ? (row.data as unknown as WorkingCalendar) : builtInCalendar(id)
}

/** Forgets what is remembered, after a calendar was published here. */
export function forgetCalendars(pool: object): void {
  known.delete(pool)
}
