import { isDeepStrictEqual } from 'node:util'
import { forgetCalendars } from '../../obligations/reads.ts'
import { type Query, q } from '../../platform/database/query.ts'
import type { Tx } from '../../platform/database/tx.ts'
import { absent, present, sealed } from '../../platform/difference.ts'
import { forgetOrganisation } from '../reads.ts'
import {
  foldOrganisation,
  grantKey,
  type OrgRecord,
  orgFactTypes,
  type RecordedGrant,
  type RecordedStaff,
} from '../rules.ts'
import { deleteGrant, insertCalendar, insertGrant, saveUnit } from '../store.ts'
import { type Rebuild, type Report, rebuildFrom } from './compare-record.ts'

/**
 * Rebuilds the organisation of a tenant (settings, units, staff, roles, calendars) from the events of its chain and
 * reports what had differed; with `mend: false` it only reports. What no event tells (the language a member of staff
 * reads in, a host name) is left as it is.
 */
export const rebuildOrganisation: Rebuild = async (office, found, options) => {
  await rebuildRows(office, found, options)
  forgetOrganisation(office.pool)
  forgetCalendars(office.pool)
}

const rebuildRows = rebuildFrom(orgFactTypes, async (tx, facts, report) => {
  const record = foldOrganisation(facts)
  // In the order in which one row needs the other.
  await compareSettings(tx, record, report)
  await compareUnits(tx, record, report)
  await compareStaff(tx, record, report)
  await compareGrants(tx, record, report)
  await compareCalendars(tx, record, report)
})

async function compareSettings(tx: Tx, { settings }: OrgRecord, report: Report): Promise<void> {
  const row = await tx.one(q.selectFrom('tenants').selectAll().where('tenant_id', '=', tx.tenant))
  const { name, language, timeZone, packId, packVersion } = settings
  const is = {
    ...(name && { name: { ...name } }),
    language,
    time_zone: timeZone,
    pack_id: packId,
    pack_version: packVersion,
  }
  for (const [column, value] of Object.entries(is)) {
    const was = row[column as keyof typeof is]
    if (isDeepStrictEqual(was, value)) continue
    // Dates were counted in the zone a tenant was founded in; the application may not write it.
    if (column === 'time_zone') {
      report('tenants.time_zone', was, value)
      continue
    }
    const set = { [column]: column === 'name' ? JSON.stringify(value) : value }
    report(
      `tenants.${column}`,
      was,
      value,
      q.updateTable('tenants').set(set).where('tenant_id', '=', tx.tenant),
    )
  }
}

async function compareUnits(tx: Tx, { units }: OrgRecord, report: Report): Promise<void> {
  const rows = await tx.all(q.selectFrom('units').selectAll().where('tenant_id', '=', tx.tenant))
  const known = new Map(rows.map(row => [row.id, row]))
  for (const unit of units.values()) {
    const row = known.get(unit.id)
    known.delete(unit.id)
    const was = row && {
      id: row.id,
      parentId: row.parent_id,
      path: row.path,
      name: row.name,
      functions: row.functions,
      areas: row.areas,
      intake: row.intake,
      active: row.active,
    }
    if (!isDeepStrictEqual(was, unit)) report(`units.${unit.id}`, was, unit, saveUnit(tx.tenant, unit))
  }
  // Cases or roles may hang on it, so it is for a person to say what becomes of it.
  for (const extra of known.values()) report(`units.${extra.id}`, extra.name, undefined)
}

async function compareStaff(tx: Tx, { staff }: OrgRecord, report: Report): Promise<void> {
  const rows = await tx.all(q.selectFrom('staff').selectAll().where('tenant_id', '=', tx.tenant))
  const known = new Map(rows.map(row => [row.id, row]))
  const ofStaff = (id: string) =>
    q.updateTable('staff').where('tenant_id', '=', tx.tenant).where('id', '=', id)
  for (const person of staff.values()) {
    const row = known.get(person.id)
    known.delete(person.id)
    if (!row) {
      report(`staff.${person.id}`, absent, present, insertRecorded(tx.tenant, person))
      continue
    }
    // Who somebody is stands in sealed events, so it is not printed here either.
    const { id, name, email, title, active } = person
    if (row.name !== name || row.email !== email)
      report(`staff.${id}.name`, sealed, sealed, ofStaff(id).set({ name, email }))
    if (title && !isDeepStrictEqual(row.title, title))
      report(`staff.${id}.title`, row.title, title, ofStaff(id).set({ title: JSON.stringify(title) }))
    if (row.active !== active) report(`staff.${id}.active`, row.active, active, ofStaff(id).set({ active }))
    if (person.linked && row.account_id !== id)
      report(`staff.${id}.account_id`, row.account_id, id, ofStaff(id).set({ account_id: id }))
  }
  for (const { id, active } of known.values()) {
    // A row stays for good, whoever made it; without roles and inactive it lets nobody in.
    const roles = q.deleteFrom('grants').where('tenant_id', '=', tx.tenant).where('staff_id', '=', id)
    if (active) report(`staff.${id}.active`, active, false, roles, ofStaff(id).set({ active: false }))
    report(`staff.${id}`, present, absent)
  }
}

function insertRecorded(tenant: number, person: RecordedStaff): Query {
  return q.insertInto('staff').values({
    tenant_id: tenant,
    id: person.id,
    account_id: person.linked ? person.id : null,
    name: person.name,
    title: JSON.stringify(person.title ?? {}),
    email: person.email,
    active: person.active,
    created_at: person.addedAt,
  })
}

async function compareGrants(tx: Tx, { grants, staff }: OrgRecord, report: Report): Promise<void> {
  const rows = await tx.all(q.selectFrom('grants').selectAll().where('tenant_id', '=', tx.tenant))
  const known = new Map(
    rows.map(row => {
      const grant = { staffId: row.staff_id, unitId: row.unit_id, role: row.role } as RecordedGrant
      return [grantKey(grant), grant]
    }),
  )
  for (const [key, { staffId, unitId, role }] of grants) {
    if (!known.delete(key))
      report(`grants.${staffId}`, undefined, { unitId, role }, insertGrant(tx.tenant, staffId, unitId, role))
  }
  for (const { staffId, unitId, role } of known.values()) {
    // Those of a row that nobody added go with it.
    if (staff.has(staffId))
      report(`grants.${staffId}`, { unitId, role }, undefined, deleteGrant(tx.tenant, staffId, unitId, role))
  }
}

async function compareCalendars(tx: Tx, { calendars }: OrgRecord, report: Report): Promise<void> {
  const rows = await tx.all(q.selectFrom('calendars').selectAll().where('tenant_id', '=', tx.tenant))
  const known = new Map(rows.map(row => [`${row.id} ${row.version}`, row]))
  for (const { id, version, data, publishedAt } of calendars) {
    const row = known.get(`${id} ${version}`)
    known.delete(`${id} ${version}`)
    const what = `calendars.${id}.${version}`
    if (!row) {
      const write = data === undefined ? [] : [insertCalendar(tx.tenant, id, version, data, publishedAt)]
      report(what, absent, present, ...write)
      // A version may not be changed once it is written; another one has to be published.
    } else if (data !== undefined && !isDeepStrictEqual(row.data, data)) report(what, sealed, sealed)
  }
  for (const key of known.keys()) report(`calendars.${key}`, present, absent)
}
