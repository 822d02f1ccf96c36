import { startDemo } from '../demo/actions/start-demo.ts'
import type { Command } from './command.ts'
import { withParts } from './offices.ts'

/** `answerable demo` */
export const command: Command = {
  arguments: [],
  options: {},
  async run(call) {
    const isDemo = await withParts(call, 'demo', parts => startDemo(parts, call.t, call.say))
    return isDemo ? 0 : 1
  },
}
