import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterAll } from 'vitest'
import { createApp, relay } from '../../src/app.ts'
import type { Clock } from '../../src/platform/clock.ts'
import { readConfig } from '../../src/platform/config.ts'
import { createOffices, type Parts } from '../../src/platform/http/parts.ts'
import { createLog, type Log } from '../../src/platform/log.ts'
import { createMailer } from '../../src/platform/mail/mailer.ts'
import type { TestDatabase } from './database.ts'
import { testRootKey } from './office.ts'

/**
 * The whole web application on a test's database, with its own data directory; `clock` is the test office's. `env` adds
 * settings, `log` takes what is logged.
 */
export async function testApp(
  database: TestDatabase,
  clock: Clock,
  { env = {}, log = createLog('error') }: { env?: Record<string, string>; log?: Log } = {},
): Promise<{ app: FastifyInstance; parts: Parts }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'answerable-app-'))
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'error', ...env })
  const { pool, owner } = database
  const offices = createOffices(pool, clock, testRootKey, relay)
  const mailer = createMailer(config, log)
  const baseUrl = () => 'http://localhost'
  const parts: Parts = { config, log, clock, pool, owner, rootKey: testRootKey, offices, mailer, baseUrl }
  const app = await createApp(parts)
  afterAll(async () => {
    await app.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { app, parts }
}
