import type { Lang } from '../platform/i18n/languages.ts'
import type { T } from '../platform/i18n/translator.ts'

/** An entry of the main menu. */
export type NavItem = { href: string; text: string; current?: boolean; count?: number | string }

/** What every page is told about the request it answers. */
export type PageContext = {
  t: T
  lang: Lang
  tenant: { name: string; timeZone: string }
  now: Temporal.Instant
  /** Path and query as requested; the language switch returns here. */
  path: string
  /** Who is signed in and the menu of what they may open. */
  staff?: { name: string; nav: readonly NavItem[] }
  /** Whether the tenant is the demo town, which every page then says. */
  demo: boolean
  /** Said once at the top of the page after something was done. */
  flash?: { kind: 'success' | 'information'; text: string }
}
