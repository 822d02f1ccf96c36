import type { CaseState } from './state.ts'

/**
 * Whether more than a case's number and status may leave the house, to other programs and calendars. One that is
 * protected, anonymous, about a unit or an official, or about retaliation is a number and a status out there.
 */
export function isOpenOutside(state: CaseState): boolean {
  return (
    state.protection === 'named' &&
    !state.retaliation &&
    state.aboutUnits.length === 0 &&
    state.aboutStaff.length === 0
  )
}
