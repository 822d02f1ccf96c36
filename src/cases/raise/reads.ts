import { findOrganisation, type Organisation } from '../../org/reads.ts'
import { packOf } from '../../packs/reads.ts'
import type { Pack } from '../../packs/schema.ts'
import { anyOf, q } from '../../platform/database/query.ts'
import { inSnapshot, type Tx } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import type { Draft, DraftTicket } from './draft.ts'
import { openDraft } from './sealed-draft.ts'
import { draftRow } from './store.ts'

/** The draft of a browser; undefined where it has none, or no longer. */
export function findDraft(office: Office, ticket: DraftTicket): Promise<Draft | undefined> {
  const tenant = office.tenant.id
  return inSnapshot(office.pool, tenant, async tx =>
    openDraft(office, ticket, await tx.first(draftRow(tenant, ticket.id))),
  )
}

/** What the questions are made from: the rules that new cases are filed under, and the organisation. */
export type Choices = { pack: Pack; organisation: Organisation }

/** The choices as they stand. */
export function findChoices(office: Office): Promise<Choices> {
  return inSnapshot(office.pool, office.tenant.id, tx => choicesOf(office, tx))
}

/** The draft of a browser and the choices, in one round trip. */
export function findDraftAndChoices(
  office: Office,
  ticket: DraftTicket,
): Promise<{ draft: Draft | undefined; choices: Choices }> {
  const tenant = office.tenant.id
  return inSnapshot(office.pool, tenant, async tx => {
    const [row, choices] = await Promise.all([tx.first(draftRow(tenant, ticket.id)), choicesOf(office, tx)])
    return { draft: openDraft(office, ticket, row), choices }
  })
}

async function choicesOf(office: Office, tx: Tx): Promise<Choices> {
  return { pack: packOf(office.tenant), organisation: await findOrganisation(office.pool, tx) }
}

/**
 * Which of these ids own their files: drafts, and cases that still have their key. Where a case's key was destroyed at
 * the end of its retention period nobody can read its files, so they go.
 */
export async function findKnownFolders(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const [keys, drafts] = await Promise.all([
    tx.all(
      q
        .selectFrom('stream_keys')
        .select('stream_id as id')
        .where('tenant_id', '=', tx.tenant)
        .where('stream_id', '=', anyOf(ids)),
    ),
    tx.all(
      q.selectFrom('drafts').select('id').where('tenant_id', '=', tx.tenant).where('id', '=', anyOf(ids)),
    ),
  ])
  return new Set([...keys, ...drafts].map(row => row.id))
}
