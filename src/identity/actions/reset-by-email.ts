import { inSnapshot } from '../../platform/database/tx.ts'
import type { Parts } from '../../platform/http/parts.ts'
import { isLang } from '../../platform/i18n/languages.ts'
import { translator } from '../../platform/i18n/translator.ts'
import { senderAddress } from '../../platform/mail/smtp.ts'
import type { Office } from '../../platform/office.ts'
import { perform } from '../../platform/perform.ts'
import { findStaffByEmail, normalEmail } from '../reads.ts'
import { signInSystem } from '../record.ts'
import { openField, sealField } from '../sealed-field.ts'
import { issueLink } from './links.ts'

/** The job that looks an address up and sends the link, if there is somebody to send it to. */
export const sendResetLinkTask = 'identity-send-reset-link'

type Payload = { tenant: number; sealed: string; origin: string; key: string }

/**
 * Asks for a link by e-mail. Nothing is looked up here: whoever asks learns neither from the answer nor from the time
 * it takes whether there is such an account. `origin` is where the link leads, such as `https://answers.example.org`.
 */
export async function requestResetLink(office: Office, email: string, origin: string): Promise<void> {
  const key = crypto.randomUUID()
  const sealed = sealField(office, sendResetLinkTask, normalEmail(email))
  const payload: Payload = { tenant: office.tenant.id, sealed, origin, key }
  const job = { task: sendResetLinkTask, payload }
  await perform(office, signInSystem, async () => ({ result: undefined, changes: [], jobs: [job] }))
}

/** Sends the link that was asked for. */
export async function sendResetLink(parts: Parts, payload: unknown): Promise<void> {
  const { tenant, sealed, origin, key } = payload as Payload
  const office = await parts.offices.forTenant(tenant)
  const email = openField(office, sendResetLinkTask, sealed)
  if (typeof email !== 'string') return // asked for more than an hour ago
  const staff = await inSnapshot(office.pool, tenant, tx => findStaffByEmail(tx, email))
  if (!staff) return
  const link = `${origin}${await issueLink(parts, office, 'e-mail', staff.id)}`
  const lang = isLang(staff.language) ? staff.language : office.tenant.language
  const t = translator(lang)
  const institution = office.tenant.name[lang]
  await parts.mailer.send({
    id: `reset/${key}`,
    at: office.clock.now(),
    from: senderAddress(parts.config.smtpUrl, URL.parse(origin)?.hostname ?? 'localhost', institution),
    to: staff.email,
    subject: t('identity.reset-mail.subject', { institution }),
    text: t('identity.reset-mail.text', { name: staff.name, institution, link }),
  })
}
