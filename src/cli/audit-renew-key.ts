import { renewSigningKey } from '../audit/checkpoint.ts'
import type { Command } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable audit renew-key` */
export const command: Command = {
  arguments: [],
  options: { tenant: { text: 'cli.audit.tenant', example: '1' } },
  async run(call) {
    await withParts(call, 'audit renew-key', async parts => {
      const office = await chosenOffice(call, parts)
      const key = await renewSigningKey(office)
      call.say(call.t('cli.audit-renew-key.done', { tenant: office.tenant.id, key }))
    })
    return 0
  },
}
