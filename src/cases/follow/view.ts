import { inSnapshot } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import { contextFor } from '../context.ts'
import { type CaseRecord, findCase } from '../reads.ts'
import type { Context } from '../rules/decision.ts'

/** A case as its resident sees it: the record, and the rules and organisation it is read by. */
export type CaseView = { record: CaseRecord; context: Context }

/** The case with this id; undefined where there is none. */
export function findView(office: Office, caseId: string): Promise<CaseView | undefined> {
  return inSnapshot(office.pool, office.tenant.id, async tx => {
    const record = await findCase(office, tx, caseId)
    if (!record) return undefined
    return { record, context: await contextFor(office, tx, record.state.pack, office.clock.now()) }
  })
}
