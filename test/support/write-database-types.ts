import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../src/platform/database/embedded.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import { createLog } from '../../src/platform/log.ts'
import { databaseTypes } from './database-types.ts'

// `npm run database:types`: writes src/platform/database/schema.ts from a freshly migrated database.

const directory = mkdtempSync(join(tmpdir(), 'answerable-types-'))
const log = createLog('error')
const postgres = await startEmbedded({ directory, log, durable: false })
try {
  await migrate(postgres.url(), log)
  const { current, output } = databaseTypes(postgres.url())
  if (!current) throw new Error(output)
} finally {
  await postgres.stop('immediate')
  rmSync(directory, { recursive: true, force: true })
}
