import type { Pool } from 'pg'
import type { Clock } from './clock.ts'
import type { Lang } from './i18n/languages.ts'
import type { TenantKey } from './sealing/keys.ts'

/** A tenant's own: its settings and keys, and the real parts it works with. */
export type Office = {
  readonly tenant: Tenant
  /** The tenant's key, unwrapped; wraps the data key of each stream. */
  readonly key: TenantKey
  readonly pool: Pool
  readonly clock: Clock
  /** Set while weeks that are past are written down, as for the demo: what happened then sends nothing now. */
  readonly quiet?: boolean
}

export type Tenant = {
  readonly id: number
  readonly streamId: string
  readonly name: Record<Lang, string>
  readonly language: Lang
  readonly timeZone: string
  readonly packId: string
  readonly packVersion: number
  readonly demo: boolean
}
