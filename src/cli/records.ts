import type { RecordSource } from '../audit/bundle.ts'
import { systemClock } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import { openDatabaseForCommand } from '../platform/database/open-database.ts'
import { createPool } from '../platform/database/pool.ts'
import { createLog } from '../platform/log.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { listTenants } from '../platform/tenants.ts'
import { type Call, givenValue } from './command.ts'

/** Opens the database for a command on the record of every tenant, or of the one that `--tenant` names. */
export async function withRecords<R>(
  config: Config,
  name: string,
  call: Call,
  work: (records: RecordSource[]) => Promise<R>,
): Promise<R> {
  const database = await openDatabaseForCommand(config, name, createLog(config.logLevel))
  const pool = createPool(database.url, 2)
  try {
    const tenants = (await listTenants(pool)).map(({ tenantId }) => tenantId)
    if (tenants.length === 0) throw new OperatorError(call.t('audit.verify.no-tenants'))
    const wanted = givenValue(call, 'tenant')
    const chosen = tenants.filter(tenant => wanted === undefined || String(tenant) === wanted)
    if (chosen.length === 0)
      throw new OperatorError(call.t('audit.verify.no-tenant', { tenant: wanted ?? '' }))
    const now = systemClock.now()
    return await work(chosen.map(tenant => ({ pool, tenant, now })))
  } finally {
    await pool.end()
    await database.close()
  }
}
