import type { Query } from '../../platform/database/query.ts'
import type { Office } from '../../platform/office.ts'
import { changeCase } from './change-case.ts'

/** A copy of a case at another server. */
export type SentCopy = {
  connectionId: string
  /** The other server's endpoint, what it is called here, and the number of the copy there. */
  url: string
  name: string
  number: string
  /** What the other server says to the resident; a receipt code of theirs may be in it. */
  notice: string | null
  /** Whether that server had it already, because it fetches cases itself. */
  fetched: boolean
}

/** Writes down, once for each connection, that a case was copied: the resident sees where to, and as which number. */
export async function noteCopy(
  office: Office,
  caseId: string,
  { notice, ...data }: SentCopy,
  writes: readonly Query[],
): Promise<void> {
  const event = { type: 'copy.sent', data, ...(notice && { sealed: { notice } }) }
  const idempotencyKey = `copy ${caseId} ${data.connectionId}`
  await changeCase(office, { system: 'connectors' }, caseId, () => ({ events: [event] }), {
    idempotencyKey,
    writes,
  })
}
