import { findCalendar } from '../obligations/reads.ts'
import { timingOf } from '../obligations/rules.ts'
import { findOrganisation } from '../org/reads.ts'
import { findPack } from '../packs/reads.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'
import type { Context } from './rules/decision.ts'

/** What decisions on a case look at: the pack it was filed under, the calendar, the organisation, the time. */
export async function contextFor(
  office: Office,
  tx: Tx,
  packKey: string,
  now: Temporal.Instant,
): Promise<Context> {
  const pack = findPack(packKey)
  const [organisation, calendar] = await Promise.all([
    findOrganisation(office.pool, tx),
    findCalendar(office.pool, tx, pack.calendar),
  ])
  return { pack, organisation, timing: timingOf(pack, calendar, office.tenant.timeZone), now }
}
