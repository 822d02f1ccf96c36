import { type Query, q } from '../platform/database/query.ts'
import type { Role } from './may.ts'
import type { Name, Unit } from './reads.ts'

/** Writes a unit's row, new or changed. */
export function saveUnit(tenant: number, unit: Unit): Query {
  const row = {
    parent_id: unit.parentId,
    path: [...unit.path],
    name: JSON.stringify(unit.name),
    functions: [...unit.functions],
    areas: JSON.stringify(unit.areas),
    intake: unit.intake,
    active: unit.active,
  }
  return q
    .insertInto('units')
    .values({ tenant_id: tenant, id: unit.id, ...row })
    .onConflict(conflict => conflict.columns(['tenant_id', 'id']).doUpdateSet(row))
}

/** Writes a new member of staff. */
export function insertStaff(
  tenant: number,
  staff: { id: string; name: string; title: Partial<Name>; email: string; accountId: string | null },
  now: Temporal.Instant,
): Query {
  return q.insertInto('staff').values({
    tenant_id: tenant,
    id: staff.id,
    account_id: staff.accountId,
    name: staff.name,
    title: JSON.stringify(staff.title),
    email: staff.email,
    created_at: now,
  })
}

/** Writes what a member of staff is called and their e-mail address. */
export function updateStaff(
  tenant: number,
  id: string,
  staff: { name: string; title: Partial<Name>; email: string },
): Query {
  const { name, title, email } = staff
  return q
    .updateTable('staff')
    .set({ name, title: JSON.stringify(title), email })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Ends or restores a person's place on the staff; what they did keeps their name. */
export function setStaffActive(tenant: number, id: string, active: boolean): Query {
  return q.updateTable('staff').set({ active }).where('tenant_id', '=', tenant).where('id', '=', id)
}

/** Gives a role over a unit and all below it. */
export function insertGrant(tenant: number, staffId: string, unitId: string, role: Role): Query {
  return q
    .insertInto('grants')
    .values({ tenant_id: tenant, staff_id: staffId, unit_id: unitId, role })
    .onConflict(conflict => conflict.doNothing())
}

/** Takes a role back. */
export function deleteGrant(tenant: number, staffId: string, unitId: string, role: Role): Query {
  return q
    .deleteFrom('grants')
    .where('tenant_id', '=', tenant)
    .where('staff_id', '=', staffId)
    .where('unit_id', '=', unitId)
    .where('role', '=', role)
}

/** Writes the next version of a calendar; versions are never changed. */
export function insertCalendar(
  tenant: number,
  id: string,
  version: string,
  data: unknown,
  now: Temporal.Instant,
): Query {
  const row = { tenant_id: tenant, id, version, data: JSON.stringify(data), created_at: now }
  return q.insertInto('calendars').values(row)
}

/** The newest version of a calendar. */
export function newestCalendarVersion(tenant: number, id: string): Query<{ version: string }> {
  return q
    .selectFrom('calendars')
    .select('version')
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .orderBy('created_at', 'desc')
    .orderBy('version', 'desc')
    .limit(1)
}

/** Writes the settings of the tenant. */
export function updateSettings(
  tenant: number,
  settings: { name: Name; language: string; packId: string; packVersion: number },
): Query {
  return q
    .updateTable('tenants')
    .set({
      name: JSON.stringify(settings.name),
      language: settings.language,
      pack_id: settings.packId,
      pack_version: settings.packVersion,
    })
    .where('tenant_id', '=', tenant)
}
