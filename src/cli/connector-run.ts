import { type Ran, runConnection } from '../connectors/run.ts'
import { whyText } from '../connectors/why.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { Command } from './command.ts'
import { namedConnection } from './connections.ts'
import { chosenOffice, withParts } from './offices.ts'
import { progressLine } from './progress.ts'

/** `answerable connector run` */
export const command: Command = {
  arguments: [{ name: '<name>', text: 'connectors.command.which' }],
  options: {
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'connectors.command.json' },
  },
  async run(call) {
    const { t, say } = call
    // What follows from a case that is filed follows here too.
    const { relay } = await import('../app.ts')
    const line = progressLine()
    const { name, ran } = await withParts(call, 'connector run', async parts => {
      const office = { ...(await chosenOffice(call, parts)), relay }
      const { id, name } = await namedConnection(office, call.arguments[0] ?? '', t)
      const ran = await runConnection(office, id, {
        allowed: allowedNetworks(parts.config.webhookAllowPrivate),
        baseUrl: parts.config.baseUrl ?? '',
        now: true,
        longest: Number.POSITIVE_INFINITY,
        progress: so => line.show(t('connectors.command.progress', so)),
      })
      return { name, ran }
    }).finally(() => line.end())
    say(call.options['json'] === true ? JSON.stringify({ name, ...ran }) : describe(t, name, ran))
    return ran.end === 'done' ? 0 : 1
  },
}

function describe(t: T, name: string, { end, fault, copied, refused, updates }: Ran): string {
  const values = { name, copied, refused, updates }
  if (end === 'busy') return t('connectors.command.busy', { name })
  if (end === 'paused') return t('connectors.command.is-paused', { name })
  if (fault === null) return t('connectors.command.ran', values)
  return t('connectors.command.failed', { ...values, fault: whyText(t, fault) })
}
