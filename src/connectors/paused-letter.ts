import { may } from '../org/may.ts'
import { findOrganisation } from '../org/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { translator } from '../platform/i18n/translator.ts'
import type { Mail } from '../platform/mail/message.ts'
import type { Office } from '../platform/office.ts'
import { connectorActions } from './permissions.ts'
import { findConnection } from './reads.ts'
import { patienceDays } from './rules/schedule.ts'

/** The e-mails that a connection was paused: one to each administrator, in the language of the office. */
export async function pausedLetters(
  office: Office,
  connectionId: string,
  { address, link }: { address: string; link: string },
): Promise<Mail[]> {
  const { tenant, pool, clock } = office
  const { connection, organisation } = await inSnapshot(pool, tenant.id, async tx => ({
    connection: await findConnection(tx, connectionId),
    organisation: await findOrganisation(pool, tx),
  }))
  if (!connection?.pausedAt) return []
  const t = translator(tenant.language)
  const { name, pausedAt } = connection
  const why = t('connectors.letter.why', { name, days: patienceDays })
  const text = `${[why, t('connectors.letter.what'), link].join('\n\n')}\n`
  return [...organisation.officers.values()]
    .filter(({ active, id, name, grants }) => {
      const actor = { staffId: id, name, grants }
      return active && may(actor, connectorActions.manageConnections, { unitPath: [] })
    })
    .map(officer => ({
      id: `connection.${tenant.id}.${connectionId}.${pausedAt.epochMilliseconds}.${officer.id}`,
      at: clock.now(),
      from: { name: tenant.name[tenant.language], address },
      to: officer.email,
      subject: t('connectors.letter.subject', { name }),
      text,
    }))
}
