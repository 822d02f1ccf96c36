import type { Pool } from 'pg'
import type { Clock } from './clock.ts'
import type { Tx } from './database/tx.ts'
import type { Lang } from './i18n/languages.ts'
import type { Json } from './json.ts'
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
  /** What else is to be done about anything that is recorded, such as telling other programs. */
  readonly relay?: Relay
  /**
   * Set for a request that names itself: the one change made with this office is made once by this key, and `asked` (a
   * digest of what was asked) tells whether it is the same request again.
   */
  readonly once?: { readonly key: string; readonly asked: string }
}

/** The jobs that follow from what is recorded, whoever records it: enqueued with it, in one transaction. */
export type Relay = (
  pool: Pool,
  tx: Tx,
  author: { readonly kind: string },
  changes: readonly Recorded[],
) => Promise<readonly { task: string; payload: Json }[]>

/** What was recorded on one chain: the types of its events, and the number of the last one before them. */
type Recorded = {
  readonly stream: { readonly id: string; readonly kind: string; readonly seq: number }
  readonly events: readonly { readonly type: string }[]
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
