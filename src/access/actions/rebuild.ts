import type { OrgDifference } from '../../org/actions/rebuild.ts'
import { type Query, q } from '../../platform/database/query.ts'
import { inTransaction, type Tx } from '../../platform/database/tx.ts'
import { absent, present, sealed } from '../../platform/difference.ts'
import { NotFound } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { lockStream, openSealed, type RecordedEvent } from '../../platform/stream.ts'
import { insertToken, markRevoked, type TokenRow } from '../store.ts'

type Recorded = TokenRow & { revokedAt: Temporal.Instant | null }

/**
 * Rebuilds the tokens of a tenant from the events of its chain and reports what had differed: a token that nobody made,
 * or one that was given more than it was made with, lets nobody in any more. With `mend: false` it only reports.
 */
export async function rebuildTokens(
  office: Office,
  found: (difference: OrgDifference) => void,
  { mend = true }: { mend?: boolean } = {},
): Promise<void> {
  await inTransaction(office.pool, office.tenant.id, async tx => {
    const recorded = await readRecorded(office, tx)
    const rows = await tx.all(q.selectFrom('api_tokens').selectAll().where('tenant_id', '=', tx.tenant))
    const known = new Map(rows.map(row => [row.id, row]))
    const writes: Query[] = []
    const report = (id: string, was: string, is: string, ...mending: Query[]) => {
      found({ what: `api_tokens.${id}`, was, is, mended: mend && mending.length > 0 })
      if (mend) writes.push(...mending)
    }
    const now = office.clock.now()
    for (const token of recorded.values()) {
      const row = known.get(token.id)
      known.delete(token.id)
      if (!row) {
        const ended = token.revokedAt ? [markRevoked(tx.tenant, token.id, token.revokedAt)] : []
        report(token.id, absent, present, insertToken(tx.tenant, token), ...ended)
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
      if (!isSame)
        report(token.id, sealed, sealed, ...(row.revoked_at ? [] : [markRevoked(tx.tenant, token.id, now)]))
      else if (!isSameTime(row.revoked_at, token.revokedAt) && token.revokedAt)
        report(
          token.id,
          String(row.revoked_at),
          String(token.revokedAt),
          markRevoked(tx.tenant, token.id, token.revokedAt),
        )
      else if (row.revoked_at && !token.revokedAt) report(token.id, String(row.revoked_at), absent)
    }
    for (const { id, revoked_at: revokedAt } of known.values())
      report(id, present, absent, ...(revokedAt ? [] : [markRevoked(tx.tenant, id, now)]))
    await Promise.all(writes.map(write => tx.run(write)))
  })
}

async function readRecorded(office: Office, tx: Tx): Promise<Map<string, Recorded>> {
  const id = office.tenant.streamId
  const stream = await lockStream(office, tx, id)
  if (!stream) throw new NotFound('organisation')
  const rows = await tx.all(
    q
      .selectFrom('events')
      .select(['seq', 'type', 'at', 'actor', 'data', 'sealed'])
      .where('tenant_id', '=', tx.tenant)
      .where('stream_id', '=', id)
      .where('type', 'in', ['access.token-added', 'access.token-revoked'])
      .orderBy('seq'),
  )
  const tokens = new Map<string, Recorded>()
  for (const row of rows) {
    const data = row.data as unknown as Added
    const earlier = tokens.get(data.tokenId)
    if (row.type === 'access.token-revoked') {
      if (earlier) tokens.set(data.tokenId, { ...earlier, revokedAt: row.at })
      continue
    }
    const { name, digest } = openSealed(tx.tenant, stream, row as unknown as RecordedEvent) as Words
    tokens.set(data.tokenId, {
      id: data.tokenId,
      name,
      scopes: data.scopes,
      staffId: data.staffId,
      digest: Buffer.from(digest, 'hex'),
      limitPerMinute: data.limitPerMinute,
      createdAt: row.at,
      expiresAt: data.expiresAt === null ? null : Temporal.Instant.from(data.expiresAt),
      revokedAt: null,
    })
  }
  return tokens
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
