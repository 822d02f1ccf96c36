import { prepare, type Query, q } from '../../platform/database/query.ts'

/** The row of a new draft. */
export function insertDraft(row: {
  tenant: number
  id: string
  secretDigest: Buffer
  wrappedKey: Buffer
  sealed: Buffer
  now: Temporal.Instant
}): Query {
  return q.insertInto('drafts').values({
    tenant_id: row.tenant,
    id: row.id,
    secret_digest: row.secretDigest,
    wrapped_key: row.wrappedKey,
    sealed: row.sealed,
    updated_at: row.now,
  })
}

/** The row of a draft, locked, so that two windows that save at once are merged and not overwritten. */
export const lockDraftRow = prepare((tenant: number, id: string) => selectDraft(tenant, id).forUpdate())

/** The row of a draft. */
export const draftRow = prepare((tenant: number, id: string) => selectDraft(tenant, id))

function selectDraft(tenant: number, id: string) {
  return q
    .selectFrom('drafts')
    .select(['secret_digest', 'wrapped_key', 'sealed'])
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Writes what a draft now holds. */
export function updateDraft(tenant: number, id: string, sealed: Buffer, now: Temporal.Instant): Query {
  return q
    .updateTable('drafts')
    .set({ sealed, updated_at: now })
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
}

/** Removes a draft; its files are removed by the caller. */
export const deleteDraft = prepare((tenant: number, id: string) =>
  q.deleteFrom('drafts').where('tenant_id', '=', tenant).where('id', '=', id),
)

/** Removes the drafts that nobody has touched since, and gives their ids. */
export function deleteDraftsBefore(tenant: number, before: Temporal.Instant) {
  return q
    .deleteFrom('drafts')
    .where('tenant_id', '=', tenant)
    .where('updated_at', '<', before)
    .returning('id')
}
