import type { Stage } from './obligation.ts'

/** The organisation as far as escalation needs it; `path` runs from the root to the unit, inclusive. */
export type OrgSnapshot = {
  units: readonly { id: string; parentId: string | null; path: readonly string[] }[]
  grants: readonly { staffId: string; role: string; unitId: string }[]
  /** Ids of the staff who are active. */
  staff: readonly string[]
}

/** Whom a clock concerns: the unit that owes, who works the case, who answers for it, and whom the case is about. */
export type Responsible = {
  unitId: string
  ownerId?: string | null | undefined
  leadId?: string | null | undefined
  aboutUnits?: readonly string[]
  aboutStaff?: readonly string[]
}

/**
 * Who is told at a stage, without doubles. Whoever is missing, inactive or whom the case is about is passed over for
 * the next in a fixed order, so that the list is never empty while one administrator is active.
 *
 * - warnings: the owner, else the lead; the breach: owner and lead;
 * - unit head: the heads of the unit, supervisor: the nearest supervisors at or above it, unit above: the heads of
 *   the unit above;
 * - then, wherever nobody was found: the heads of the unit (not for the last two, who come after them) and of each
 *   unit above, the supervisors of the root, the administrators, the auditors.
 *
 * As the very last resort an administrator hears of it even when the case is about them: they learn that a case is
 * late, they do not handle it, and an alarm that nobody hears would be worse.
 */
export function escalationTargets(stage: Stage, responsible: Responsible, org: OrgSnapshot): string[] {
  const look = { responsible, org }
  const path = [...(unitOf(org, responsible.unitId)?.path ?? [])].reverse()
  const first = firstFor(stage, look, path)
  if (first.length > 0) return first
  const root = path.at(-1) ?? org.units.find(unit => unit.parentId === null)?.id
  const chain = [
    ...(stage === 'supervisor' || stage === 'unit-above' ? path.slice(1) : path).map(
      unitId => () => holders(look, 'unit-head', [unitId]),
    ),
    () => (root === undefined ? [] : holders(look, 'supervisor', [root])),
    () => holders(look, 'administrator'),
    () => holders(look, 'auditor'),
  ]
  for (const next of chain) {
    const found = next()
    if (found.length > 0) return found
  }
  return unique(withRole(org, 'administrator').filter(id => org.staff.includes(id)))
}

type Look = { responsible: Responsible; org: OrgSnapshot }

function firstFor(stage: Stage, look: Look, path: readonly string[]): string[] {
  const { ownerId, leadId } = look.responsible
  const people = [ownerId, leadId].filter(
    id => id !== null && id !== undefined && isFree(look, id),
  ) as string[]
  switch (stage) {
    case 'half':
    case 'four-fifths':
    case 'reminder-1':
    case 'reminder-2':
    case 'lapsed':
      return people.slice(0, 1)
    case 'breached':
      return unique(people)
    case 'unit-head':
      return holders(look, 'unit-head', path.slice(0, 1))
    case 'supervisor':
      return nearest(look, 'supervisor', path)
    case 'unit-above':
      return nearest(look, 'unit-head', path.slice(1))
  }
}

function nearest(look: Look, role: string, path: readonly string[]): string[] {
  for (const unitId of path) {
    const found = holders(look, role, [unitId])
    if (found.length > 0) return found
  }
  return []
}

// The free holders of a role, in these units only where they are named.
function holders(look: Look, role: string, unitIds?: readonly string[]): string[] {
  if (unitIds?.some(id => isAboutUnit(look, id))) return []
  return unique(withRole(look.org, role, unitIds).filter(id => isFree(look, id)))
}

function withRole(org: OrgSnapshot, role: string, unitIds?: readonly string[]): string[] {
  return org.grants
    .filter(grant => grant.role === role && (unitIds === undefined || unitIds.includes(grant.unitId)))
    .map(grant => grant.staffId)
}

// Active, not whom the case is about, and not of a unit that it is about.
function isFree(look: Look, staffId: string): boolean {
  const { responsible, org } = look
  if (!org.staff.includes(staffId) || responsible.aboutStaff?.includes(staffId)) return false
  return !org.grants.some(grant => grant.staffId === staffId && isAboutUnit(look, grant.unitId))
}

function isAboutUnit({ responsible, org }: Look, unitId: string): boolean {
  const about = responsible.aboutUnits ?? []
  return about.includes(unitId) || (unitOf(org, unitId)?.path.some(id => about.includes(id)) ?? false)
}

function unitOf(org: OrgSnapshot, id: string): OrgSnapshot['units'][number] | undefined {
  return org.units.find(unit => unit.id === id)
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}
