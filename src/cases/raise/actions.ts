import { randomBytes } from 'node:crypto'
import { inTransaction } from '../../platform/database/tx.ts'
import type { StoredFile } from '../../platform/files/accept-upload.ts'
import type { Office } from '../../platform/office.ts'
import { createDataKey } from '../../platform/sealing/keys.ts'
import { v7 } from '../../platform/uuid.ts'
import { type Answers, type Draft, type DraftTicket, maxFiles } from './draft.ts'
import { openDraft, sealDraft, secretDigest } from './sealed-draft.ts'
import { deleteDraft, insertDraft, lockDraftRow, updateDraft } from './store.ts'

/** Begins a draft with what was typed first; the ticket goes into the browser's cookie. */
export async function beginDraft(
  office: Office,
  answers: Answers,
): Promise<{ draft: Draft; ticket: DraftTicket }> {
  const tenant = office.tenant.id
  const ticket = { id: v7(), secret: randomBytes(32).toString('base64url') }
  const { wrapped } = createDataKey(office.key, ticket.id)
  const draft: Draft = { id: ticket.id, wrappedKey: wrapped, answers, files: [] }
  const row = {
    tenant,
    id: draft.id,
    secretDigest: secretDigest(ticket.secret),
    wrappedKey: wrapped,
    sealed: sealDraft(office, draft),
    now: office.clock.now(),
  }
  await inTransaction(office.pool, tenant, tx => tx.run(insertDraft(row)))
  return { draft, ticket }
}

/** Adds what was typed to a draft: field by field, so that two windows do not undo each other. Undefined: no such draft. */
export function saveAnswers(
  office: Office,
  ticket: DraftTicket,
  answers: Answers,
): Promise<Draft | undefined> {
  return changeDraft(office, ticket, draft => ({ ...draft, answers: { ...draft.answers, ...answers } }))
}

/** Adds files to a draft, as many as there is room for; gives the draft and those that were left out. */
export async function addFiles(
  office: Office,
  ticket: DraftTicket,
  files: readonly StoredFile[],
): Promise<{ draft: Draft | undefined; left: readonly StoredFile[] }> {
  let left: readonly StoredFile[] = files
  const draft = await changeDraft(office, ticket, before => {
    const room = maxFiles - before.files.length
    left = files.slice(room)
    return { ...before, files: [...before.files, ...files.slice(0, room)] }
  })
  return { draft, left }
}

/** Takes a file out of a draft. */
export function removeFile(office: Office, ticket: DraftTicket, fileId: string): Promise<Draft | undefined> {
  return changeDraft(office, ticket, draft => ({
    ...draft,
    files: draft.files.filter(file => file.id !== fileId),
  }))
}

/** Throws a draft away; whether there was one. */
export function discardDraft(office: Office, ticket: DraftTicket): Promise<boolean> {
  const tenant = office.tenant.id
  return inTransaction(office.pool, tenant, async tx => {
    const draft = openDraft(office, ticket, await tx.first(lockDraftRow(tenant, ticket.id)))
    if (draft) await tx.run(deleteDraft(tenant, ticket.id))
    return draft !== undefined
  })
}

function changeDraft(
  office: Office,
  ticket: DraftTicket,
  change: (draft: Draft) => Draft,
): Promise<Draft | undefined> {
  const tenant = office.tenant.id
  return inTransaction(office.pool, tenant, async tx => {
    const before = openDraft(office, ticket, await tx.first(lockDraftRow(tenant, ticket.id)))
    if (!before) return undefined
    const after = change(before)
    await tx.run(updateDraft(tenant, ticket.id, sealDraft(office, after), office.clock.now()))
    return after
  })
}
