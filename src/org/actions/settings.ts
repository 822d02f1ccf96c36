import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { WorkingCalendar } from '../../obligations/calendar.ts'
import { forgetCalendars } from '../../obligations/reads.ts'
import { Conflict } from '../../platform/errors.ts'
import type { Lang } from '../../platform/i18n/languages.ts'
import type { Json } from '../../platform/json.ts'
import type { Office } from '../../platform/office.ts'
import { change, type OrgActor } from '../actions.ts'
import { orgActions } from '../permissions.ts'
import type { Name } from '../reads.ts'
import { insertCalendar, newestCalendarVersion, updateSettings } from '../store.ts'

/** What the institution is called, the language it begins in, and the rules that new cases are filed under. */
export type Settings = { name: Name; language: Lang; packId: string; packVersion: number }

/** Changes the settings of the tenant. Cases that run keep the rules they were filed under. */
export async function changeSettings(office: Office, actor: OrgActor, settings: Settings): Promise<void> {
  return change(office, actor, orgActions.manageSettings, async tx => {
    const { name, language, packId, packVersion } = settings
    const data = { name: { ...name }, language, pack: `${packId}@${packVersion}` }
    return {
      result: undefined,
      events: [{ type: 'org.settings-changed', data }],
      writes: [updateSettings(tx.tenant, settings)],
    }
  })
}

/**
 * Publishes the next version of a calendar, unless `previous` is no longer the newest, and has running cases
 * recounted. The event holds the version sealed, so that it can be rebuilt, and its digest, so that anyone who has the
 * version can tell that it is the one.
 */
export async function publishCalendar(
  office: Office,
  actor: OrgActor,
  calendar: WorkingCalendar,
  previous: string | undefined,
): Promise<void> {
  await change(office, actor, orgActions.manageCalendars, async (tx, now) => {
    const newest = await tx.first(newestCalendarVersion(tx.tenant, calendar.id))
    if (previous !== undefined && newest !== undefined && newest.version !== previous)
      throw new Conflict('org.calendar-changed')
    const digest = hash('sha256', canonicalize(calendar) ?? '', 'hex')
    const data = {
      calendar: calendar.id,
      version: calendar.version,
      previous: newest?.version ?? null,
      digest,
    }
    return {
      result: undefined,
      events: [{ type: 'org.calendar-published', data, sealed: calendar as unknown as Json }],
      writes: [insertCalendar(tx.tenant, calendar.id, calendar.version, calendar, now)],
      jobs: [{ task: 'recompute-due-dates', payload: { tenant: tx.tenant }, key: `recompute-${tx.tenant}` }],
    }
  })
  forgetCalendars(office.pool)
}
