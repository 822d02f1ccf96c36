import type { T } from '../../platform/i18n/translator.ts'
import type { Context } from '../rules/decision.ts'

/** The name of a unit in the reader's language. */
export function unitName(t: T, { organisation }: Context, id: string): string {
  return organisation.units.get(id)?.name[t.lang] ?? ''
}

/** The name of an official with their title; undefined for nobody. */
export function officerName(
  t: T,
  { organisation }: Context,
  id: string | null | undefined,
): string | undefined {
  const officer = organisation.officers.get(id ?? '')
  return officer && [officer.name, officer.title[t.lang]].filter(Boolean).join(' · ')
}
