import { Conflict, NotFound } from '../platform/errors.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { isUuid } from '../platform/uuid.ts'
import { replay } from '../webhooks/actions/replay.ts'
import type { Which } from '../webhooks/reads.ts'
import { isMessageId } from '../webhooks/rules/message-id.ts'
import { UsageError } from './arguments.ts'
import { type Call, type Command, givenValue } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable webhook replay` */
export const command: Command = {
  arguments: [{ name: '<id>', text: 'webhooks.command.id' }],
  options: {
    message: { text: 'webhooks.command.message', example: 'msg_…' },
    since: { text: 'webhooks.command.since', example: '2026-01-31T09:00:00Z' },
    until: { text: 'webhooks.command.until', example: '2026-01-31T17:00:00Z' },
    failed: { text: 'webhooks.command.failed' },
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'webhooks.command.json' },
  },
  async run(call) {
    const { t, say } = call
    const [id = ''] = call.arguments
    const which = readWhich(call)
    const unknown = () => new OperatorError(t('webhooks.command.unknown', { id }))
    if (!isUuid(id)) throw unknown()
    const messages = await withParts(call, 'webhook replay', async parts => {
      const office = await chosenOffice(call, parts)
      try {
        return await replay(office, 'set-up', id, which(office.clock.now()))
      } catch (error) {
        if (error instanceof Conflict) throw new OperatorError(t.stored(error.reason, error.values))
        if (!(error instanceof NotFound)) throw error
        throw error.message.includes('message') ? new OperatorError(t('webhooks.fault.message')) : unknown()
      }
    })
    if (call.options['json'] === true) say(JSON.stringify({ id, messages }))
    else say(t('webhooks.command.replayed', { n: messages }))
    return 0
  },
}

function readWhich(call: Call): (now: Temporal.Instant) => Which {
  const messageId = givenValue(call, 'message')
  if (messageId !== undefined) {
    if (!isMessageId(messageId)) throw new UsageError(call.t('webhooks.fault.message'))
    return () => ({ messageId })
  }
  const since = readTime(call, 'since')
  const until = readTime(call, 'until')
  if (!since) throw new UsageError(call.t('webhooks.command.which'))
  return now => ({ since, until: until ?? now, failedOnly: call.options['failed'] === true })
}

function readTime(call: Call, option: string): Temporal.Instant | undefined {
  const value = givenValue(call, option)
  if (value === undefined) return undefined
  try {
    return Temporal.Instant.from(value)
  } catch {
    throw new UsageError(call.t('webhooks.command.time', { value }))
  }
}
