import { NotFound } from '../platform/errors.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { isUuid } from '../platform/uuid.ts'
import { removeEndpoint } from '../webhooks/actions/endpoints.ts'
import type { Command } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable webhook remove` */
export const command: Command = {
  arguments: [{ name: '<id>', text: 'webhooks.command.id' }],
  options: {
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'webhooks.command.json' },
  },
  async run(call) {
    const { t, say } = call
    const [id = ''] = call.arguments
    const unknown = () => new OperatorError(t('webhooks.command.unknown', { id }))
    if (!isUuid(id)) throw unknown()
    await withParts(call, 'webhook remove', async parts => {
      await removeEndpoint(await chosenOffice(call, parts), 'set-up', id).catch((error: unknown) => {
        throw error instanceof NotFound ? unknown() : error
      })
    })
    say(
      call.options['json'] === true
        ? JSON.stringify({ id, removed: true })
        : t('webhooks.command.removed', { id }),
    )
    return 0
  },
}
