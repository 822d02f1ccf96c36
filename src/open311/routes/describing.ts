import { packOf } from '../../packs/reads.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { type Answer, type Asked, readAsked } from '../asked.ts'
import { describeDiscovery } from '../describe.ts'
import { Unknown } from '../errors.ts'
import { findChangeset } from '../reads.ts'
import { requireService, serviceDefinition, serviceList } from '../services.ts'

/** The discovery document: where the interface is, and when its services last changed. */
export async function answerDiscovery(asked: Asked): Promise<Answer> {
  const { tenant, pool } = (await readAsked(asked)).office
  if (asked.target.id !== undefined) throw new Unknown('open311.fault.resource')
  const changeset = await inSnapshot(pool, tenant.id, tx => findChangeset(tx, tenant.streamId))
  return { root: 'discovery', node: describeDiscovery(tenant, asked.parts.baseUrl(), changeset) }
}

/** The services, or what one of them asks. */
export async function answerServices(asked: Asked): Promise<Answer> {
  const { office, t } = await readAsked(asked)
  const pack = packOf(office.tenant)
  const { id } = asked.target
  if (id === undefined) return { root: 'services', node: serviceList(pack, t.lang) }
  return {
    root: 'service_definition',
    node: serviceDefinition(pack, requireService(pack, id).code, t.lang),
  }
}
