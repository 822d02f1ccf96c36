import type { Html } from '../../ui/html.ts'
import { subNavigation } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'

/** The parts of administration. */
export type Part =
  | 'units'
  | 'staff'
  | 'calendar'
  | 'settings'
  | 'tokens'
  | 'webhooks'
  | 'connections'
  | 'imports'

const places: readonly [Part, string][] = [
  ['units', '/organisation'],
  ['staff', '/organisation/staff'],
  ['calendar', '/organisation/calendar'],
  ['settings', '/organisation/settings'],
  ['tokens', '/organisation/tokens'],
  ['webhooks', '/organisation/webhooks'],
  ['connections', '/organisation/connections'],
  ['imports', '/organisation/imports'],
]

/** The navigation above every page of administration. */
export function orgNavigation({ t }: PageContext, current: Part): Html {
  const items = places.map(([part, href]) => ({
    href,
    text: t(`org.nav.${part}`),
    current: part === current,
  }))
  return subNavigation({ label: t('org.nav'), items })
}
