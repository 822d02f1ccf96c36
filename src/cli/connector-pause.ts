import { pauseConnection } from '../connectors/actions/connections.ts'
import { stepCommand } from './connections.ts'

/** `answerable connector pause` */
export const command = stepCommand('connector pause', 'connectors.command.paused', pauseConnection)
