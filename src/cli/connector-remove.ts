import { removeConnection } from '../connectors/actions/connections.ts'
import { stepCommand } from './connections.ts'

/** `answerable connector remove` */
export const command = stepCommand('connector remove', 'connectors.command.removed', removeConnection)
