import { prepare, q } from '../platform/database/query.ts'
import { inSnapshot, type Tx } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'
import type { Scope } from './rules.ts'
import { isToken, tokenDigest } from './token.ts'

export type { Scope } from './rules.ts'

/** Who calls: the token, not yet a person; `staffId` where the token acts for a member of staff. */
export type Caller = {
  tokenId: string
  name: string
  scopes: readonly Scope[]
  staffId: string | undefined
  /** Requests a minute. */
  limitPerMinute: number
}

/**
 * The caller of a presented token, or undefined where it is unknown, revoked, expired, or acts for somebody who is no
 * longer on the staff. Asked anew for each request, so that what was revoked ends at once.
 */
export async function findCaller(office: Office, presented: string): Promise<Caller | undefined> {
  if (!isToken(presented)) return undefined
  const { tenant, pool, clock } = office
  const row = await inSnapshot(pool, tenant.id, tx => tx.first(byDigest(tenant.id, tokenDigest(presented))))
  if (!row || row.revoked_at || (row.staff_id && !row.active)) return undefined
  if (row.expires_at && Temporal.Instant.compare(row.expires_at, clock.now()) <= 0) return undefined
  return {
    tokenId: row.id,
    name: row.label,
    scopes: row.scopes as Scope[],
    staffId: row.staff_id ?? undefined,
    limitPerMinute: row.limit_per_minute,
  }
}

const byDigest = prepare((tenant: number, digest: Buffer) =>
  q
    .selectFrom('api_tokens')
    .leftJoin('staff', join =>
      join
        .onRef('staff.tenant_id', '=', 'api_tokens.tenant_id')
        .onRef('staff.id', '=', 'api_tokens.staff_id'),
    )
    .select([
      'api_tokens.id',
      'api_tokens.label',
      'api_tokens.scopes',
      'api_tokens.staff_id',
      'api_tokens.limit_per_minute',
      'api_tokens.expires_at',
      'api_tokens.revoked_at',
      'staff.active',
    ])
    .where('api_tokens.tenant_id', '=', tenant)
    .where('api_tokens.digest', '=', digest),
)

/** A token as lists show it; what is presented is known to its holder alone. */
export type ListedToken = {
  id: string
  name: string
  scopes: readonly Scope[]
  staffId: string | null
  staffName: string | null
  limitPerMinute: number
  createdAt: Temporal.Instant
  expiresAt: Temporal.Instant | null
  revokedAt: Temporal.Instant | null
}

/** Every token of the tenant, revoked ones too, in the order in which they were made. */
export async function listTokens(tx: Tx): Promise<ListedToken[]> {
  const rows = await tx.all(
    q
      .selectFrom('api_tokens')
      .leftJoin('staff', join =>
        join
          .onRef('staff.tenant_id', '=', 'api_tokens.tenant_id')
          .onRef('staff.id', '=', 'api_tokens.staff_id'),
      )
      .select([
        'api_tokens.id',
        'api_tokens.label',
        'api_tokens.scopes',
        'api_tokens.staff_id',
        'staff.name as staff_name',
        'api_tokens.limit_per_minute',
        'api_tokens.created_at',
        'api_tokens.expires_at',
        'api_tokens.revoked_at',
      ])
      .where('api_tokens.tenant_id', '=', tx.tenant)
      .orderBy('api_tokens.id'),
  )
  return rows.map(row => ({
    id: row.id,
    name: row.label,
    scopes: row.scopes as Scope[],
    staffId: row.staff_id,
    staffName: row.staff_name,
    limitPerMinute: row.limit_per_minute,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }))
}
