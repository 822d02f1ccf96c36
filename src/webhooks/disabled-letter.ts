import { may } from '../org/may.ts'
import { findOrganisation } from '../org/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { translator } from '../platform/i18n/translator.ts'
import type { Mail } from '../platform/mail/message.ts'
import type { Office } from '../platform/office.ts'
import { webhookActions } from './permissions.ts'
import { findEndpoint } from './reads.ts'
import { patienceDays } from './rules/schedule.ts'

/** The e-mails that an endpoint was disabled: one to each administrator, in the language of the office. */
export async function disabledLetters(
  office: Office,
  endpointId: string,
  { address, link }: { address: string; link: string },
): Promise<Mail[]> {
  const { tenant, pool, clock } = office
  const { endpoint, organisation } = await inSnapshot(pool, tenant.id, async tx => ({
    endpoint: await findEndpoint(tx, endpointId),
    organisation: await findOrganisation(pool, tx),
  }))
  if (!endpoint?.disabledAt) return []
  const t = translator(tenant.language)
  const host = new URL(endpoint.url).host
  const why =
    endpoint.disabledBecause === 'gone'
      ? t('webhooks.letter.gone', { host })
      : t('webhooks.letter.failing', { host, days: patienceDays })
  const text = `${[why, t('webhooks.letter.what'), link].join('\n\n')}\n`
  const at = endpoint.disabledAt
  return [...organisation.officers.values()]
    .filter(({ active, id, name, grants }) => {
      const actor = { staffId: id, name, grants }
      return active && may(actor, webhookActions.manageWebhooks, { unitPath: [] })
    })
    .map(officer => ({
      id: `webhook.${tenant.id}.${endpointId}.${at.epochMilliseconds}.${officer.id}`,
      at: clock.now(),
      from: { name: tenant.name[tenant.language], address },
      to: officer.email,
      subject: t('webhooks.letter.subject', { host }),
      text,
    }))
}
