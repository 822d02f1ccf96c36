import { resumeConnection } from '../connectors/actions/connections.ts'
import { stepCommand } from './connections.ts'

/** `answerable connector resume` */
export const command = stepCommand('connector resume', 'connectors.command.resumed', resumeConnection)
