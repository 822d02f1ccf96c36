import { oversightFunction } from '../../org/may.ts'
import type { Organisation } from '../../org/reads.ts'
import type { Category } from '../../packs/schema.ts'

/** Whom in office a filing is about: units, officials, somebody named in words, or what was done for complaining. */
export type About = {
  units: readonly string[]
  staff: readonly string[]
  named: string
  retaliation: boolean
}

/** Whether what is filed under a category is about somebody in office, by the functions that policy packs give to such. */
export function isAboutConduct({ function: who }: Pick<Category, 'function'>): boolean {
  return who === oversightFunction || who === 'staff-conduct'
}

/** The institution as a whole: of every unit, only oversight is then free to have the case. */
export function wholeInstitution({ units }: Pick<Organisation, 'units'>): string[] {
  return [...units.values()]
    .filter(one => !one.parentId && !one.functions.includes(oversightFunction))
    .map(one => one.id)
}

/**
 * Whom a filing is about, as its routing takes it (promise 9). A complaint about conduct is about somebody even where its
 * form has no place to say so, or its writer answered that it is about nobody: then it is about the institution as a whole.
 */
export function aboutOf(
  said: About,
  category: Pick<Category, 'function'>,
  organisation: Pick<Organisation, 'units'>,
): About {
  if (!isAboutConduct(category)) return said
  return {
    ...said,
    units: said.units.length > 0 ? said.units : wholeInstitution(organisation),
    retaliation: said.retaliation || category.function === oversightFunction,
  }
}
