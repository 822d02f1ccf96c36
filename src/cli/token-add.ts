import { addToken } from '../access/actions.ts'
import { type Scope, scopes } from '../access/rules.ts'
import { findStaffByEmail } from '../identity/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput } from '../platform/errors.ts'
import type { Office } from '../platform/office.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { UsageError } from './arguments.ts'
import { type Call, type Command, givenValue } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable token add` */
export const command: Command = {
  arguments: [{ name: '<name>', text: 'access.command.name' }],
  options: {
    scope: { text: 'access.command.scope', example: 'open311' },
    staff: { text: 'access.command.staff', example: 'lin.wei@example.org' },
    expires: { text: 'access.command.expires', example: '2027-01-31' },
    limit: { text: 'access.command.limit', example: '600' },
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'access.command.json' },
  },
  async run(call) {
    const { t, say, options } = call
    const [name = ''] = call.arguments
    const wanted = { name, scopes: readScopes(call), limitPerMinute: readLimit(call) }
    const lastDay = readDate(call)
    const made = await withParts(call, 'token add', async parts => {
      const office = await chosenOffice(call, parts)
      const staffId = await findStaff(call, office)
      const expiresAt = lastDay?.add({ days: 1 }).toZonedDateTime(office.tenant.timeZone).toInstant()
      try {
        return await addToken(office, 'set-up', { ...wanted, staffId, expiresAt })
      } catch (error) {
        if (!(error instanceof BadInput)) throw error
        throw new OperatorError(error.faults.map(fault => t.stored(fault.text, fault.values)).join('\n'))
      }
    })
    if (options['json'] === true) say(JSON.stringify(made))
    else for (const line of [t('access.added', { id: made.id }), made.token]) say(line)
    return 0
  },
}

function readScopes(call: Call): Scope[] {
  const names = (givenValue(call, 'scope') ?? '').split(/[,\s]+/).filter(Boolean)
  return names.map(name => {
    const scope = scopes.find(one => one === name)
    if (scope) return scope
    throw new UsageError(call.t('access.fault.unknown-scope', { scope: name, scopes: scopes.join(', ') }))
  })
}

function readLimit(call: Call): number | undefined {
  const given = givenValue(call, 'limit')
  return given === undefined ? undefined : Number(given)
}

function readDate(call: Call): Temporal.PlainDate | undefined {
  const value = givenValue(call, 'expires')
  if (value === undefined) return undefined
  try {
    return Temporal.PlainDate.from(value, { overflow: 'reject' })
  } catch {
    throw new UsageError(call.t('access.fault.date', { value }))
  }
}

async function findStaff(call: Call, office: Office): Promise<string | undefined> {
  const email = givenValue(call, 'staff')
  if (email === undefined) return undefined
  const staff = await inSnapshot(office.pool, office.tenant.id, tx => findStaffByEmail(tx, email))
  if (!staff) throw new OperatorError(call.t('access.fault.unknown-email', { email }))
  return staff.id
}
