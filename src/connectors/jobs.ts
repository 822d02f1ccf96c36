import { inSnapshot, inTransaction } from '../platform/database/tx.ts'
import type { Parts } from '../platform/http/parts.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import type { Jobs } from '../platform/jobs.ts'
import { MailFailed } from '../platform/mail/message.ts'
import { senderAddress } from '../platform/mail/smtp.ts'
import type { Office } from '../platform/office.ts'
import { enqueue } from '../platform/perform.ts'
import type { PausedPayload } from './actions/pause-failing.ts'
import { pausedLetters } from './paused-letter.ts'
import { findConnection, listDue } from './reads.ts'
import { type RelayPayload, relay } from './relay.ts'
import { runConnection } from './run.ts'
import { type RunPayload, runJob } from './run-job.ts'
import { insertWaiting } from './store.ts'

/** The work of connections: what is recorded put on its way, sent and fetched, administrators told of what fails. */
export function connectorJobs(parts: Parts): Jobs {
  const { offices, mailer, log, config, baseUrl } = parts
  const allowed = allowedNetworks(config.webhookAllowPrivate)
  // One of the worker's places: a server that takes its time must not keep letters and the deadline pass from theirs.
  let isRunning = false
  const later = (office: Office, id: string, seconds: number, now = false) =>
    inTransaction(office.pool, office.tenant.id, tx =>
      tx.run(enqueue(runJob(tx.tenant, id, office.clock.now().add({ seconds }), now))),
    )
  return {
    tasks: {
      'relay-connectors': async payload => {
        const given = payload as RelayPayload
        await relay(await offices.forTenant(given.tenant), given)
      },
      'catch-up-connector': async payload => {
        const { tenant, connectionId } = payload as RunPayload
        const office = await offices.forTenant(tenant)
        await inTransaction(office.pool, tenant, async tx => {
          await tx.run(insertWaiting(tenant, { connectionId }, office.clock.now()))
          await tx.run(enqueue(runJob(tenant, connectionId)))
        })
      },
      'run-connector': async payload => {
        const { tenant, connectionId, now } = payload as RunPayload
        const office = await offices.forTenant(tenant)
        if (isRunning) return later(office, connectionId, 1, now)
        isRunning = true
        try {
          const { end } = await runConnection(office, connectionId, {
            allowed,
            baseUrl: config.baseUrl ?? '',
            ...(now && { now }),
          })
          if (end === 'busy') await later(office, connectionId, 2, now)
          if (end === 'more') await later(office, connectionId, 0, now)
          if (end === 'failed' || end === 'waiting') await atItsTime(office, connectionId)
        } finally {
          isRunning = false
        }
      },
      'due-connectors': async () => {
        for (const office of await offices.all()) {
          const { pool, tenant, clock } = office
          const due = await inSnapshot(pool, tenant.id, tx => listDue(tx, clock.now()))
          if (due.length === 0) continue
          await inTransaction(pool, tenant.id, async tx => {
            await Promise.all(due.map(id => tx.run(enqueue(runJob(tenant.id, id)))))
          })
        }
      },
      'tell-connector-paused': async payload => {
        const { tenant, connectionId } = payload as PausedPayload
        const office = await offices.forTenant(tenant)
        const { address } = senderAddress(config.smtpUrl, new URL(baseUrl()).hostname, '')
        const link = `${baseUrl()}/organisation/connections/${connectionId}`
        for (const letter of await pausedLetters(office, connectionId, { address, link })) {
          await mailer.send(letter).catch((error: unknown) => {
            if (!(error instanceof MailFailed) || error.retryable) throw error
            log.warn({ mail: letter.id }, 'word of a paused connection cannot be delivered to its address')
          })
        }
      },
    },
    everyMinute: ['due-connectors'],
  }
}

/** Has a connection called when it is to be tried next; those that fetch come round by themselves. */
async function atItsTime(office: Office, id: string): Promise<void> {
  await inTransaction(office.pool, office.tenant.id, async tx => {
    const connection = await findConnection(tx, id)
    if (!connection || connection.pausedAt) return
    await tx.run(enqueue(runJob(tx.tenant, id, connection.nextAt)))
  })
}
