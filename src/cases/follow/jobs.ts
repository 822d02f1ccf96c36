import { inSnapshot } from '../../platform/database/tx.ts'
import type { Parts } from '../../platform/http/parts.ts'
import { translator } from '../../platform/i18n/translator.ts'
import type { Jobs } from '../../platform/jobs.ts'
import { type Mail, MailFailed } from '../../platform/mail/message.ts'
import type { Office } from '../../platform/office.ts'
import { letterhead } from '../jobs.ts'
import { findCase, openParty } from '../reads.ts'
import { createPass } from './pass.ts'

/** What the job `send-follow-link` is given: the case whose resident asked for a link. No address is in the queue. */
export type FollowLinkPayload = { tenant: number; caseId: string }

/** Sends the link that a resident asked for to the address in their case. */
export function followJobs(parts: Parts): Jobs {
  return {
    tasks: {
      'send-follow-link': async payload => {
        const { tenant, caseId } = payload as FollowLinkPayload
        const { address } = letterhead(parts, () => '')
        const mail = await linkLetter(await parts.offices.forTenant(tenant), caseId, address, parts.baseUrl())
        if (!mail) return
        await parts.mailer.send(mail).catch((error: unknown) => {
          if (!(error instanceof MailFailed) || error.retryable) throw error
          parts.log.warn({ caseId }, 'a link cannot be delivered to its address')
        })
      },
    },
  }
}

/** The e-mail with a link that opens the case for a day; undefined where the case or its address is gone. */
export async function linkLetter(
  office: Office,
  caseId: string,
  address: string,
  baseUrl: string,
): Promise<Mail | undefined> {
  return inSnapshot(office.pool, office.tenant.id, async tx => {
    const record = await findCase(office, tx, caseId)
    const party = record?.key && (await openParty(office, tx, caseId))
    if (!record || !party?.email) return undefined
    const { language, number } = record.state
    const t = translator(language)
    const institution = office.tenant.name[language]
    const at = office.clock.now()
    const link = `${baseUrl}/follow/open?token=${createPass(office, caseId, 'follow-link')}`
    return {
      id: `follow-link.${office.tenant.id}.${caseId}.${at.epochMilliseconds}`,
      at,
      from: { name: institution, address },
      to: party.email,
      subject: t('follow.mail.subject', { number }),
      text: t('follow.mail.text', { number, link, institution }),
    }
  })
}
