import type { Query } from '../../platform/database/query.ts'
import { NotAllowed } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { type NewEvent, perform } from '../../platform/perform.ts'
import { authorOf, lockOrganisation, type OrgActor, type StaffInput, unitAdded } from '../actions.ts'
import { type Action, may, type Role } from '../may.ts'
import { orgActions } from '../permissions.ts'
import { forgetOrganisation, type Organisation, readOrganisation, type Unit } from '../reads.ts'
import { insertGrant, insertStaff, saveUnit } from '../store.ts'

/** Members of staff to add, and roles to give to those who are here. */
export type StaffToAdd = {
  staff: readonly (StaffInput & { id: string })[]
  grants: readonly { staffId: string; unitId: string; role: Role }[]
}

/**
 * Adds many units at once. `choose` is asked under the lock of the chain, with the organisation as it then is, so that
 * two at once add nothing twice.
 */
export function addUnits<R>(
  office: Office,
  actor: OrgActor,
  choose: (organisation: Organisation) => { units: readonly Unit[]; result: R },
): Promise<R> {
  return addTo(office, actor, orgActions.manageUnits, organisation => {
    const { units, result } = choose(organisation)
    return {
      result,
      events: units.map(unitAdded),
      writes: units.map(unit => saveUnit(office.tenant.id, unit)),
    }
  })
}

/** Adds many members of staff and roles at once, on the same terms. */
export function addStaffAndRoles<R>(
  office: Office,
  actor: OrgActor,
  choose: (organisation: Organisation) => StaffToAdd & { result: R },
): Promise<R> {
  const tenant = office.tenant.id
  return addTo(office, actor, orgActions.manageStaff, (organisation, now) => {
    const { staff, grants, result } = choose(organisation)
    const events: NewEvent[] = staff.map(one => ({
      type: 'org.staff-added',
      data: { staffId: one.id },
      sealed: { name: one.name, title: { ...one.title }, email: one.email },
    }))
    const all = [...staff.flatMap(one => one.grants.map(grant => ({ staffId: one.id, ...grant }))), ...grants]
    for (const grant of all) events.push({ type: 'org.role-granted', data: { ...grant } })
    const writes = [
      ...staff.map(one => insertStaff(tenant, one, now)),
      ...all.map(one => insertGrant(tenant, one.staffId, one.unitId, one.role)),
    ]
    return { result, events, writes }
  })
}

async function addTo<R>(
  office: Office,
  actor: OrgActor,
  action: Action,
  work: (
    organisation: Organisation,
    now: Temporal.Instant,
  ) => { result: R; events: readonly NewEvent[]; writes: readonly Query[] },
): Promise<R> {
  if (actor !== 'set-up' && !may(actor, action, { unitPath: [] })) throw new NotAllowed()
  const result = await perform(office, authorOf(actor), async (tx, now) => {
    const stream = await lockOrganisation(office, tx)
    const { result, events, writes } = work(await readOrganisation(tx), now)
    const [first, ...others] = events
    return { result, changes: first ? [{ stream, events: [first, ...others], writes }] : [] }
  })
  forgetOrganisation(office.pool)
  return result
}
