import { packKey } from '../../packs/load.ts'
import { packOf } from '../../packs/reads.ts'
import { type Query, q } from '../../platform/database/query.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { perform } from '../../platform/perform.ts'
import { receiptCode, receiptDigest, receiptMatches } from '../../platform/receipt-code.ts'
import { deriveKey } from '../../platform/sealing/keys.ts'
import { type Author, newStream } from '../../platform/stream.ts'
import { contextFor } from '../context.ts'
import { noticesFor } from '../notices.ts'
import { takeCaseNumber } from '../numbers.ts'
import { isRefusal } from '../rules/decision.ts'
import { decideFiling, type Filing, stateAfter } from '../rules/filing.ts'
import type { CaseState } from '../rules/state.ts'
import { insertCase } from '../store.ts'
import { searchText, subjectOf } from '../texts.ts'
import { refusalError } from './change-case.ts'

/** What the resident gets in hand, once. */
export type Receipt = { caseId: string; number: string; receiptCode: string; state: CaseState }

/** How a filing is made besides what it says. */
export type FilingOptions = {
  /**
   * A secret that only the sender has (of the draft's cookie, or of the desk's form): the receipt code is derived from
   * it, so that sending twice, after a dropped connection say, shows the same receipt.
   */
  receiptSecret: string
  /** The data key that the draft was sealed with, which becomes the case's. */
  wrappedKey?: Buffer | undefined
  /** Writes that belong to the filing, such as removing its draft. */
  writes?: readonly Query[] | undefined
  /** When it was filed, where that is not now: imports and the demo. */
  at?: Temporal.Instant | undefined
}

/** Files a case and gives its receipt. The same filing (by id and secret) sent twice files one case. */
export async function fileCase(
  office: Office,
  author: Author,
  filing: Omit<Filing, 'number'>,
  options: FilingOptions,
): Promise<Receipt> {
  const code = codeFor(office, options.receiptSecret, filing.id)
  const number = await takeCaseNumber(office, options.at ?? office.clock.now())
  try {
    const state = await perform(
      office,
      author,
      async (tx, now) => {
        const context = await contextFor(office, tx, packKey(packOf(office.tenant)), now)
        const decision = decideFiling({ ...filing, number }, context)
        if (isRefusal(decision)) throw refusalError(decision)
        const filed = stateAfter(undefined, decision.events, context)
        const words = decision.events[0].sealed
        const texts = {
          subject: subjectOf(words),
          text: searchText(words, decision.events.find(event => event.type === 'party.named')?.sealed),
          receiptDigest: receiptDigest(digestKey(office), code),
        }
        return {
          result: filed,
          changes: [
            {
              stream: newStream(office, 'case', filing.id, options.wrappedKey),
              events: decision.events,
              writes: [...insertCase(tx.tenant, filed, texts, now), ...(options.writes ?? [])],
            },
          ],
          jobs: noticesFor(tx.tenant, filed, decision.events, 0),
        }
      },
      { at: options.at },
    )
    return { caseId: filing.id, number, receiptCode: code, state }
  } catch (error) {
    const earlier = isRepeat(error) ? await findReceipt(office, filing.id, options.receiptSecret) : undefined
    if (earlier) return earlier
    throw error
  }
}

/** The receipt of a case that was filed with this secret; undefined for any other. */
export async function findReceipt(
  office: Office,
  caseId: string,
  receiptSecret: string,
): Promise<Receipt | undefined> {
  const code = codeFor(office, receiptSecret, caseId)
  const row = await inSnapshot(office.pool, office.tenant.id, tx =>
    tx.first(
      q
        .selectFrom('cases')
        .select(['number', 'receipt_digest', 'state'])
        .where('tenant_id', '=', tx.tenant)
        .where('id', '=', caseId),
    ),
  )
  if (!row || !receiptMatches(digestKey(office), code, row.receipt_digest)) return undefined
  return { caseId, number: row.number, receiptCode: code, state: row.state as unknown as CaseState }
}

/** Whether a typed receipt code is the one of a case; takes as long where there is no such case. */
export function codeMatches(office: Office, typed: string, digest: Buffer | undefined): boolean {
  return receiptMatches(digestKey(office), typed, digest)
}

function codeFor(office: Office, secret: string, caseId: string): string {
  return receiptCode(deriveKey(office.key, `receipt-code ${secret}`), caseId)
}

function digestKey(office: Office): Buffer {
  return deriveKey(office.key, 'receipt-digest')
}

function isRepeat(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code === '23505' && (constraint === 'streams_pkey' || constraint === 'cases_pkey')
}
