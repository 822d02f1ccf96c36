import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../src/platform/database/embedded.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import { createLog } from '../../src/platform/log.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the server's maintenance database; `template` there is a migrated database to clone. */
    postgresUrl: string
  }
}

/** One real PostgreSQL for the whole run, with a migrated template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'answerable-test-'))
  const log = createLog('error')
  const postgres = await startEmbedded({ directory: join(directory, 'postgres'), log, durable: false })
  const client = new pg.Client({ connectionString: postgres.url('postgres') })
  await client.connect()
  await client.query('create database template')
  await client.end()
  await migrate(postgres.url('template'), log)
  project.provide('postgresUrl', postgres.url('postgres'))
  return async () => {
    await postgres.stop('immediate')
    rmSync(directory, { recursive: true, force: true })
  }
}
