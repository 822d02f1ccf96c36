import { inTransaction } from '../platform/database/tx.ts'
import type { Parts } from '../platform/http/parts.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import type { Jobs } from '../platform/jobs.ts'
import { MailFailed } from '../platform/mail/message.ts'
import { senderAddress } from '../platform/mail/smtp.ts'
import { enqueue } from '../platform/perform.ts'
import type { DisabledPayload } from './actions/disable-failing.ts'
import { deliver } from './deliver.ts'
import { disabledLetters } from './disabled-letter.ts'
import { type RelayPayload, relay } from './relay.ts'
import { type SendPayload, sendJob } from './send-job.ts'
import { forgetMessages } from './store.ts'

// Of the worker's four places: receivers that take their time must not keep letters and the deadline pass from theirs.
const mostAtOnce = 2
const keptDays = 30

/** The work of webhooks: making messages of events, sending them, telling of endpoints that failed, forgetting. */
export function webhookJobs(parts: Parts): Jobs {
  const { offices, mailer, log, config, baseUrl } = parts
  const allowed = allowedNetworks(config.webhookAllowPrivate)
  let sending = 0
  return {
    tasks: {
      'relay-webhooks': async payload => {
        const given = payload as RelayPayload
        await relay(await offices.forTenant(given.tenant), given)
      },
      'send-webhooks': async payload => {
        const { tenant, endpointId } = payload as SendPayload
        const office = await offices.forTenant(tenant)
        if (sending >= mostAtOnce) {
          const later = office.clock.now().add({ seconds: 1 })
          return inTransaction(office.pool, tenant, tx => tx.run(enqueue(sendJob(tenant, endpointId, later))))
        }
        sending++
        try {
          await deliver(office, endpointId, allowed)
        } finally {
          sending--
        }
      },
      'tell-webhook-disabled': async payload => {
        const { tenant, endpointId } = payload as DisabledPayload
        const office = await offices.forTenant(tenant)
        const { address } = senderAddress(config.smtpUrl, new URL(baseUrl()).hostname, '')
        const link = `${baseUrl()}/organisation/webhooks/${endpointId}`
        for (const letter of await disabledLetters(office, endpointId, { address, link })) {
          await mailer.send(letter).catch((error: unknown) => {
            if (!(error instanceof MailFailed) || error.retryable) throw error
            log.warn({ mail: letter.id }, 'word of a disabled webhook cannot be delivered to its address')
          })
        }
      },
      'forget-webhooks': async () => {
        for (const office of await offices.all()) {
          const before = office.clock.now().subtract({ hours: 24 * keptDays })
          await inTransaction(office.pool, office.tenant.id, tx =>
            tx.run(forgetMessages(office.tenant.id, before)),
          )
        }
      },
    },
    daily: ['forget-webhooks'],
  }
}
