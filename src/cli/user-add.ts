import { OperatorError } from '../platform/operator-error.ts'
import type { Command } from './command.ts'

/** `answerable user add` */
export const command: Command = {
  arguments: [],
  options: {
    name: { text: 'cli.user-add.name', example: 'Lin Wei' },
    email: { text: 'cli.user-add.email', example: 'lin.wei@example.org' },
    role: { text: 'cli.user-add.role', example: 'case-officer' },
    unit: { text: 'cli.user-add.unit', example: 'id' },
  },
  async run({ t }) {
    throw new OperatorError(t('cli.not-available', { command: 'user add' }))
  },
}
