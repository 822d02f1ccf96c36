import { readConfig } from '../platform/config.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openDatabaseForCommand } from '../platform/database/open-database.ts'
import { createLog } from '../platform/log.ts'
import type { Command } from './command.ts'

/** `answerable migrate` */
export const command: Command = {
  arguments: [],
  options: {},
  async run({ env, t, say }) {
    const config = readConfig(env)
    const log = createLog(config.logLevel)
    const database = await openDatabaseForCommand(config, 'migrate', log)
    try {
      const names = await migrate(database.url, log)
      say(t('cli.migrate.done', { n: names.length, names: names.join(', ') }))
    } finally {
      await database.close()
    }
    return 0
  },
}
