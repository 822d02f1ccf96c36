import { OperatorError } from '../platform/operator-error.ts'
import type { Command } from './command.ts'

/** `answerable rebuild` */
export const command: Command = {
  arguments: [],
  options: {},
  async run({ t }) {
    throw new OperatorError(t('cli.not-available', { command: 'rebuild' }))
  },
}
