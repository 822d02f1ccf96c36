import { rebuildFrom } from '../../org/actions/compare-record.ts'
import type { OrgFact } from '../../org/rules.ts'
import { q } from '../../platform/database/query.ts'
import { absent, present, sealed } from '../../platform/difference.ts'
import { createSecret, sealSecret } from '../secret.ts'
import { type DisabledBecause, disableWrites, enableEndpoint, insertEndpoint, setTypes } from '../store.ts'

type Recorded = {
  id: string
  url: string
  types: readonly string[]
  addedAt: Temporal.Instant
  disabled: { at: Temporal.Instant; because: DisabledBecause } | undefined
}

/**
 * Rebuilds the webhook endpoints of a tenant from the events of its chain. One that nobody added, or whose address is not
 * the recorded one, is sent nothing any more. Secrets are in no event: an endpoint keeps its own, and one that vanished
 * comes back with a new one that nobody knows. Messages and the log of deliveries are no projection: they follow from
 * what receivers answered.
 */
export const rebuildEndpoints = rebuildFrom(
  [
    'webhooks.endpoint-added',
    'webhooks.endpoint-removed',
    'webhooks.endpoint-disabled',
    'webhooks.endpoint-enabled',
    'webhooks.types-changed',
  ],
  async (tx, facts, report, office) => {
    const { tenant } = tx
    const rows = await tx.all(q.selectFrom('webhook_endpoints').selectAll().where('tenant_id', '=', tenant))
    const known = new Map(rows.map(row => [row.id, row]))
    const now = office.clock.now()
    const ended = (row: { id: string; disabled_at: Temporal.Instant | null }) =>
      row.disabled_at ? [] : disableWrites(tenant, row.id, 'administrator', now)
    for (const { id, url, types, addedAt, disabled } of recordedEndpoints(facts)) {
      const what = `webhook_endpoints.${id}`
      const row = known.get(id)
      known.delete(id)
      const disabling = disabled ? disableWrites(tenant, id, disabled.because, disabled.at) : []
      if (!row) {
        const secret = sealSecret(office, id, createSecret())
        report(
          what,
          absent,
          present,
          insertEndpoint(tenant, { id, url, types, secret }, addedAt),
          ...disabling,
        )
        continue
      }
      // An address is never changed, so that one that was can only be removed and added by a person.
      if (row.url !== url || !row.created_at.equals(addedAt)) {
        report(`${what}.url`, sealed, sealed, ...ended(row))
        continue
      }
      if (row.types.join() !== types.join())
        report(`${what}.types`, row.types, types, setTypes(tenant, id, types))
      const was = row.disabled_at && `${row.disabled_because} ${row.disabled_at}`
      const is = disabled && `${disabled.because} ${disabled.at}`
      if (was !== (is ?? null))
        report(`${what}.disabled`, was ?? absent, is, ...(is ? disabling : [enableEndpoint(tenant, id)]))
    }
    for (const row of known.values()) report(`webhook_endpoints.${row.id}`, present, absent, ...ended(row))
  },
)

function recordedEndpoints(facts: readonly OrgFact[]): Iterable<Recorded> {
  const endpoints = new Map<string, Recorded>()
  for (const { type, at, data, sealed: words } of facts) {
    const { endpointId: id, types, because } = data as unknown as Told
    const earlier = endpoints.get(id)
    if (type === 'webhooks.endpoint-added') {
      const { url } = words as { url: string }
      endpoints.set(id, { id, url, types, addedAt: at, disabled: undefined })
    } else if (type === 'webhooks.endpoint-removed') endpoints.delete(id)
    else if (earlier && type === 'webhooks.types-changed') endpoints.set(id, { ...earlier, types })
    else if (earlier) {
      const disabled = type === 'webhooks.endpoint-disabled' ? { at, because } : undefined
      endpoints.set(id, { ...earlier, disabled })
    }
  }
  return endpoints.values()
}

type Told = { endpointId: string; types: string[]; because: DisabledBecause }
