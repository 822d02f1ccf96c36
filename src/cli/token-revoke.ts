import { revokeToken } from '../access/actions.ts'
import { Conflict, NotFound } from '../platform/errors.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { isUuid } from '../platform/uuid.ts'
import type { Command } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'

/** `answerable token revoke` */
export const command: Command = {
  arguments: [{ name: '<id>', text: 'access.command.id' }],
  options: {
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'access.command.json' },
  },
  async run(call) {
    const { t, say } = call
    const [id = ''] = call.arguments
    const unknown = () => new OperatorError(t('access.fault.no-token', { id }))
    if (!isUuid(id)) throw unknown()
    await withParts(call, 'token revoke', async parts => {
      try {
        await revokeToken(await chosenOffice(call, parts), 'set-up', id)
      } catch (error) {
        if (error instanceof NotFound) throw unknown()
        if (error instanceof Conflict) throw new OperatorError(t.stored(error.reason, error.values))
        throw error
      }
    })
    say(call.options['json'] === true ? JSON.stringify({ id, revoked: true }) : t('access.revoked', { id }))
    return 0
  },
}
