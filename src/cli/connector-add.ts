import { addConnection } from '../connectors/actions/connections.ts'
import type { Direction } from '../connectors/rules/mapping.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import { UsageError } from './arguments.ts'
import { type Call, type Command, givenValue } from './command.ts'
import { asOperatorError, readServices } from './connections.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable connector add` */
export const command: Command = {
  arguments: [
    { name: '<name>', text: 'connectors.command.name' },
    { name: '<url>', text: 'connectors.command.url' },
  ],
  options: {
    direction: { text: 'connectors.command.direction', example: 'to' },
    services: { text: 'connectors.command.services', example: 'road-damage=pothole,street-light=lamp' },
    key: { text: 'connectors.command.key', example: 'a1b2c3' },
    jurisdiction: { text: 'connectors.command.jurisdiction', example: 'town.example.org' },
    every: { text: 'connectors.command.every', example: '5' },
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'connectors.command.json' },
  },
  async run(call) {
    const { t, say, options } = call
    const [name = '', url = ''] = call.arguments
    const direction = readDirection(call)
    const [key, jurisdiction, every] = ['key', 'jurisdiction', 'every'].map(one => givenValue(call, one))
    const id = await withParts(call, 'connector add', async parts => {
      const office = await chosenOffice(call, parts)
      const allowed = allowedNetworks(parts.config.webhookAllowPrivate)
      const input = {
        name,
        direction,
        url,
        jurisdiction,
        apiKey: key,
        ...(every !== undefined && { everyMinutes: Number(every) }),
      }
      try {
        const speaking = { url: url.replace(/[/]+$/, ''), jurisdiction: jurisdiction ?? null, key }
        const services = URL.canParse(url) ? await readServices(call, office, speaking, allowed) : []
        const { baseUrl } = parts.config
        return await addConnection(office, 'set-up', { ...input, services }, { allowed, baseUrl })
      } catch (error) {
        throw asOperatorError(t, error)
      }
    })
    say(options['json'] === true ? JSON.stringify({ id, name }) : t('connectors.command.added', { name }))
    return 0
  },
}

function readDirection(call: Call): Direction {
  const value = givenValue(call, 'direction')
  if (value === 'to' || value === 'from') return value
  throw new UsageError(call.t('connectors.command.which-direction'))
}
