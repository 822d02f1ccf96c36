import type { OrgDifference } from '../../org/actions/rebuild.ts'
import { type Query, q } from '../../platform/database/query.ts'
import { inTransaction, type Tx } from '../../platform/database/tx.ts'
import { absent, present, sealed } from '../../platform/difference.ts'
import { NotFound } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { lockStream, openSealed, type RecordedEvent } from '../../platform/stream.ts'
import { openApiKey } from '../key.ts'
import { keyDigest } from '../rules/recorded.ts'
import { pauseWrite } from '../store.ts'

/** A connection as the events say it is. */
type Recorded = {
  direction: string
  services: unknown
  everyMinutes: number
  name: string
  url: string
  jurisdiction: string | null
  keyDigest: string | null
  isPaused: boolean
}

/**
 * Compares the connections of a tenant with the events of its chain: one that nobody made, or that is not as it was made,
 * is paused, so that nothing goes where nobody sent it. A lost one is only reported: its key is in no event.
 * With `mend: false` it only reports.
 */
export async function rebuildConnections(
  office: Office,
  found: (difference: OrgDifference) => void,
  { mend = true }: { mend?: boolean } = {},
): Promise<void> {
  await inTransaction(office.pool, office.tenant.id, async tx => {
    const recorded = await readRecorded(office, tx)
    const rows = await tx.all(q.selectFrom('connections').selectAll().where('tenant_id', '=', tx.tenant))
    const writes: Query[] = []
    const now = office.clock.now()
    const report = (id: string, was: string, is: string, paused: Temporal.Instant | null) => {
      found({ what: `connections.${id}`, was, is, mended: mend && !paused })
      if (mend && !paused) writes.push(pauseWrite(tx.tenant, id, 'rebuilt', now))
    }
    for (const row of rows) {
      const one = recorded.get(row.id)
      recorded.delete(row.id)
      if (!one) {
        report(row.id, present, absent, row.paused_at)
        continue
      }
      const isSame =
        row.direction === one.direction &&
        row.label === one.name &&
        row.url === one.url &&
        row.jurisdiction === one.jurisdiction &&
        row.every_minutes === one.everyMinutes &&
        JSON.stringify(sorted(row.services)) === JSON.stringify(sorted(one.services)) &&
        digestOf(office, row.id, row.api_key) === one.keyDigest
      if (!isSame) report(row.id, sealed, sealed, row.paused_at)
      else if (one.isPaused && !row.paused_at) report(row.id, absent, present, null)
    }
    for (const id of recorded.keys())
      found({ what: `connections.${id}`, was: absent, is: present, mended: false })
    await Promise.all(writes.map(write => tx.run(write)))
  })
}

/** Pairs in one order of their parts, which jsonb does not keep. */
function sorted(services: unknown): [string, string][] {
  return (services as { category: string; service: string }[]).map(pair => [pair.category, pair.service])
}

function digestOf(office: Office, id: string, apiKey: Buffer | null): string | null {
  if (!apiKey) return null
  try {
    return keyDigest(openApiKey(office, id, apiKey))
  } catch {
    return 'unreadable'
  }
}

async function readRecorded(office: Office, tx: Tx): Promise<Map<string, Recorded>> {
  const stream = await lockStream(office, tx, office.tenant.streamId)
  if (!stream) throw new NotFound('organisation')
  const rows = await tx.all(
    q
      .selectFrom('events')
      .select(['seq', 'type', 'at', 'actor', 'data', 'sealed'])
      .where('tenant_id', '=', tx.tenant)
      .where('stream_id', '=', stream.id)
      .where('type', 'like', 'connectors.%')
      .orderBy('seq'),
  )
  const connections = new Map<string, Recorded>()
  for (const row of rows) {
    const { connectionId, ...data } = row.data as unknown as { connectionId: string } & Recorded
    const earlier = connections.get(connectionId)
    const words = openSealed(tx.tenant, stream, row as unknown as RecordedEvent) as
      | Partial<Recorded>
      | undefined
    if (row.type === 'connectors.removed') connections.delete(connectionId)
    else if (row.type === 'connectors.added')
      connections.set(connectionId, { ...data, ...words, isPaused: false } as Recorded)
    else if (earlier && row.type === 'connectors.changed')
      connections.set(connectionId, { ...earlier, ...data, ...words })
    else if (earlier && (row.type === 'connectors.paused' || row.type === 'connectors.resumed'))
      connections.set(connectionId, { ...earlier, isPaused: row.type === 'connectors.paused' })
  }
  return connections
}
