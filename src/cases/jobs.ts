import type { Parts } from '../platform/http/parts.ts'
import type { Jobs } from '../platform/jobs.ts'
import { MailFailed } from '../platform/mail/message.ts'
import { senderAddress } from '../platform/mail/smtp.ts'
import { forgetRepeats } from '../platform/perform.ts'
import { isTenantHeld } from '../platform/tenant-hold.ts'
import { type AlarmPayload, runDeadlinePass } from './actions/deadline-pass.ts'
import { endRetention } from './actions/end-retention.ts'
import { type RecomputePayload, recomputeDueDates } from './actions/recompute-due-dates.ts'
import { alarmLetters } from './alarm-letter.ts'
import type { Letterhead } from './notice-letter.ts'

/** The work that time does: the pass over what has come due, its alarms, recounting after a calendar changed, retention. */
export function caseJobs(parts: Parts): Jobs {
  const { offices, log, mailer } = parts
  return {
    tasks: {
      'deadline-pass': async () => {
        // One tenant's trouble is not another's: each is visited, then the first fault is thrown for the retry.
        const faults: unknown[] = []
        for (const office of await offices.all()) {
          try {
            if (await isTenantHeld(parts.pool, office.tenant.id)) continue
            await runDeadlinePass(office, log)
          } catch (error) {
            log.error({ err: error, tenant: office.tenant.id }, 'the deadline pass failed')
            faults.push(error)
          }
        }
        if (faults.length > 0) throw faults[0]
      },
      'send-alarm': async payload => {
        const alarm = payload as AlarmPayload
        const office = await offices.forTenant(alarm.tenant)
        const head = letterhead(parts, number => `${parts.baseUrl()}/cases/${number}`)
        for (const letter of await alarmLetters(office, alarm, head)) {
          await mailer.send(letter).catch((error: unknown) => {
            if (!(error instanceof MailFailed) || error.retryable) throw error
            log.warn({ mail: letter.id }, 'an alarm cannot be delivered to its address')
          })
        }
      },
      'recompute-due-dates': async payload => {
        const { tenant } = payload as RecomputePayload
        await recomputeDueDates(await offices.forTenant(tenant))
      },
      'end-retention': async () => {
        for (const office of await offices.all()) {
          await endRetention(office)
          await forgetRepeats(office, office.clock.now().subtract({ hours: 24 * 30 }))
        }
      },
    },
    everyMinute: ['deadline-pass'],
    daily: ['end-retention'],
  }
}

/** How letters of this installation reach people, and lead back. */
export function letterhead({ config, baseUrl }: Parts, linkTo: Letterhead['linkTo']): Letterhead {
  const { address } = senderAddress(config.smtpUrl, new URL(baseUrl()).hostname, '')
  return { address, linkTo }
}
