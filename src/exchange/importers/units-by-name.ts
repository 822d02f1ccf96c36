import type { Unit } from '../../org/reads.ts'
import { compared } from '../values.ts'

/** Between the names of units, from the top down, where one name alone would not tell which is meant. */
export const pathSign = ' / '

/** The units that a file means by a name, or by names from above down as in “East Village / First group”. */
export type UnitsByName = {
  find(text: string): 'none' | 'several' | Unit
  add(unit: Unit): void
  /** The unit of this name directly below another. */
  below(parentId: string, names: readonly string[]): Unit | undefined
}

/** An index of units by what they are called in either language. */
export function unitsByName(units: Iterable<Unit>): UnitsByName {
  const byId = new Map<string, Unit>()
  const byName = new Map<string, Unit[]>()
  const byParent = new Map<string, Unit>()
  const add = (unit: Unit) => {
    byId.set(unit.id, unit)
    for (const name of new Set(namesOf(unit))) {
      byName.set(name, [...(byName.get(name) ?? []), unit])
      if (unit.parentId !== null) byParent.set(`${unit.parentId} ${name}`, unit)
    }
  }
  for (const unit of units) add(unit)
  const isBelow = (unit: Unit, above: readonly string[]): boolean => {
    const parents = unit.path.slice(0, -1).map(id => byId.get(id))
    const nearest = parents.slice(-above.length)
    if (nearest.length < above.length) return false
    return above.every((name, at) => {
      const parent = nearest[at]
      return parent !== undefined && namesOf(parent).includes(compared(name))
    })
  }
  return {
    add,
    find(text) {
      const whole = byName.get(compared(text))
      if (whole?.length === 1) return whole[0] ?? 'none'
      const steps = text.split('/').map(step => step.trim())
      const last = steps.pop() ?? ''
      const found = (byName.get(compared(last)) ?? []).filter(
        unit => steps.length > 0 && isBelow(unit, steps),
      )
      if (found.length === 1) return found[0] ?? 'none'
      return found.length > 1 || (whole?.length ?? 0) > 1 ? 'several' : 'none'
    },
    below(parentId, names) {
      for (const name of names) {
        const unit = byParent.get(`${parentId} ${compared(name)}`)
        if (unit) return unit
      }
      return undefined
    },
  }
}

const namesOf = (unit: Unit): string[] => Object.values(unit.name).map(compared)

/** A unit's name with those above it, without the institution itself, such that `find` finds it. */
export function unitPath(unit: Unit, units: ReadonlyMap<string, Unit>, lang: 'en' | 'zh-CN'): string {
  const path = unit.path.length > 1 ? unit.path.slice(1) : unit.path
  return path.map(id => units.get(id)?.name[lang] ?? '').join(pathSign)
}
