import type { AddressInfo } from 'node:net'
import { createApp, jobsOf, relay } from './app.ts'
import type { Server, ServerParts } from './cli/run-server.ts'
import { startDemo } from './demo/actions/start-demo.ts'
import { systemClock } from './platform/clock.ts'
import { createOwnerPool, createPool } from './platform/database/pool.ts'
import { createOffices, type Parts } from './platform/http/parts.ts'
import { countUnderWay } from './platform/http/under-way.ts'
import { startJobs } from './platform/jobs.ts'
import { createMailer } from './platform/mail/mailer.ts'
import { makeSetUpLink } from './setup/token.ts'

/** The composition root: configuration → database → jobs → web. What was opened is closed again if a later step fails. */
export async function startServer({
  config,
  log,
  databaseUrl,
  rootKey,
  ...start
}: ServerParts): Promise<Server> {
  const opened = new AsyncDisposableStack()
  try {
    const pool = createPool(databaseUrl)
    opened.defer(() => pool.end())
    const owner = createOwnerPool(databaseUrl, 4)
    opened.defer(() => owner.end())
    const mailer = createMailer(config, log)
    opened.defer(() => mailer.close())

    const clock = systemClock
    const offices = createOffices(pool, clock, rootKey, relay)
    let baseUrl = config.baseUrl ?? ''
    const parts: Parts = { config, log, clock, pool, owner, rootKey, offices, mailer, baseUrl: () => baseUrl }

    if (start.demo) await startDemo(parts, start.t, start.say)
    const app = await createApp(parts)
    opened.defer(() => app.close())
    const underWay = countUnderWay(app.server)
    await app.listen({ host: config.host, port: config.port })
    baseUrl ||= reachableAt(config.host, (app.server.address() as AddressInfo).port)
    const worker = await startJobs(databaseUrl, log, jobsOf(parts), { isBusy: () => underWay() > 2 })
    opened.defer(() => worker.stop())

    const setUpPath = await makeSetUpLink(parts)
    return {
      address: baseUrl,
      setupLink: setUpPath && `${baseUrl}${setUpPath}`,
      stop: () => opened.disposeAsync(),
    }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

// An address that listens on every interface is no address to go to; this machine's own name for itself is.
function reachableAt(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
