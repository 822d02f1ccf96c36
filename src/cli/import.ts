import { OperatorError } from '../platform/operator-error.ts'
import type { Command } from './command.ts'

/** `answerable import` */
export const command: Command = {
  arguments: [
    { name: '<mapping>', text: 'cli.import.mapping' },
    { name: '<file>', text: 'cli.import.file' },
  ],
  options: { rejected: { text: 'cli.import.rejected', example: 'rejected.csv' } },
  async run({ t }) {
    throw new OperatorError(t('cli.not-available', { command: 'import' }))
  },
}
