import type { T } from '../platform/i18n/translator.ts'
import type { NavItem } from '../ui/page-context.ts'
import { type Actor, may } from './may.ts'
import { orgActions } from './permissions.ts'

/** The organisation's entry in the menu of those who look after it; `path` is the page being shown. */
export function orgNavigation(actor: Actor, t: T, path: string): NavItem[] {
  if (!may(actor, orgActions.manageUnits, { unitPath: [] })) return []
  return [{ href: '/organisation', text: t('org.nav'), current: path.startsWith('/organisation') }]
}
