import { type Connection, listConnections } from '../connectors/reads.ts'
import { type Pair, readPairs } from '../connectors/rules/mapping.ts'
import { fetchServices } from '../connectors/services.ts'
import { whyText } from '../connectors/why.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput, Conflict } from '../platform/errors.ts'
import type { Allowed } from '../platform/http-client/address.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { UsageError } from './arguments.ts'
import { type Call, type Command, givenValue } from './command.ts'
import { type CommandParts, chosenOffice, withParts } from './offices.ts'

/** The connection that a command names, by its name or its id. @throws OperatorError where there is none */
export async function namedConnection(office: Office, named: string, t: T): Promise<Connection> {
  const all = await inSnapshot(office.pool, office.tenant.id, listConnections)
  const found = all.find(one => one.name === named) ?? all.find(one => one.id === named)
  if (!found) throw new OperatorError(t('connectors.command.unknown', { name: named }))
  return found
}

/** The pairs that `--services` names, each of a service that the other side has. */
export async function readServices(
  call: Call,
  office: Office,
  speaking: Parameters<typeof fetchServices>[1],
  allowed: Allowed,
): Promise<Pair[]> {
  const { t } = call
  const { pairs, unread } = readPairs(givenValue(call, 'services') ?? '')
  const [pair] = unread
  if (pair !== undefined) throw new UsageError(t('connectors.fault.pairs', { pair }))
  const services = await fetchServices(office, speaking, allowed)
  if ('fault' in services)
    throw new OperatorError(t('connectors.fault.unreachable', { fault: whyText(t, services.fault) }))
  const known = services.map(one => one.code)
  const values = { services: known.join(', ') }
  if (pairs.length === 0) throw new OperatorError(t('connectors.fault.no-pairs', values))
  const unknown = pairs.find(one => !known.includes(one.service))
  if (unknown)
    throw new OperatorError(t('connectors.fault.unknown-service', { ...values, code: unknown.service }))
  return pairs
}

/** What is wrong with what was typed, as the operator reads it. */
export function asOperatorError(t: T, error: unknown): unknown {
  if (error instanceof BadInput)
    return new OperatorError(error.faults.map(fault => t.stored(fault.text, fault.values)).join('\n'))
  return error instanceof Conflict ? new OperatorError(t.stored(error.reason, error.values)) : error
}

/** A command that does one thing to one connection and says so. */
export function stepCommand(
  name: string,
  text: 'connectors.command.paused' | 'connectors.command.resumed' | 'connectors.command.removed',
  step: (office: Office, actor: 'set-up', id: string) => Promise<void>,
): Command {
  return {
    arguments: [{ name: '<name>', text: 'connectors.command.which' }],
    options: {
      tenant: { text: 'identity.command.tenant', example: '1' },
      json: { text: 'connectors.command.json' },
    },
    async run(call) {
      const { t, say } = call
      const done = await withParts(call, name, async (parts: CommandParts) => {
        const office = await chosenOffice(call, parts)
        const connection = await namedConnection(office, call.arguments[0] ?? '', t)
        await step(office, 'set-up', connection.id).catch((error: unknown) => {
          throw asOperatorError(t, error)
        })
        return connection
      })
      const did = name.split(' ').at(-1) ?? name
      say(
        call.options['json'] === true
          ? JSON.stringify({ id: done.id, name: done.name, done: did })
          : t(text, { name: done.name }),
      )
      return 0
    },
  }
}
