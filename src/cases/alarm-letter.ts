import { findOrganisation } from '../org/reads.ts'
import { findPack } from '../packs/reads.ts'
import { findDeadline } from '../packs/rules.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { formatDateTime } from '../platform/i18n/dates.ts'
import { type T, translator } from '../platform/i18n/translator.ts'
import type { Mail } from '../platform/mail/message.ts'
import type { Office } from '../platform/office.ts'
import type { AlarmPayload } from './actions/deadline-pass.ts'
import type { Letterhead } from './notice-letter.ts'
import { findCase } from './reads.ts'

/**
 * The e-mails of an alarm: one to each official who is told, in the language of the office. They name the case by its
 * number only; who filed it and what it says stays in the case.
 */
export async function alarmLetters(
  office: Office,
  { caseId, obligationId, stage, staffIds }: AlarmPayload,
  { address, linkTo }: Letterhead,
): Promise<Mail[]> {
  const { record, organisation } = await inSnapshot(office.pool, office.tenant.id, async tx => ({
    record: await findCase(office, tx, caseId),
    organisation: await findOrganisation(office.pool, tx),
  }))
  const clock = record?.state.obligations.find(one => one.id === obligationId)
  if (!record || !clock) return []
  const { language, timeZone, name } = office.tenant
  const t = translator(language)
  const { state } = record
  const nameOf = (id: string | null) => organisation.officers.get(id ?? '')?.name ?? t('alarms.nobody')
  const values = {
    number: state.number,
    what: findDeadline(findPack(state.pack), clock.rule)?.name[language] ?? clock.kind,
    due: formatDateTime(Temporal.Instant.from(clock.due), language, timeZone),
    unit: organisation.units.get(state.unitId)?.name[language] ?? '',
    owner: nameOf(state.ownerId),
    lead: nameOf(state.leadId),
    stage: stage.replaceAll('-', '_'),
    link: linkTo(state.number),
  }
  const subject = t('alarms.subject', values)
  const text = textOf(t, values, stage !== 'half' && stage !== 'four-fifths')
  return staffIds.flatMap(staffId => {
    const officer = organisation.officers.get(staffId)
    if (!officer?.active) return []
    const id = `alarm.${office.tenant.id}.${caseId}.${obligationId}.${stage}.${staffId}`
    return [
      {
        id,
        at: office.clock.now(),
        from: { name: name[language], address },
        to: officer.email,
        subject,
        text,
      },
    ]
  })
}

function textOf(t: T, values: Record<string, string>, late: boolean): string {
  const first = late ? t('alarms.late', values) : t('alarms.what', values)
  return [first, t('alarms.unit', values), t('alarms.why', values), t('alarms.open', values)]
    .join('\n\n')
    .concat('\n')
}
