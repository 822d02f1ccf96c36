import { randomBytes } from 'node:crypto'
import { packKey } from '../../packs/load.ts'
import { packOf } from '../../packs/reads.ts'
import { anyOf, q } from '../../platform/database/query.ts'
import { inSnapshot, type Tx } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { type Change, perform } from '../../platform/perform.ts'
import { newStream } from '../../platform/stream.ts'
import { contextFor } from '../context.ts'
import { takeCaseNumbers } from '../numbers.ts'
import { type Context, isRefusal } from '../rules/decision.ts'
import { decideImport, type EarlierCase, type Origin, stateAfterAll } from '../rules/importing.ts'
import { insertCase } from '../store.ts'
import { searchText, subjectOf } from '../texts.ts'
import { refusalError } from './change-case.ts'

/** A case to take over; its number is given here. Its id follows from its key, so that twice is once. */
export type CaseToImport = Omit<EarlierCase, 'number'>

/** What became of a batch. */
export type Imported = { imported: number; known: number }

/**
 * Takes a batch of cases over from another system in one transaction: all of those that are not here yet, or none.
 * A few hundred at a time cost a tenth of what as many transactions would.
 */
export async function importCases(
  office: Office,
  origin: Origin,
  cases: readonly CaseToImport[],
): Promise<Imported> {
  const once = [...new Map(cases.map(one => [one.id, one])).values()]
  for (let attempt = 1; ; attempt++) {
    const known = await inSnapshot(office.pool, office.tenant.id, tx => knownOf(tx, once))
    const fresh = once.filter(one => !known.has(one.id))
    try {
      if (fresh.length > 0) await importFresh(office, origin, await numbered(office, fresh))
      return { imported: fresh.length, known: cases.length - fresh.length }
    } catch (error) {
      // Another import of the same file was faster with one of them: look again.
      if (!isRepeat(error) || attempt === 5) throw error
    }
  }
}

/** How many of these cases are here already, or twice among themselves; what `importCases` would leave as it is. */
export async function countKnown(office: Office, cases: readonly CaseToImport[]): Promise<number> {
  const once = [...new Map(cases.map(one => [one.id, one])).values()]
  const known = await inSnapshot(office.pool, office.tenant.id, tx => knownOf(tx, once))
  return cases.length - once.length + known.size
}

async function importFresh(office: Office, origin: Origin, cases: readonly EarlierCase[]): Promise<void> {
  await perform(office, { kind: 'import', name: origin.source }, async (tx, now) => {
    const context = await contextFor(office, tx, packKey(packOf(office.tenant)), now)
    return { result: undefined, changes: cases.map(one => changeOf(office, tx, one, origin, context)) }
  })
}

function changeOf(office: Office, tx: Tx, earlier: EarlierCase, origin: Origin, context: Context): Change {
  const decision = decideImport(earlier, origin, context)
  if (isRefusal(decision)) throw refusalError(decision)
  const { events } = decision
  const state = stateAfterAll(events, context)
  const words = events[0].sealed
  const texts = {
    subject: subjectOf(words),
    text: searchText(words),
    receiptDigest: randomBytes(32), // nobody was given a code, so none fits
  }
  const writes = insertCase(tx.tenant, state, texts, context.now)
  return { stream: newStream(office, 'case', earlier.id), events, writes }
}

async function knownOf(tx: Tx, cases: readonly CaseToImport[]): Promise<Set<string>> {
  const ids = cases.map(one => one.id)
  const rows = await tx.all(
    q.selectFrom('streams').select('id').where('tenant_id', '=', tx.tenant).where('id', '=', anyOf(ids)),
  )
  return new Set(rows.map(row => row.id))
}

/** Numbers of the year in which each was raised. */
async function numbered(office: Office, cases: readonly CaseToImport[]): Promise<EarlierCase[]> {
  const yearOf = (one: CaseToImport) => one.filedAt.toZonedDateTimeISO(office.tenant.timeZone).year
  const done: EarlierCase[] = []
  for (const [year, ofYear] of Map.groupBy(cases, yearOf)) {
    const numbers = await takeCaseNumbers(office, year, ofYear.length)
    for (const [n, one] of ofYear.entries()) done.push({ ...one, number: numbers[n] ?? '' })
  }
  return done
}

function isRepeat(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code === '23505' && constraint === 'streams_pkey'
}
