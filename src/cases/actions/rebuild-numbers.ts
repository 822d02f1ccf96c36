import { sql } from 'kysely'
import { parseCaseNumber } from '../../platform/case-number.ts'
import { q } from '../../platform/database/query.ts'
import { inTransaction } from '../../platform/database/tx.ts'
import { absent } from '../../platform/difference.ts'
import type { Office } from '../../platform/office.ts'
import type { Difference } from './rebuild-cases.ts'

/**
 * Compares the next number of each year with those that cases have: one that lies behind would be given out a second
 * time, and no case could be filed. One that lies ahead is no fault, for numbers are taken by the score.
 */
export async function rebuildCaseNumbers(
  office: Office,
  found: (difference: Difference) => void,
  mend: boolean,
): Promise<void> {
  await inTransaction(office.pool, office.tenant.id, async tx => {
    const [given, next] = await Promise.all([
      // Within a year numbers have the same length up to a million cases, and are longer after that.
      tx.all(
        q
          .selectFrom('cases')
          .select([
            sql<string>`split_part(number, '-', 1)`.as('year'),
            sql<string>`(array_agg(number order by length(number) desc, number desc))[1]`.as('highest'),
          ])
          .where('tenant_id', '=', tx.tenant)
          .groupBy('year'),
      ),
      tx.all(
        q.selectFrom('case_numbers').select(['year', 'next']).where('tenant_id', '=', tx.tenant).forUpdate(),
      ),
    ])
    const nextOf = new Map(next.map(row => [row.year, row.next]))
    for (const { highest } of given) {
      const parsed = parseCaseNumber(highest)
      if (!parsed) continue
      const { year, sequence } = parsed
      const was = nextOf.get(year)
      if (was !== undefined && was > sequence) continue
      found({
        number: highest,
        caseId: '',
        what: `case_numbers.${year}`,
        was: String(was ?? absent),
        is: String(sequence + 1),
        mended: mend,
      })
      if (!mend) continue
      await tx.run(
        q
          .insertInto('case_numbers')
          .values({ tenant_id: tx.tenant, year, next: sequence + 1 })
          .onConflict(conflict =>
            conflict.columns(['tenant_id', 'year']).doUpdateSet({ next: sequence + 1 }),
          ),
      )
    }
  })
}
