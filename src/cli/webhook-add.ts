import { BadInput } from '../platform/errors.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { addEndpoint } from '../webhooks/actions/endpoints.ts'
import { knownEverywhereAfter } from '../webhooks/reads.ts'
import { webhookTypes } from '../webhooks/rules/event-types.ts'
import { UsageError } from './arguments.ts'
import { type Command, givenValue } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable webhook add` */
export const command: Command = {
  arguments: [{ name: '<url>', text: 'webhooks.command.url' }],
  options: {
    types: { text: 'webhooks.command.types', example: 'case.filed,case.answered' },
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'webhooks.command.json' },
  },
  async run(call) {
    const { t, say, options } = call
    const [url = ''] = call.arguments
    const types = (givenValue(call, 'types') ?? '').split(/[,\s]+/).filter(Boolean)
    for (const type of types)
      if (!(webhookTypes as readonly string[]).includes(type))
        throw new UsageError(t('webhooks.command.unknown-type', { type, known: webhookTypes.join(', ') }))
    const made = await withParts(call, 'webhook add', async parts => {
      const office = await chosenOffice(call, parts)
      const allowed = allowedNetworks(parts.config.webhookAllowPrivate)
      try {
        const added = await addEndpoint(office, 'set-up', { url, types }, allowed)
        // A server that runs beside this knows of it now: from here on no event is missed.
        await new Promise(done => setTimeout(done, knownEverywhereAfter))
        return added
      } catch (error) {
        if (!(error instanceof BadInput)) throw error
        throw new OperatorError(error.faults.map(fault => t.stored(fault.text, fault.values)).join('\n'))
      }
    })
    if (options['json'] === true) say(JSON.stringify(made))
    else for (const line of [t('webhooks.command.added', { id: made.id }), made.secret]) say(line)
    return 0
  },
}
