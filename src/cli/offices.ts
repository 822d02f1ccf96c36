import { existsSync } from 'node:fs'
import { type Clock, systemClock } from '../platform/clock.ts'
import { readConfig } from '../platform/config.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openDatabaseForCommand } from '../platform/database/open-database.ts'
import { createOwnerPool, createPool } from '../platform/database/pool.ts'
import { createOffices, type Parts } from '../platform/http/parts.ts'
import { createLog } from '../platform/log.ts'
import type { Office } from '../platform/office.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { loadRootKey } from '../platform/sealing/root-key.ts'
import { listTenants } from '../platform/tenants.ts'
import { type Call, givenValue } from './command.ts'

/** The parts of a command that works without a web server. */
export type CommandParts = Pick<Parts, 'config' | 'log' | 'clock' | 'pool' | 'owner' | 'rootKey' | 'offices'>

/** Opens the installation for a command, migrated, whether or not a server runs on it, and closes it after the work. */
export async function withParts<R>(
  call: Call,
  name: string,
  work: (parts: CommandParts) => Promise<R>,
  clock: Clock = systemClock,
): Promise<R> {
  const config = readConfig(call.env)
  const log = createLog(config.logLevel)
  const database = await openDatabaseForCommand(config, name, log)
  const pool = createPool(database.url, 4)
  const owner = createOwnerPool(database.url, 2)
  try {
    await migrate(database.url, log)
    // A key made where tenants already are would open nothing of theirs.
    if ((await listTenants(pool)).length > 0 && !existsSync(config.rootKeyFile))
      throw new OperatorError(call.t('exchange.no-key', { path: config.rootKeyFile }))
    const { key: rootKey, created } = loadRootKey(config.rootKeyFile)
    if (created) call.say(call.t('cli.serve.root-key-created', { path: config.rootKeyFile }))
    const offices = createOffices(pool, clock, rootKey)
    return await work({ config, log, clock, pool, owner, rootKey, offices })
  } finally {
    await Promise.all([pool.end(), owner.end()])
    await database.close()
  }
}

/** The offices of every tenant, or of the one that `--tenant` names; at least one. */
export async function chosenOffices(
  { t, ...call }: Call,
  { pool, offices }: CommandParts,
): Promise<Office[]> {
  const tenants = (await listTenants(pool)).map(({ tenantId }) => tenantId)
  if (tenants.length === 0) throw new OperatorError(t('identity.command.not-set-up'))
  const wanted = givenValue({ ...call, t }, 'tenant')
  const chosen = tenants.filter(tenant => wanted === undefined || String(tenant) === wanted)
  if (chosen.length === 0)
    throw new OperatorError(t('identity.command.which-tenant', { tenants: tenants.join(', ') }))
  return Promise.all(chosen.map(tenant => offices.forTenant(tenant)))
}

/** The office of the only tenant, or of the one that `--tenant` names. */
export async function chosenOffice(call: Call, parts: CommandParts): Promise<Office> {
  const [only, ...others] = await chosenOffices(call, parts)
  if (!only || others.length > 0) {
    const tenants = [only, ...others].map(office => office?.tenant.id).join(', ')
    throw new OperatorError(call.t('identity.command.which-tenant', { tenants }))
  }
  return only
}
