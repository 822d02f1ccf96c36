import { text } from 'node:stream/consumers'
import { issueLink, setPassword } from '../identity/actions/links.ts'
import { passwordFault } from '../identity/passwords.ts'
import { normalEmail } from '../identity/reads.ts'
import { addStaff } from '../org/actions.ts'
import { type Role, roles } from '../org/may.ts'
import { readOrganisation, type Unit } from '../org/reads.ts'
import { systemClock } from '../platform/clock.ts'
import { type Config, readConfig } from '../platform/config.ts'
import { findHolder } from '../platform/data-directory.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openDatabaseForCommand } from '../platform/database/open-database.ts'
import { createOwnerPool, createPool } from '../platform/database/pool.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { Conflict } from '../platform/errors.ts'
import { createOffices } from '../platform/http/parts.ts'
import { createLog } from '../platform/log.ts'
import { isOneAddress } from '../platform/mail/message.ts'
import type { Office } from '../platform/office.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { loadRootKey } from '../platform/sealing/root-key.ts'
import { listTenants } from '../platform/tenants.ts'
import { UsageError } from './arguments.ts'
import { type Call, type Command, givenValue } from './command.ts'

/** `answerable user add` */
export const command: Command = {
  arguments: [],
  options: {
    name: { text: 'cli.user-add.name', example: 'Lin Wei' },
    email: { text: 'cli.user-add.email', example: 'lin.wei@example.org' },
    role: { text: 'cli.user-add.role', example: 'case-officer' },
    unit: { text: 'cli.user-add.unit', example: 'id' },
    tenant: { text: 'identity.command.tenant', example: '1' },
    'password-stdin': { text: 'identity.command.password-stdin' },
  },
  async run(call) {
    const wanted = readWanted(call)
    const config = readConfig(call.env)
    const log = createLog(config.logLevel)
    const database = await openDatabaseForCommand(config, 'user add', log)
    const pool = createPool(database.url, 2)
    const owner = createOwnerPool(database.url, 2)
    try {
      await migrate(database.url, log)
      const tenantId = chooseTenant(call, await listTenants(pool))
      // Not before there is a tenant: a key made here would open nothing.
      const rootKey = loadRootKey(config.rootKeyFile).key
      const offices = createOffices(pool, systemClock, rootKey)
      const parts = { config, log, clock: systemClock, owner, rootKey }
      const office = await offices.forTenant(tenantId)
      const password = call.options['password-stdin'] ? await readPassword(call, wanted, office) : undefined
      const staffId = await add(call, office, wanted)
      if (password !== undefined) {
        await setPassword(parts, office, staffId, password, 'command')
        call.say(call.t('identity.command.added', { name: wanted.name, email: wanted.email }))
      } else {
        const link = `${await addressOf(config)}${await issueLink(parts, office, 'command', staffId)}`
        call.say(call.t('identity.command.added-link', { name: wanted.name, link }))
      }
      return 0
    } finally {
      await Promise.all([pool.end(), owner.end()])
      await database.close()
    }
  },
}

type Wanted = { name: string; email: string; role: Role; unit: string | undefined }

function readWanted(call: Call): Wanted {
  const need = (option: string) => {
    const value = givenValue(call, option)?.trim()
    if (!value) throw new UsageError(call.t('identity.command.needed', { option: `--${option}` }))
    return value
  }
  const name = need('name')
  const email = normalEmail(need('email'))
  if (!isOneAddress(email)) throw new UsageError(call.t('identity.command.not-an-address', { email }))
  const given = need('role')
  const role = roles.find(one => one === given)
  if (!role)
    throw new UsageError(call.t('identity.command.no-role', { role: given, roles: roles.join(', ') }))
  return { name, email, role, unit: givenValue(call, 'unit') }
}

function chooseTenant(call: Call, tenants: readonly { tenantId: number }[]): number {
  const { t } = call
  const wanted = givenValue(call, 'tenant')
  const chosen = tenants.filter(({ tenantId }) => wanted === undefined || String(tenantId) === wanted)
  const [only, ...others] = chosen
  if (tenants.length === 0) throw new OperatorError(t('identity.command.not-set-up'))
  if (!only || others.length > 0) {
    const ids = tenants.map(({ tenantId }) => tenantId).join(', ')
    throw new OperatorError(t('identity.command.which-tenant', { tenants: ids }))
  }
  return only.tenantId
}

async function readPassword({ t }: Call, { name, email }: Wanted, { tenant }: Office): Promise<string> {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '')
  const fault = passwordFault('password', password, [name, email, ...Object.values(tenant.name)])
  if (fault) throw new OperatorError(t.stored(fault.text, fault.values))
  return password
}

async function add(
  { t }: Call,
  office: Office,
  { name, email, role, unit: wanted }: Wanted,
): Promise<string> {
  const { units } = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
  const unit = findUnit([...units.values()], wanted)
  if (!unit) {
    const list = [...units.values()].map(({ id, name }) => `  ${id}  ${name[t.lang]}`).join('\n')
    throw new OperatorError(t('identity.command.no-unit', { unit: wanted ?? '', list }))
  }
  try {
    const grants = [{ unitId: unit.id, role }]
    return await addStaff(office, 'set-up', { name, title: {}, email, accountId: null, grants })
  } catch (error) {
    if (error instanceof Conflict) throw new OperatorError(t.stored(error.reason, error.values))
    throw error
  }
}

/** The unit with this id or name; the institution itself where none is named. */
function findUnit(units: readonly Unit[], wanted: string | undefined): Unit | undefined {
  if (wanted === undefined) return units.find(unit => unit.parentId === null && unit.intake) ?? units[0]
  return units.find(unit => unit.id === wanted || Object.values(unit.name).includes(wanted))
}

async function addressOf(config: Config): Promise<string> {
  const running = config.databaseUrl ? undefined : await findHolder(config.dataDir)
  return config.baseUrl ?? running?.address ?? `http://${config.host}:${config.port}`
}
