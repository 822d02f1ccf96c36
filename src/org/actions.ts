import { packOf } from '../packs/reads.ts'
import type { Query } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import { BadInput, Conflict, NotAllowed, NotFound } from '../platform/errors.ts'
import type { Office } from '../platform/office.ts'
import { type Job, type NewEvent, perform } from '../platform/perform.ts'
import { type Author, lockStream, newStream, type Stream } from '../platform/stream.ts'
import { v7 } from '../platform/uuid.ts'
import { type Action, type Actor, may, oversightFunction, type Role } from './may.ts'
import { orgActions } from './permissions.ts'
import { forgetOrganisation, type Name, readOrganisation, type Unit } from './reads.ts'
import { deleteGrant, insertGrant, insertStaff, saveUnit, setStaffActive, updateStaff } from './store.ts'

/** Who changes the organisation: a member of staff, or the installation itself at set-up and on the command line. */
export type OrgActor = Actor | 'set-up'

/** Opens the organisation's own chain with its two top units: the institution, and the oversight office beside it. */
export async function foundOrganisation(office: Office, root: Unit, oversight: Unit): Promise<void> {
  const { tenant } = office
  await perform(office, { kind: 'system', name: 'set-up' }, async () => {
    const founded: NewEvent = {
      type: 'org.founded',
      data: {
        name: { ...tenant.name },
        language: tenant.language,
        timeZone: tenant.timeZone,
        pack: `${tenant.packId}@${tenant.packVersion}`,
      },
    }
    return {
      result: undefined,
      changes: [
        {
          stream: newStream(office, 'org', tenant.streamId),
          events: [founded, unitAdded(root), unitAdded(oversight)],
          writes: [saveUnit(tenant.id, root), saveUnit(tenant.id, oversight)],
        },
      ],
    }
  })
}

/** What a new unit needs. */
export type UnitInput = {
  parentId: string
  name: Name
  functions: readonly string[]
  areas: readonly Name[]
  intake?: boolean
}

/** Adds a unit below another. */
export async function addUnit(office: Office, actor: OrgActor, input: UnitInput): Promise<string> {
  return change(office, actor, orgActions.manageUnits, async tx => {
    const parent = (await readOrganisation(tx)).units.get(input.parentId)
    if (!parent) throw new NotFound('unit')
    refuseUnknown(office, input.functions)
    const id = v7()
    const unit: Unit = {
      ...input,
      id,
      path: [...parent.path, id],
      intake: input.intake ?? false,
      active: true,
    }
    return { result: id, events: [unitAdded(unit)], writes: [saveUnit(tx.tenant, unit)] }
  })
}

/** Functions are what the rules route by; one that they do not know would get nothing. What a unit has it may keep. */
function refuseUnknown({ tenant }: Office, wanted: readonly string[], had: readonly string[] = []): void {
  const known = new Set([...packOf(tenant).categories.map(one => one.function), oversightFunction, ...had])
  const unknown = wanted.find(one => !known.has(one))
  if (unknown !== undefined)
    throw new BadInput([{ field: 'functions', text: 'org.functions.unknown', values: { code: unknown } }])
}

/** Changes what a unit is called, handles and covers. */
export async function changeUnit(
  office: Office,
  actor: OrgActor,
  id: string,
  input: Pick<Unit, 'name' | 'functions' | 'areas' | 'intake' | 'active'>,
): Promise<void> {
  return change(office, actor, orgActions.manageUnits, async tx => {
    const { units } = await readOrganisation(tx)
    const unit = units.get(id)
    if (!unit) throw new NotFound('unit')
    refuseUnknown(office, input.functions, unit.functions)
    const changed = { ...unit, ...input }
    refuseGap(
      [...units.values()].map(one => (one.id === id ? changed : one)),
      changed,
    )
    const event: NewEvent = { type: 'org.unit-changed', data: { unit: unitFacts(changed) } }
    return { result: undefined, events: [event], writes: [saveUnit(tx.tenant, changed)] }
  })
}

/** What a new member of staff needs. `accountId` is their sign-in, made by the identity feature. */
export type StaffInput = {
  name: string
  title: Partial<Name>
  email: string
  accountId: string | null
  grants: readonly { unitId: string; role: Role }[]
}

/** Adds a member of staff with their first roles. */
export async function addStaff(office: Office, actor: OrgActor, input: StaffInput): Promise<string> {
  return change(office, actor, orgActions.manageStaff, async (tx, now) => {
    const { officers } = await readOrganisation(tx)
    if (officers.values().some(officer => officer.email === input.email))
      throw new Conflict('org.email-taken')
    const id = v7()
    const added: NewEvent = {
      type: 'org.staff-added',
      data: { staffId: id },
      sealed: { name: input.name, title: { ...input.title }, email: input.email },
    }
    const granted = input.grants.map(grant => ({ type: 'org.role-granted', data: { staffId: id, ...grant } }))
    return {
      result: id,
      events: [added, ...granted],
      writes: [
        insertStaff(tx.tenant, { id, ...input }, now),
        ...input.grants.map(grant => insertGrant(tx.tenant, id, grant.unitId, grant.role)),
      ],
    }
  })
}

/** Changes what a member of staff is called and where they get e-mail, which is also what they sign in with. */
export async function changeStaff(
  office: Office,
  actor: OrgActor,
  staffId: string,
  input: Pick<StaffInput, 'name' | 'title' | 'email'>,
): Promise<void> {
  return change(office, actor, orgActions.manageStaff, async tx => {
    const { officers } = await readOrganisation(tx)
    if (!officers.has(staffId)) throw new NotFound('staff')
    if (officers.values().some(one => one.email === input.email && one.id !== staffId))
      throw new Conflict('org.email-taken')
    const event: NewEvent = {
      type: 'org.staff-changed',
      data: { staffId },
      sealed: { name: input.name, title: { ...input.title }, email: input.email },
    }
    return { result: undefined, events: [event], writes: [updateStaff(tx.tenant, staffId, input)] }
  })
}

/** Gives a member of staff a role over a unit and all below it. */
export async function grantRole(
  office: Office,
  actor: OrgActor,
  staffId: string,
  unitId: string,
  role: Role,
): Promise<void> {
  return change(office, actor, orgActions.manageStaff, async tx => ({
    result: undefined,
    events: [{ type: 'org.role-granted', data: { staffId, unitId, role } }],
    writes: [insertGrant(tx.tenant, staffId, unitId, role)],
  }))
}

/** Takes a role back. The last administrator keeps theirs, or nobody could mend anything. */
export async function revokeRole(
  office: Office,
  actor: OrgActor,
  staffId: string,
  unitId: string,
  role: Role,
): Promise<void> {
  return change(office, actor, orgActions.manageStaff, async tx => {
    if (role === 'administrator') await refuseLastAdministrator(tx, staffId)
    return {
      result: undefined,
      events: [{ type: 'org.role-revoked', data: { staffId, unitId, role } }],
      writes: [deleteGrant(tx.tenant, staffId, unitId, role)],
    }
  })
}

/** Ends a person's place on the staff: they can no longer sign in, and what they did keeps their name. */
export async function endStaff(office: Office, actor: OrgActor, staffId: string): Promise<void> {
  return change(office, actor, orgActions.manageStaff, async tx => {
    await refuseLastAdministrator(tx, staffId)
    return {
      result: undefined,
      events: [{ type: 'org.staff-ended', data: { staffId } }],
      writes: [setStaffActive(tx.tenant, staffId, false)],
    }
  })
}

/** Brings a person back onto the staff, with the roles they had. */
export async function restoreStaff(office: Office, actor: OrgActor, staffId: string): Promise<void> {
  return change(office, actor, orgActions.manageStaff, async tx => {
    const officer = (await readOrganisation(tx)).officers.get(staffId)
    if (!officer) throw new NotFound('staff')
    return {
      result: undefined,
      events: [{ type: 'org.staff-restored', data: { staffId } }],
      writes: [setStaffActive(tx.tenant, staffId, true)],
    }
  })
}

type OrgOutcome<R> = {
  result: R
  events: [NewEvent, ...NewEvent[]]
  writes: Parameters<Tx['run']>[0][]
  jobs?: readonly Job[]
}

/** One change of the organisation: who may, then its event and rows on the organisation's chain. */
export async function change<R>(
  office: Office,
  actor: OrgActor,
  action: Action,
  work: (tx: Tx, now: Temporal.Instant) => Promise<OrgOutcome<R>>,
): Promise<R> {
  if (actor !== 'set-up' && !may(actor, action, { unitPath: [] })) throw new NotAllowed()
  const result = await perform(office, authorOf(actor), async (tx, now) => {
    const stream = await lockOrganisation(office, tx)
    const { result, events, writes, jobs = [] } = await work(tx, now)
    return { result, changes: [{ stream, events, writes }], jobs }
  })
  forgetOrganisation(office.pool)
  return result
}

/** Who stands in the record for somebody who changes the organisation. */
export function authorOf(actor: OrgActor): Author {
  return actor === 'set-up' ? { kind: 'system', name: 'set-up' } : { kind: 'staff', id: actor.staffId }
}

/** Writes what happened at the organisation's own doors, such as sign-in, on its chain. */
export async function recordOnOrganisation(
  office: Office,
  author: Author,
  event: NewEvent,
  writes: (now: Temporal.Instant) => readonly Query[] = () => [],
): Promise<void> {
  await perform(office, author, async (tx, now) => {
    const stream = await lockOrganisation(office, tx)
    return { result: undefined, changes: [{ stream, events: [event], writes: writes(now) }] }
  })
}

/** Locks the organisation's chain for this transaction. */
export async function lockOrganisation(office: Office, tx: Tx): Promise<Stream> {
  const stream = await lockStream(office, tx, office.tenant.streamId)
  if (!stream) throw new NotFound('organisation')
  return stream
}

// What no unit is found for must go somewhere, and what stands below a unit stands on it.
function refuseGap(units: readonly Unit[], changed: Unit): void {
  if (!units.some(unit => unit.active && unit.intake)) throw new Conflict('org.last-intake')
  // Below the institution it would be one of those that a complaint about the whole is about (promise 9).
  if (!units.some(unit => unit.active && !unit.parentId && unit.functions.includes(oversightFunction)))
    throw new Conflict('org.last-oversight')
  if (!changed.active && units.some(unit => unit.active && unit.parentId === changed.id))
    throw new Conflict('org.units-below')
}

async function refuseLastAdministrator(tx: Tx, staffId: string): Promise<void> {
  const { officers } = await readOrganisation(tx)
  const others = officers
    .values()
    .filter(officer => officer.active && officer.id !== staffId)
    .some(officer => officer.grants.some(grant => grant.role === 'administrator'))
  if (!others) throw new Conflict('org.last-administrator')
}

/** The fact that a unit was added. */
export function unitAdded(unit: Unit): NewEvent {
  return { type: 'org.unit-added', data: { unit: unitFacts(unit) } }
}

function unitFacts({ id, parentId, path, name, functions, areas, intake, active }: Unit) {
  return {
    id,
    parentId,
    path: [...path],
    name: { ...name },
    functions: [...functions],
    areas: areas.map(area => ({ ...area })),
    intake,
    active,
  }
}
