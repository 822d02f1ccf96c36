import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { createApp, jobsOf } from './app.ts'
import type { Server, ServerParts } from './cli/run-server.ts'
import { systemClock } from './platform/clock.ts'
import { createPool } from './platform/database/pool.ts'
import { createOffices, type Parts } from './platform/http/parts.ts'
import { startJobs } from './platform/jobs.ts'
import { createMailer } from './platform/mail/mailer.ts'

/** The composition root: configuration → database → jobs → web. */
export async function startServer({ config, log, databaseUrl, rootKey }: ServerParts): Promise<Server> {
  const pool = createPool(databaseUrl)
  const owner = new pg.Pool({ connectionString: databaseUrl, max: 4, application_name: 'answerable owner' })
  owner.on('error', () => {})
  const clock = systemClock
  const mailer = createMailer(config, log)
  const offices = createOffices(pool, clock, rootKey)
  let baseUrl = config.baseUrl ?? ''
  const parts: Parts = { config, log, clock, pool, owner, rootKey, offices, mailer, baseUrl: () => baseUrl }
  const app = await createApp(parts)
  const worker = await startJobs(databaseUrl, log, jobsOf(parts))
  await app.listen({ host: config.host, port: config.port })
  const { port } = app.server.address() as AddressInfo
  baseUrl = config.baseUrl ?? `http://${config.host}:${port}`
  return {
    address: baseUrl,
    async stop() {
      await app.close()
      await worker.stop()
      await Promise.all([pool.end(), owner.end(), mailer.close()])
    },
  }
}
