import { type Query, q } from '../platform/database/query.ts'

/** A token as it is kept: of what is presented, only the digest. */
export type TokenRow = {
  id: string
  name: string
  scopes: readonly string[]
  staffId: string | null
  digest: Buffer
  limitPerMinute: number
  createdAt: Temporal.Instant
  expiresAt: Temporal.Instant | null
}

/** Writes a new token. */
export function insertToken(tenant: number, token: TokenRow): Query {
  return q.insertInto('api_tokens').values({
    tenant_id: tenant,
    id: token.id,
    label: token.name,
    scopes: [...token.scopes],
    staff_id: token.staffId,
    digest: token.digest,
    limit_per_minute: token.limitPerMinute,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
  })
}

/** Ends a token. */
export function markRevoked(tenant: number, id: string, now: Temporal.Instant): Query {
  return q
    .updateTable('api_tokens')
    .set({ revoked_at: now })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}
