import { rebuildFrom } from '../../org/actions/compare-record.ts'
import type { OrgFact } from '../../org/rules.ts'
import { q } from '../../platform/database/query.ts'
import { absent, present, sealed } from '../../platform/difference.ts'
import type { Office } from '../../platform/office.ts'
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
 */
export const rebuildConnections = rebuildFrom(
  ['connectors.added', 'connectors.changed', 'connectors.removed', 'connectors.paused', 'connectors.resumed'],
  async (tx, facts, report, office) => {
    const recorded = recordedConnections(facts)
    const rows = await tx.all(q.selectFrom('connections').selectAll().where('tenant_id', '=', tx.tenant))
    const now = office.clock.now()
    for (const row of rows) {
      const one = recorded.get(row.id)
      recorded.delete(row.id)
      const what = `connections.${row.id}`
      const pausing = row.paused_at ? [] : [pauseWrite(tx.tenant, row.id, 'rebuilt', now)]
      if (!one) {
        report(what, present, absent, ...pausing)
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
      if (!isSame) report(what, sealed, sealed, ...pausing)
      else if (one.isPaused && !row.paused_at) report(what, absent, present, ...pausing)
    }
    for (const id of recorded.keys()) report(`connections.${id}`, absent, present)
  },
)

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

function recordedConnections(facts: readonly OrgFact[]): Map<string, Recorded> {
  const connections = new Map<string, Recorded>()
  for (const { type, data: told, sealed: words } of facts) {
    const { connectionId, ...data } = told as unknown as { connectionId: string } & Recorded
    const earlier = connections.get(connectionId)
    const known = { ...data, ...(words as Partial<Recorded> | undefined) }
    if (type === 'connectors.removed') connections.delete(connectionId)
    else if (type === 'connectors.added') connections.set(connectionId, { ...known, isPaused: false })
    else if (earlier && type === 'connectors.changed') connections.set(connectionId, { ...earlier, ...known })
    else if (earlier) connections.set(connectionId, { ...earlier, isPaused: type === 'connectors.paused' })
  }
  return connections
}
