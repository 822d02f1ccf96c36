import { formatCaseNumber } from '../platform/case-number.ts'
import { q } from '../platform/database/query.ts'
import { inTransaction } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'

// A row per tenant and year, taken by every filing, would make filings wait for each other's fsync. So a process takes
// numbers by the score; those it has not used when it ends are left out.
const blockSize = 20

type Block = { next: number; end: number }
const blocks = new WeakMap<object, Map<string, Promise<Block>>>()

/** The next case number of the tenant's year (`2026-000123-7`). Numbers are unique, not without gaps. */
export async function takeCaseNumber(office: Office, now: Temporal.Instant): Promise<string> {
  const { year } = now.toZonedDateTimeISO(office.tenant.timeZone)
  const ofPool = blocks.get(office.pool) ?? new Map<string, Promise<Block>>()
  blocks.set(office.pool, ofPool)
  const key = `${office.tenant.id}/${year}`
  for (;;) {
    const promise = ofPool.get(key) ?? takeBlock(office, year)
    ofPool.set(key, promise)
    promise.catch(() => ofPool.delete(key))
    const block = await promise
    if (block.next < block.end) return formatCaseNumber({ year, sequence: block.next++ })
    if (ofPool.get(key) === promise) ofPool.delete(key)
  }
}

/** Numbers for as many cases of one year at once, for an import. */
export async function takeCaseNumbers(office: Office, year: number, count: number): Promise<string[]> {
  const { next } = await takeBlock(office, year, count)
  return Array.from({ length: count }, (_, n) => formatCaseNumber({ year, sequence: next + n }))
}

async function takeBlock({ tenant, pool }: Office, year: number, size = blockSize): Promise<Block> {
  const { next } = await inTransaction(pool, tenant.id, tx =>
    tx.one(
      q
        .insertInto('case_numbers')
        .values({ tenant_id: tenant.id, year, next: 1 + size })
        .onConflict(conflict =>
          conflict
            .columns(['tenant_id', 'year'])
            .doUpdateSet(eb => ({ next: eb('case_numbers.next', '+', size) })),
        )
        .returning('next'),
    ),
  )
  return { next: next - size, end: next }
}
