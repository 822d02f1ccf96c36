import { rebuildFrom } from '../../org/actions/compare-record.ts'
import type { OrgFact } from '../../org/rules.ts'
import { q } from '../../platform/database/query.ts'
import { absent, present, sealed } from '../../platform/difference.ts'
import { insertToken, markRevoked, type TokenRow } from '../store.ts'

type Recorded = TokenRow & { revokedAt: Temporal.Instant | null }

/**
 * Rebuilds the tokens of a tenant from the events of its chain and reports what had differed: a token that nobody made,
 * or one that was given more than it was made with, lets nobody in any more.
 */
export const rebuildTokens = rebuildFrom(
  ['access.token-added', 'access.token-revoked'],
  async (tx, facts, report, { clock }) => {
    const rows = await tx.all(q.selectFrom('api_tokens').selectAll().where('tenant_id', '=', tx.tenant))
    const known = new Map(rows.map(row => [row.id, row]))
    const now = clock.now()
    for (const token of recordedTokens(facts)) {
      const { id, revokedAt } = token
      const what = `api_tokens.${id}`
      const row = known.get(id)
      known.delete(id)
      if (!row) {
        const ended = revokedAt ? [markRevoked(tx.tenant, id, revokedAt)] : []
        report(what, absent, present, insertToken(tx.tenant, token), ...ended)
        continue
      }
      const isSame =
        row.label === token.name &&
        row.staff_id === token.staffId &&
        row.scopes.join() === token.scopes.join() &&
        row.digest.equals(token.digest) &&
        row.limit_per_minute === token.limitPerMinute &&
        isSameTime(row.expires_at, token.expiresAt)
      // What a token is for is never changed, so that one that was can only be ended.
      if (!isSame) report(what, sealed, sealed, ...(row.revoked_at ? [] : [markRevoked(tx.tenant, id, now)]))
      else if (revokedAt && !isSameTime(row.revoked_at, revokedAt))
        report(what, String(row.revoked_at), String(revokedAt), markRevoked(tx.tenant, id, revokedAt))
      else if (row.revoked_at && !revokedAt) report(what, String(row.revoked_at), absent)
    }
    for (const { id, revoked_at: ended } of known.values())
      report(`api_tokens.${id}`, present, absent, ...(ended ? [] : [markRevoked(tx.tenant, id, now)]))
  },
)

function recordedTokens(facts: readonly OrgFact[]): Iterable<Recorded> {
  const tokens = new Map<string, Recorded>()
  for (const { type, at, data, sealed: words } of facts) {
    const added = data as unknown as Added
    const earlier = tokens.get(added.tokenId)
    if (type === 'access.token-revoked') {
      if (earlier) tokens.set(added.tokenId, { ...earlier, revokedAt: at })
      continue
    }
    const { name, digest } = words as Words
    tokens.set(added.tokenId, {
      id: added.tokenId,
      name,
      scopes: added.scopes,
      staffId: added.staffId,
      digest: Buffer.from(digest, 'hex'),
      limitPerMinute: added.limitPerMinute,
      createdAt: at,
      expiresAt: added.expiresAt === null ? null : Temporal.Instant.from(added.expiresAt),
      revokedAt: null,
    })
  }
  return tokens.values()
}

type Added = {
  tokenId: string
  scopes: string[]
  staffId: string | null
  limitPerMinute: number
  expiresAt: string | null
}
type Words = { name: string; digest: string }

function isSameTime(a: Temporal.Instant | null, b: Temporal.Instant | null): boolean {
  return a === b || (a !== null && b !== null && a.equals(b))
}
