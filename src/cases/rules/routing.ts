import { oversightFunction } from '../../org/may.ts'
import type { Organisation, Unit } from '../../org/reads.ts'
import type { Lang } from '../../platform/i18n/languages.ts'

/** Why a case came to a unit, for "why here?". */
export type Why = {
  rule:
    | 'retaliation'
    | 'function-and-area'
    | 'function'
    | 'area'
    | 'intake'
    | 'above'
    | 'oversight'
    | 'redirected'
    | 'recused'
    | 'review'
    | 'imported'
  /** What the category asks for. */
  function?: string | undefined
  /** The name of the place that was recognised, in both languages. */
  area?: Record<Lang, string> | undefined
  /** Units that would have been next but for the case being about them. */
  passedOver?: string[] | undefined
}

/** What routing looks at. */
export type RoutingQuestion = {
  /** The function that the category asks for. */
  function: string
  /** The address as typed; a place is recognised by its name in it. */
  address: string
  /** The unit of the place, where the resident chose one from the list. */
  areaUnitId?: string | undefined
  aboutUnits: readonly string[]
  retaliation: boolean
}

/**
 * Where a case belongs by rule: category × place → unit. A unit the case is about, or one below it, never receives it
 * (promise 9); a report of retaliation goes straight to oversight. Undefined only where it is about every unit there
 * is, oversight included.
 */
export function route(
  question: RoutingQuestion,
  organisation: Organisation,
): { unitId: string; why: Why } | undefined {
  const units = [...organisation.units.values()].filter(unit => unit.active)
  const free = units.filter(unit => !isAbout(unit, question.aboutUnits))
  const oversight =
    free.find(unit => unit.functions.includes(oversightFunction)) ?? free.find(unit => !unit.parentId)
  if (question.retaliation && oversight) return { unitId: oversight.id, why: { rule: 'retaliation' } }

  const first = bestFor(question, units)
  const found = bestFor(question, free)
  if (found) {
    const passedOver = first && first.unit.id !== found.unit.id ? [first.unit.id] : undefined
    return { unitId: found.unit.id, why: { ...found.why, function: question.function, passedOver } }
  }
  const above = first && nearestAbove(first.unit, free, organisation)
  if (above) return { unitId: above.id, why: { rule: 'above', passedOver: [first.unit.id] } }
  return (
    oversight && { unitId: oversight.id, why: { rule: 'oversight', passedOver: [...question.aboutUnits] } }
  )
}

/** Whether a unit is, or stands below, one the case is about. */
export function isAbout(unit: Pick<Unit, 'path'>, aboutUnits: readonly string[]): boolean {
  return unit.path.some(id => aboutUnits.includes(id))
}

/**
 * The unit that looks again: the next one up from the unit that answered which has had no part in the case and is not
 * what it is about; past the root, oversight. Undefined only where every such unit has had its part.
 * Source: Regulations on Letters and Visits 2022, art. 35–36; generic: design section 3, "by a higher unit".
 */
export function reviewUnit(
  answeredBy: string,
  handledBy: readonly string[],
  aboutUnits: readonly string[],
  organisation: Organisation,
): string | undefined {
  const path = organisation.units.get(answeredBy)?.path ?? []
  const above = path.slice(0, -1).toReversed()
  const oversight = [...organisation.units.values()].filter(unit =>
    unit.functions.includes(oversightFunction),
  )
  return [...above, ...oversight.map(unit => unit.id)].find(id => {
    const unit = organisation.units.get(id)
    return unit?.active && !handledBy.includes(id) && !isAbout(unit, aboutUnits)
  })
}

/**
 * The named official who answers for a unit's cases: its head, or the next head above, passing over whom the case is
 * about. Undefined only where no unit up to the root has a free head.
 */
export function headOf(
  unitId: string,
  organisation: Organisation,
  aboutStaff: readonly string[],
): string | undefined {
  const path = organisation.units.get(unitId)?.path ?? []
  for (const id of path.toReversed()) {
    for (const officer of organisation.officers.values()) {
      if (!officer.active || aboutStaff.includes(officer.id)) continue
      if (officer.grants.some(grant => grant.role === 'unit-head' && grant.unitId === id)) return officer.id
    }
  }
  return undefined
}

type Found = { unit: Unit; why: Why }

function bestFor(question: RoutingQuestion, units: readonly Unit[]): Found | undefined {
  const able = units.filter(unit => unit.functions.includes(question.function))
  const there = placesOf(question, units)
  // Where the place has such a unit of its own, at it or below it, that one comes before one that serves all.
  const local = able
    .map(unit => ({ unit, place: there.find(place => unit.path.includes(place.unit.id)) }))
    .filter(found => found.place)
    .toSorted(deepest)[0]
  if (local?.place) return { unit: local.unit, why: { rule: 'function-and-area', area: local.place.area } }
  const serving = able.toSorted((a, b) => a.path.length - b.path.length)[0]
  if (serving) return { unit: serving, why: { rule: 'function', area: there[0]?.area } }
  const [place] = there
  if (place) return { unit: place.unit, why: { rule: 'area', area: place.area } }
  const intake = units.find(unit => unit.intake)
  return intake && { unit: intake, why: { rule: 'intake' } }
}

type Place = { unit: Unit; area?: Record<Lang, string> | undefined }

/** Units whose places are named in the address, the longest name first; or the unit that was chosen. */
function placesOf({ address, areaUnitId }: RoutingQuestion, units: readonly Unit[]): Place[] {
  const chosen = units.find(unit => unit.id === areaUnitId)
  if (chosen) return [{ unit: chosen, area: chosen.areas[0] }]
  const typed = address.toLowerCase()
  return units
    .flatMap(unit => unit.areas.map(area => ({ unit, area, length: namedLength(typed, area) })))
    .filter(place => place.length > 0)
    .toSorted((a, b) => b.length - a.length)
}

function namedLength(address: string, area: Record<Lang, string>): number {
  const names = [area.en, area['zh-CN']].filter(name => name !== '' && address.includes(name.toLowerCase()))
  return Math.max(0, ...names.map(name => name.length))
}

function deepest(a: { unit: Unit }, b: { unit: Unit }): number {
  return b.unit.path.length - a.unit.path.length
}

function nearestAbove(unit: Unit, free: readonly Unit[], organisation: Organisation): Unit | undefined {
  const above = unit.path.slice(0, -1).toReversed()
  return above.map(id => organisation.units.get(id)).find(one => one !== undefined && free.includes(one))
}
