import { changedObligations, saveObligations } from '../obligations/rows.ts'
import { prepareInsert, type Query, q } from '../platform/database/query.ts'
import { searchVector } from '../platform/words.ts'
import { isOpen } from './lifecycle.ts'
import { type CaseState, nextOwed } from './rules/state.ts'

/** Writes the rows of a new case. `text` is what it can be found by; `subject` what the queue calls it. */
export function insertCase(
  tenant: number,
  state: CaseState,
  texts: { subject: string; text: string; receiptDigest: Buffer },
  now: Temporal.Instant,
): Query[] {
  const [packId = '', packVersion = ''] = state.pack.split('@')
  return [
    insertCases([
      {
        tenant_id: tenant,
        id: state.id,
        number: state.number,
        receipt_digest: texts.receiptDigest,
        kind: state.kind,
        category: state.category,
        protected: state.protection === 'protected',
        channel: state.channel,
        language: state.language,
        pack_id: packId,
        pack_version: Number(packVersion),
        subject: texts.subject,
        filed_at: Temporal.Instant.from(state.filedAt),
        ...movingColumns(state, now),
      },
    ]),
    q
      .insertInto('case_texts')
      .values({ tenant_id: tenant, case_id: state.id, words: searchVector(texts.text) }),
    ...saveObligations(tenant, state.id, state.obligations),
  ]
}

const insertCases = prepareInsert('cases')

/** Writes what changed of a case and of its obligations. */
export function updateCase(
  tenant: number,
  before: CaseState,
  after: CaseState,
  now: Temporal.Instant,
): Query[] {
  return [
    q
      .updateTable('cases')
      .set(movingColumns(after, now))
      .where('tenant_id', '=', tenant)
      .where('id', '=', after.id),
    ...saveObligations(tenant, after.id, changedObligations(before.obligations, after.obligations)),
  ]
}

/** The columns that follow from the state, as they are after any event; also what `rebuild` compares. */
export function movingColumns(state: CaseState, now: Temporal.Instant) {
  const owed = nextOwed(state)
  return {
    status: state.status,
    open: isOpen(state.status) || owed !== undefined,
    unit_id: state.unitId,
    owner_id: state.ownerId,
    lead_id: state.leadId,
    closed_at: state.closedAt === null ? null : Temporal.Instant.from(state.closedAt),
    due_at: owed ? Temporal.Instant.from(owed.due) : null,
    due_kind: owed?.kind ?? null,
    due_from: owed ? Temporal.Instant.from(owed.trigger) : null,
    due_provisional: owed?.provisional ?? false,
    paused: owed?.status === 'paused',
    state: JSON.stringify(state),
    updated_at: now,
  }
}
