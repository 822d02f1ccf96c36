import { OperatorError } from '../platform/operator-error.ts'
import type { Command } from './command.ts'

/** `answerable audit verify` */
export const command: Command = {
  arguments: [],
  options: { bundle: { text: 'cli.audit-verify.bundle', example: 'bundle.zip' } },
  async run({ t }) {
    throw new OperatorError(t('cli.not-available', { command: 'audit verify' }))
  },
}
