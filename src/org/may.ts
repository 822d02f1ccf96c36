/** A role a member of staff holds over a unit and all below it. */
export const roles = [
  'front-desk',
  'case-officer',
  'lead',
  'unit-head',
  'supervisor',
  'auditor',
  'administrator',
] as const
export type Role = (typeof roles)[number]

/** The function of the unit, beside the institution, that handles what is about the institution itself. */
export const oversightFunction = 'oversight'

/** A role over a subtree: `unitId` and every unit whose path holds it. */
export type Grant = { readonly role: Role; readonly unitId: string; readonly unitPath: readonly string[] }

/** Who acts: a member of staff with the grants they hold now. */
export type Actor = { readonly staffId: string; readonly name: string; readonly grants: readonly Grant[] }

/** Who may do a thing: a role over the thing's unit, or the thing's own officer. */
export type Person = Role | 'owner' | 'case-lead'

/** A named thing staff do. Each feature lists its own in its `permissions`. */
export type Action = {
  readonly name: string
  readonly by: readonly Person[]
  /**
   * `handling` (the rule): a unit or official the case is about can never do it. `oversight`: those who check the
   * record keep their sight of it even then, unless it names them.
   */
  readonly kind: 'handling' | 'oversight'
}

/** What is acted on. An organisation-wide thing stands at the root: `unitPath` holds only the root's id. */
export type Resource = {
  /** From the root to the unit that holds it, inclusive. */
  readonly unitPath: readonly string[]
  readonly ownerId?: string | undefined
  readonly leadId?: string | undefined
  /** Units the case is about, with all below them, and officials it is about. */
  readonly aboutUnits?: readonly string[]
  readonly aboutStaff?: readonly string[]
}

// Auditors and administrators serve the whole institution wherever their grant stands: independence for the one,
// upkeep for the other. Neither gives a say in a case.
const wholeTenant: ReadonlySet<Role> = new Set(['auditor', 'administrator'])

/**
 * Whether `actor` may do `action` to `resource`; the one rule of authorisation, pure.
 * Recusal comes first (promise 9): who a case is about, or works in a unit it is about, has no part in it.
 * Source: Regulations on Letters and Visits 2022, art. 28; ISO 10002:2018, 4.9 (objectivity).
 */
export function may(actor: Actor, action: Action, resource: Resource): boolean {
  if (resource.aboutStaff?.includes(actor.staffId)) return false
  return action.by.some(person => {
    if (person === 'owner') return resource.ownerId === actor.staffId && worksOutside(actor, resource)
    if (person === 'case-lead') return resource.leadId === actor.staffId && worksOutside(actor, resource)
    return actor.grants.some(grant => grant.role === person && covers(grant, action, resource))
  })
}

function covers(grant: Grant, action: Action, resource: Resource): boolean {
  if (action.kind === 'handling' && isAbout(grant, resource)) return false
  return wholeTenant.has(grant.role) || resource.unitPath.includes(grant.unitId)
}

/** Whether a grant stands in a unit the thing is about, or below one. */
function isAbout(grant: Grant, resource: Resource): boolean {
  const about = resource.aboutUnits
  return about !== undefined && about.length > 0 && grant.unitPath.some(unit => about.includes(unit))
}

// An owner keeps a case through the grants they hold outside the units it is about; with none left they lose it.
function worksOutside(actor: Actor, resource: Resource): boolean {
  return actor.grants.some(grant => !isAbout(grant, resource))
}
