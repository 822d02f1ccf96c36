import { inSnapshot } from '../platform/database/tx.ts'
import type { T } from '../platform/i18n/translator.ts'
import { tableLines } from '../platform/terminal-table.ts'
import { type Endpoint, listEndpoints } from '../webhooks/reads.ts'
import type { Command } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable webhook list` */
export const command: Command = {
  arguments: [],
  options: {
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'webhooks.command.json' },
  },
  async run(call) {
    const { t, say } = call
    await withParts(call, 'webhook list', async parts => {
      const office = await chosenOffice(call, parts)
      const endpoints = await inSnapshot(office.pool, office.tenant.id, listEndpoints)
      if (call.options['json'] === true) say(JSON.stringify(endpoints, undefined, 2))
      else if (endpoints.length === 0) say(t('webhooks.command.none'))
      else for (const line of tableLines([headOf(t), ...endpoints.map(one => rowOf(t, one))])) say(line)
    })
    return 0
  },
}

function headOf(t: T): string[] {
  return [t('webhooks.list.id'), t('webhooks.list.url'), t('webhooks.list.types'), t('webhooks.list.state')]
}

function rowOf(t: T, { id, url, types, disabledAt, failingSince }: Endpoint): string[] {
  const state = disabledAt ? 'disabled' : failingSince ? 'failing' : 'active'
  const wanted = types.length === 0 ? t('webhooks.types.all') : types.join(',')
  return [id, url, wanted, t(`webhooks.standing.${state}`)]
}
