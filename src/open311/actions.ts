import { hash, randomUUID } from 'node:crypto'
import type { Caller } from '../access/reads.ts'
import { fileCase, findReceipt, type Receipt } from '../cases/actions/file-case.ts'
import { addOwnDocuments, askReview, reopen, writeToInstitution } from '../cases/actions/resident.ts'
import { acceptCase, addDocuments, addNote, reportRemedy, sendMessage } from '../cases/actions/staff.ts'
import { contextFor } from '../cases/context.ts'
import { offersOf } from '../cases/follow/acts.ts'
import { possible } from '../cases/lifecycle.ts'
import { findCase, findCaseByNumber } from '../cases/reads.ts'
import type { FileFacts } from '../cases/rules/filing.ts'
import { running } from '../cases/rules/state.ts'
import { findActorById } from '../org/reads.ts'
import { prepare, q } from '../platform/database/query.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { NotAllowed } from '../platform/errors.ts'
import { type CaseFolder, caseFolder } from '../platform/files/folder.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { Office } from '../platform/office.ts'
import { Unknown } from './errors.ts'
import type { RequestFiling, UpdateForm } from './forms.ts'
import { findCopies } from './reads.ts'
import { copiedNumber, isKnownOrigin } from './rules.ts'
import { insertOrigin, insertRequest } from './store.ts'

/** A request that was sent: its filing, and what makes sending it again the same one. */
export type SentRequest = {
  id: string
  wrappedKey?: Buffer | undefined
  filing: RequestFiling
  language: Lang
  files: readonly FileFacts[]
  /** What its sender calls it; the same twice files one case. */
  reference: string | undefined
}

/** What a sender is told: the receipt, or where we had fetched its request already, only the number it has here. */
export type Filed = (Receipt & { again: boolean }) | { number: string; fetched: true }

/**
 * Files what a program sends for a resident; `again` where it had been filed before under the same reference. A reference
 * that is the address of a request at another server makes it a copy of that: it is here once, whichever way it came.
 */
export async function fileRequest(
  office: Office,
  caller: Caller,
  { id, wrappedKey, filing, language, files, reference }: SentRequest,
): Promise<Filed> {
  const digest = reference === undefined ? null : hash('sha256', reference, 'buffer')
  // Only whoever knows both the key and the reference can ask for the receipt again.
  const receiptSecret = `open311 ${caller.tokenId} ${reference ?? randomUUID()}`
  const earlier = async () => {
    const found = digest && (await findByReference(office, caller, digest))
    const receipt = found ? await findReceipt(office, found.id, receiptSecret) : undefined
    return receipt && { ...receipt, again: true }
  }
  const copied = reference === undefined ? undefined : copiedNumber(reference)
  const copyOf =
    reference !== undefined && copied !== undefined ? { url: reference, number: copied } : undefined
  const before = await earlier()
  if (before) return before
  const request = { caseId: id, tokenId: caller.tokenId, reference: digest }
  try {
    const receipt = await fileCase(
      office,
      { kind: 'resident' },
      { ...filing, id, channel: 'open311', language, files, copyOf },
      {
        receiptSecret,
        wrappedKey,
        writes: [
          insertRequest(office.tenant.id, request),
          ...(copyOf ? [insertOrigin(office.tenant.id, id, copyOf.url)] : []),
        ],
      },
    )
    return { ...receipt, again: false }
  } catch (error) {
    const other = isRepeat(error) ? await earlier() : undefined
    if (other) return other
    const number = copyOf && isKnownOrigin(error) ? await findCopyNumber(office, copyOf.url) : undefined
    if (number !== undefined) return { number, fetched: true }
    throw error
  }
}

/** The number of the case that is a copy of the request at this address. */
async function findCopyNumber({ pool, tenant }: Office, url: string): Promise<string | undefined> {
  const found = await inSnapshot(pool, tenant.id, tx => findCopies(tx, [url]))
  return found.get(url)?.number
}

/** The number of what a caller filed under its own reference. @throws Unknown where it filed nothing under it */
export async function findSent(office: Office, caller: Caller, reference: string): Promise<string> {
  const found = await findByReference(office, caller, hash('sha256', reference, 'buffer'))
  if (!found) throw new Unknown('open311.fault.token')
  return found.number
}

async function findByReference(
  { pool, tenant }: Office,
  { tokenId }: Caller,
  reference: Buffer,
): Promise<{ id: string; number: string } | undefined> {
  return inSnapshot(pool, tenant.id, tx =>
    tx.first(
      q
        .selectFrom('open311_requests')
        .innerJoin('cases', join =>
          join
            .onRef('cases.tenant_id', '=', 'open311_requests.tenant_id')
            .onRef('cases.id', '=', 'open311_requests.case_id'),
        )
        .select(['cases.id', 'cases.number'])
        .where('open311_requests.tenant_id', '=', tx.tenant)
        .where('open311_requests.token_id', '=', tokenId)
        .where('open311_requests.reference', '=', reference),
    ),
  )
}

function isRepeat(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code === '23505' && constraint?.startsWith('open311_requests_') === true
}

/** An update that was sent, and how its files, if any, are taken into the case's folder. */
export type SentUpdate = UpdateForm & {
  keepFiles?: ((folderIn: (dataDir: string) => CaseFolder) => Promise<FileFacts[]>) | undefined
}

/**
 * Takes an update from a program. From the one that filed the case it is the resident's: a message, or where they say
 * that it is not done, whatever they may ask for now: that it is opened again, or a review. From one that acts for a member of staff it is theirs: work that goes on is told to
 * the resident, and what says that it is done is kept as a note or as the remedy that was promised, because only a named
 * official answers and only the resident agrees.
 * @returns an id that is the same for the same update.
 */
export async function takeUpdate(office: Office, caller: Caller, update: SentUpdate): Promise<string> {
  const { text, status, reference, keepFiles } = update
  const { number, id, state, key, own, actor, offers } = await findForUpdate(office, caller, update.number)
  if (!own && !actor) throw new NotAllowed('open311.fault.not-yours')
  const name = `open311-update ${caller.tokenId} ${reference ?? randomUUID()}`
  const updateId = `${number}_${hash('sha256', name, 'hex').slice(0, 16)}`
  if (await wasPerformed(office, name)) return updateId
  const files = (await keepFiles?.(dataDir => caseFolder(dataDir, office.tenant.id, id, key))) ?? []
  // One key whichever way it goes: the first time may have changed what the second finds.
  const on = { id, idempotencyKey: name }
  if (!actor) {
    const ask =
      status !== 'reopen'
        ? undefined
        : offers.has('reopen')
          ? reopen
          : offers.has('review')
            ? askReview
            : undefined
    if (ask) await ask(office, on, text)
    else await writeToInstitution(office, on, { text, files })
    if (ask && files.length > 0) await addOwnDocuments(office, { id }, files)
  } else if (status === 'ended') {
    if (running(state).some(one => one.kind === 'remedy')) await reportRemedy(office, actor, on, { text })
    else await addNote(office, actor, on, { text })
    if (files.length > 0) await addDocuments(office, actor, { id }, files)
  } else {
    if (possible('accept', state.status)) await acceptCase(office, actor, { id })
    await sendMessage(office, actor, on, { text, files })
  }
  return updateId
}

/** The case an update is for, whether the caller filed it, as whom it acts where it did not, and what its resident may do. */
async function findForUpdate(office: Office, caller: Caller, typed: string) {
  return inSnapshot(office.pool, office.tenant.id, async tx => {
    const found = await findCaseByNumber(tx, typed)
    const [record, sent] = found
      ? await Promise.all([findCase(office, tx, found.id), tx.first(sentWith(tx.tenant, found.id))])
      : []
    if (!found || !record?.key)
      throw new Unknown('open311.fault.request-unknown', { id: typed.slice(0, 100) })
    const own = sent?.token_id === caller.tokenId
    const { staffId } = caller
    const asStaff = !own && staffId !== undefined && caller.scopes.includes('cases:write')
    const actor = asStaff ? await findActorById(tx, staffId) : undefined
    const { state, key } = record
    const offers = offersOf(state, await contextFor(office, tx, state.pack, office.clock.now()))
    return { id: found.id, number: state.number, state, key, own, actor, offers }
  })
}

const sentWith = prepare((tenant: number, caseId: string) =>
  q
    .selectFrom('open311_requests')
    .select('token_id')
    .where('tenant_id', '=', tenant)
    .where('case_id', '=', caseId),
)

async function wasPerformed({ pool, tenant }: Office, key: string): Promise<boolean> {
  const row = await inSnapshot(pool, tenant.id, tx =>
    tx.first(
      q
        .selectFrom('idempotency_keys')
        .select('key')
        .where('tenant_id', '=', tx.tenant)
        .where('key', '=', key),
    ),
  )
  return row !== undefined
}
