import type { Actor } from '../org/may.ts'
import type { T } from '../platform/i18n/translator.ts'
import type { NavItem } from '../ui/page-context.ts'
import { caseActions } from './permissions.ts'

/** The entries of the main menu for casework: the lists of cases, and the front desk. */
export function caseNavigation(actor: Actor, t: T, path: string): NavItem[] {
  const holds = (roles: readonly string[]) => actor.grants.some(grant => roles.includes(grant.role))
  const item = (href: string, text: string): NavItem => ({
    href,
    text,
    current: path === href || path.startsWith(`${href}/`) || path.startsWith(`${href}?`),
  })
  return [
    ...(holds(caseActions.read.by) ? [item('/cases', t('staff.nav.cases'))] : []),
    ...(holds(caseActions.register.by) ? [item('/desk', t('staff.nav.desk'))] : []),
  ]
}
