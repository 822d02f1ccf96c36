import { addUnit } from '../org/actions.ts'
import { type Name, readOrganisation, type Unit } from '../org/reads.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'
import type { Mapping } from './mapping.ts'

type SentTo = { unitId: string; why: { rule: 'imported' | 'intake' } }

/** Finds where imported cases go, and remembers it for the file. */
export type UnitFinder = {
  /** The unit of this name; undefined: the routing rules decide. */
  find(unit: { code: string; name: string } | undefined): Promise<SentTo | undefined>
  /** Names of the units that were made. */
  readonly created: readonly Name[]
}

/**
 * Finds units by their name; those that are missing are made below the top unit where `create` says so, and in a dry
 * run are only named.
 */
export function unitFinder(office: Office, mapping: Mapping, create: boolean, dryRun = false): UnitFinder {
  const known = new Map<string, Promise<SentTo | undefined>>()
  const created: Name[] = []
  let looking: Promise<unknown> = Promise.resolve()
  const look = async (name: Name | undefined): Promise<SentTo | undefined> => {
    const { units } = await inSnapshot(office.pool, office.tenant.id, readOrganisation)
    const active = [...units.values()].filter(unit => unit.active)
    const named =
      name && active.find(unit => unit.name.en === name.en || unit.name['zh-CN'] === name['zh-CN'])
    if (named) return { unitId: named.id, why: { rule: 'imported' } }
    const intake = active.find(unit => unit.intake)
    if (create && name && intake) {
      created.push(name)
      if (dryRun) return undefined
      return { unitId: await addBelow(office, intake, name), why: { rule: 'imported' } }
    }
    if (mapping.unit?.otherwise === 'by-rule' || !intake) return undefined
    return { unitId: intake.id, why: { rule: 'intake' } }
  }
  return {
    created,
    find(unit) {
      const key = unit?.code ?? ''
      const earlier = known.get(key)
      if (earlier) return earlier
      // One after the other: two codes may have one name, and it is one unit.
      const found = looking.then(() => look(unit && nameOf(mapping, unit)))
      looking = found.catch(() => {})
      known.set(key, found)
      return found
    },
  }
}

// It is given no function and no place: cases raised here are not for a unit of somebody else's records.
function addBelow(office: Office, intake: Unit, name: Name): Promise<string> {
  const input = { parentId: intake.path[0] ?? intake.id, name, functions: [], areas: [] }
  return addUnit(office, 'set-up', input)
}

function nameOf({ unit }: Mapping, { code, name }: { code: string; name: string }): Name {
  return unit?.values[code] ?? { en: name, 'zh-CN': name }
}
