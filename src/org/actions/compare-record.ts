import { type Query, q } from '../../platform/database/query.ts'
import { inTransaction, type Tx } from '../../platform/database/tx.ts'
import { absent } from '../../platform/difference.ts'
import { NotFound } from '../../platform/errors.ts'
import type { Json } from '../../platform/json.ts'
import type { Office } from '../../platform/office.ts'
import { lockStream, openSealed, type RecordedEvent } from '../../platform/stream.ts'
import type { OrgFact } from '../rules.ts'

/** A row that was not what the events of the organisation's chain say. `mended: false`: it cannot be put right here. */
export type OrgDifference = { what: string; was: string; is: string; mended: boolean }

/** Takes down a difference, and what mends it if anything does. */
export type Report = (what: string, was: unknown, is: unknown, ...mending: readonly Query[]) => void

/** Whom differences are told, and whether they are mended or only reported. */
export type Rebuild = (
  office: Office,
  found: (difference: OrgDifference) => void,
  options?: { mend?: boolean },
) => Promise<void>

/**
 * A rebuild of rows that follow from events of these types on the organisation's chain, in one transaction under the
 * lock of the chain; `compare` is given them opened, in order, and mends in the order in which it reports.
 */
export function rebuildFrom(
  types: readonly string[],
  compare: (tx: Tx, facts: OrgFact[], report: Report, office: Office) => Promise<void>,
): Rebuild {
  return (office, found, { mend = true } = {}) =>
    inTransaction(office.pool, office.tenant.id, async tx => {
      const writes: Query[] = []
      const report: Report = (what, was, is, ...mending) => {
        found({ what, was: shown(was), is: shown(is), mended: mend && mending.length > 0 })
        writes.push(...mending)
      }
      await compare(tx, await lockFacts(office, tx, types), report, office)
      if (mend) await Promise.all(writes.map(write => tx.run(write)))
    })
}

async function lockFacts(office: Office, tx: Tx, types: readonly string[]): Promise<OrgFact[]> {
  const id = office.tenant.streamId
  const stream = await lockStream(office, tx, id)
  if (!stream) throw new NotFound('organisation')
  const rows = await tx.all(
    q
      .selectFrom('events')
      .select(['seq', 'type', 'at', 'actor', 'data', 'sealed'])
      .where('tenant_id', '=', tx.tenant)
      .where('stream_id', '=', id)
      .where('type', 'in', [...types])
      .orderBy('seq'),
  )
  return rows.map(row => ({
    type: row.type,
    at: row.at,
    data: row.data as Json,
    sealed: openSealed(tx.tenant, stream, row as unknown as RecordedEvent),
  }))
}

function shown(value: unknown): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)) ?? absent
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
