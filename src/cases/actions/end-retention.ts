import { listPacks } from '../../packs/reads.ts'
import type { Pack } from '../../packs/schema.ts'
import { q } from '../../platform/database/query.ts'
import type { Tx } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { type Change, perform } from '../../platform/perform.ts'
import { changeOf, contextsFor, lockCases } from './many-cases.ts'

/**
 * Ends the keeping of cases whose retention period is over: the case's key is destroyed, and with it identity and
 * narrative for good; its words go with it, and its files, unreadable by then, with the next
 * daily sweep. The chain still verifies, for it covers digests only (promise 8). How long is for the pack to say under
 * which a case was filed.
 * @returns how many cases it was.
 */
export async function endRetention(office: Office, batchSize = 100): Promise<number> {
  let ended = 0
  for (const pack of listPacks().values()) ended += await endRetentionUnder(office, pack, batchSize)
  return ended
}

async function endRetentionUnder(office: Office, pack: Pack, batchSize: number): Promise<number> {
  const { years } = pack.retention
  let ended = 0
  for (;;) {
    const batch = await perform(office, { kind: 'system', name: 'retention' }, async (tx, now) => {
      const zoned = now.toZonedDateTimeISO(office.tenant.timeZone)
      const ids = await findExpired(tx, pack, zoned.subtract({ years }).toInstant(), batchSize)
      const cases = await lockCases(office, tx, ids, 'wait')
      const contexts = await contextsFor(office, tx, cases, now)
      const changes: Change[] = []
      for (const one of cases) {
        const context = contexts.get(one.state.pack)
        if (!context) continue
        const { change } = changeOf(tx, one, [{ type: 'retention.ended', data: {} }], context)
        const { id } = one.state
        changes.push({ ...change, writes: [...change.writes, ...forgetting(tx.tenant, id)] })
      }
      return { result: changes.length, changes }
    })
    ended += batch
    if (batch === 0) return ended
  }
}

function forgetting(tenant: number, id: string) {
  return [
    q.deleteFrom('stream_keys').where('tenant_id', '=', tenant).where('stream_id', '=', id),
    q.deleteFrom('case_texts').where('tenant_id', '=', tenant).where('case_id', '=', id),
    q.updateTable('cases').set({ subject: null }).where('tenant_id', '=', tenant).where('id', '=', id),
  ]
}

// Cases that are done, nothing owed; those with a subject have not been through this yet. One that was taken over from
// earlier records counts from the day it came: what an institution has just chosen to bring over does not vanish the
// night after (docs/decisions/0014-imports.md).
async function findExpired(
  tx: Tx,
  pack: Pack,
  closedBefore: Temporal.Instant,
  limit: number,
): Promise<string[]> {
  const rows = await tx.all(
    q
      .selectFrom('cases')
      .innerJoin('streams', join =>
        join.onRef('streams.tenant_id', '=', 'cases.tenant_id').onRef('streams.id', '=', 'cases.id'),
      )
      .select('cases.id')
      .where('cases.tenant_id', '=', tx.tenant)
      .where('cases.pack_id', '=', pack.id)
      .where('cases.pack_version', '=', pack.version)
      .where('cases.open', '=', false)
      .where('cases.closed_at', '<', closedBefore)
      .where('streams.created_at', '<', closedBefore)
      .where('cases.subject', 'is not', null)
      .orderBy('cases.closed_at')
      .limit(limit),
  )
  return rows.map(row => row.id)
}
