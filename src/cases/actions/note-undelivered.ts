import type { NoticeKey } from '../../notify/rules.ts'
import type { Office } from '../../platform/office.ts'
import { changeCase } from './change-case.ts'

/**
 * Writes down, once, that a notice cannot reach its address: the office sees that the resident has to be told in
 * another way, and the resident why nothing came.
 */
export async function noteUndelivered(office: Office, { caseId, seq, template }: NoticeKey): Promise<void> {
  const event = { type: 'notice.undelivered', data: { seq, template } }
  const idempotencyKey = `undelivered ${caseId} ${seq} ${template}`
  await changeCase(office, { system: 'notices' }, caseId, () => ({ events: [event] }), { idempotencyKey })
}
