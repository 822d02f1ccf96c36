import { z } from 'zod'
import { findCalendar, readCalendar } from '../../obligations/reads.ts'
import { changeSettings, publishCalendar } from '../../org/actions/settings.ts'
import { withYear } from '../../org/calendar-days.ts'
import { findPack, listPacks, packOf } from '../../packs/reads.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { BadInput, Conflict, type Fault } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { type Operation, operation } from '../operation.ts'
import { MovedOn } from '../problem.ts'
import { requireVersion } from '../version.ts'
import { bothNames, language } from '../views/common.ts'
import { calendarSchema, yearFields } from '../views/organisation.ts'

const settingsFields = {
  name: bothNames,
  language,
  rules: z.string().meta({ description: 'api.field.settings.rules' }),
}
const settingsSchema = z.object(settingsFields).meta({ id: 'Settings' })

const find = operation({
  id: 'find-settings',
  tag: 'administration',
  method: 'get',
  path: '/settings',
  who: 'staff',
  scope: 'admin',
  status: 200,
  result: settingsSchema,
  answer: async ({ office: { tenant } }) => {
    const { name, language, packId, packVersion } = tenant
    return { body: { name: { ...name }, language, rules: `${packId}@${packVersion}` } }
  },
})

const change = operation({
  id: 'change-settings',
  tag: 'administration',
  method: 'put',
  path: '/settings',
  who: 'staff',
  scope: 'admin',
  body: z.strictObject(settingsFields),
  status: 200,
  result: settingsSchema,
  answer: async ({ office, actor, parts, body }) => {
    if (![...listPacks().keys()].some(key => key === body.rules))
      throw new BadInput([{ field: 'rules', text: 'org.pack.missing' }])
    const { id: packId, version: packVersion } = findPack(body.rules)
    await changeSettings(office, actor, { name: body.name, language: body.language, packId, packVersion })
    parts.offices.forget()
    return { body }
  },
})

const calendar = operation({
  id: 'find-calendar',
  tag: 'organisation',
  method: 'get',
  path: '/calendar',
  who: 'program',
  status: 200,
  result: calendarSchema,
  versioned: true,
  answer: async ({ office }) => {
    const { pool, tenant } = office
    const now = await inSnapshot(pool, tenant.id, tx => findCalendar(pool, tx, packOf(tenant).calendar))
    return { body: now, version: now.version }
  },
})

const publish = operation({
  id: 'publish-calendar-year',
  tag: 'administration',
  method: 'put',
  path: '/calendar/{year}',
  who: 'staff',
  scope: 'admin',
  params: z.object({ year: z.string().regex(/^(19|20|21)\d\d$/) }),
  body: z.strictObject(yearFields),
  status: 200,
  result: calendarSchema,
  versioned: true,
  answer: async call => {
    const { office, actor, params, body } = call
    const { halfDays, ...days } = body
    refuseDays(params.year, body)
    const before = await calendarNow(office)
    requireVersion(call, before.version)
    const next = withYear(before, params.year, { ...days, ...(halfDays && { halfDays }) })
    try {
      await publishCalendar(office, actor, next, before.version)
    } catch (error) {
      // Published by somebody else between the look and the lock.
      throw error instanceof Conflict && call.ifMatch ? new MovedOn() : error
    }
    const after = await calendarNow(office)
    return { body: after, version: after.version }
  },
})

function calendarNow({ pool, tenant }: Office) {
  return inSnapshot(pool, tenant.id, tx => readCalendar(tx, packOf(tenant).calendar))
}

type Days = { date: string }[]

/** @throws BadInput for each day that is of another year, or that stands there twice. */
function refuseDays(
  year: string,
  { holidays, makeup, halfDays = [] }: { holidays: Days; makeup: Days; halfDays?: Days | undefined },
): void {
  const seen = new Set<string>()
  const faults: Fault[] = []
  for (const [list, days] of Object.entries({ holidays, makeup, halfDays })) {
    for (const [at, { date }] of days.entries()) {
      const field = `${list}.${at}.date`
      if (!date.startsWith(`${year}-`)) faults.push({ field, text: 'api.fault.other-year', values: { year } })
      else if (seen.has(date)) faults.push({ field, text: 'api.fault.day-twice', values: { date } })
      seen.add(date)
    }
  }
  if (faults.length > 0) throw new BadInput(faults)
}

/** The calendar for everybody, and the settings of the institution for administrators. */
export const calendarOperations: readonly Operation[] = [calendar]
export const settingsOperations: readonly Operation[] = [find, change, publish]
