import { isDeepStrictEqual } from 'node:util'
import { saveObligations } from '../../obligations/rows.ts'
import { nextLook } from '../../obligations/rules.ts'
import { type Query, q } from '../../platform/database/query.ts'
import { inTransaction, type Tx } from '../../platform/database/tx.ts'
import { absent, present, sealed } from '../../platform/difference.ts'
import type { Json } from '../../platform/json.ts'
import type { Office } from '../../platform/office.ts'
import { unwrapDataKey } from '../../platform/sealing/keys.ts'
import { openSealed, type RecordedEvent } from '../../platform/stream.ts'
import { searchVector } from '../../platform/words.ts'
import { eventsOf } from '../reads.ts'
import { fold } from '../rules/evolve.ts'
import type { CaseState } from '../rules/state.ts'
import { movingColumns } from '../store.ts'
import { searchText, subjectOf } from '../texts.ts'

/** A projection that was not what its events say. */
export type Difference = {
  number: string
  caseId: string
  what: string
  was: string
  is: string
  /** Whether it is put right now; a case's own row, with its receipt, cannot be rebuilt. */
  mended: boolean
}

/** How a rebuild goes about it: whether what differs is mended or only reported, and whom it tells how far it has come. */
type RebuildOptions = { mend?: boolean; progress?: (cases: number) => void }

/**
 * Rebuilds every case's projections (its row, its obligations, the words it is found by) from its events and reports
 * what had differed. Case by case, each in its own transaction under its lock, so that it can run beside the server.
 */
export async function rebuildCases(
  office: Office,
  found: (difference: Difference) => void,
  { progress = () => {}, mend = true }: RebuildOptions = {},
): Promise<number> {
  let after = '00000000-0000-0000-0000-000000000000'
  let count = 0
  for (;;) {
    const ids = await inTransaction(office.pool, office.tenant.id, tx => nextCases(tx, after))
    const last = ids.at(-1)
    if (last === undefined) return count
    for (const id of ids)
      await inTransaction(office.pool, office.tenant.id, tx => rebuildCase(office, tx, id, found, mend))
    after = last
    count += ids.length
    progress(count)
  }
}

async function nextCases(tx: Tx, after: string): Promise<string[]> {
  const rows = await tx.all(
    q
      .selectFrom('streams')
      .select('id')
      .where('tenant_id', '=', tx.tenant)
      .where('kind', '=', 'case')
      .where('id', '>', after)
      .orderBy('id')
      .limit(500),
  )
  return rows.map(row => row.id)
}

async function rebuildCase(
  office: Office,
  tx: Tx,
  id: string,
  found: (difference: Difference) => void,
  mend: boolean,
): Promise<void> {
  const mine = { tenant: tx.tenant, id }
  const [row, key, text, obligations, events] = await Promise.all([
    tx.first(
      q.selectFrom('cases').selectAll().where('tenant_id', '=', tx.tenant).where('id', '=', id).forUpdate(),
    ),
    tx.first(
      q
        .selectFrom('stream_keys')
        .select('wrapped')
        .where('tenant_id', '=', tx.tenant)
        .where('stream_id', '=', id),
    ),
    tx.first(
      q.selectFrom('case_texts').select('words').where('tenant_id', '=', tx.tenant).where('case_id', '=', id),
    ),
    tx.all(
      q.selectFrom('obligations').selectAll().where('tenant_id', '=', tx.tenant).where('stream_id', '=', id),
    ),
    tx.all(eventsOf(tx.tenant, id)),
  ])
  const state = fold(
    events.map(({ type, at, data }) => ({
      type,
      at: at.toString({ fractionalSecondDigits: 3 }),
      data: data as Json,
    })),
  )
  const report = (what: string, was: unknown, is: unknown) =>
    found({
      number: state.number,
      caseId: id,
      what,
      was: shown(was),
      is: shown(is),
      mended: mend && row !== undefined,
    })
  const writes: Query[] = []

  if (!row) report('cases', absent, present)
  else {
    const wanted = { ...movingColumns(state, row.updated_at), ...fixedColumns(state) }
    let differs = false
    for (const [column, is] of Object.entries(wanted)) {
      const was = row[column as keyof typeof row]
      if (same(was, column === 'state' ? JSON.parse(String(is)) : is)) continue
      report(`cases.${column}`, was, is)
      differs = true
    }
    if (differs)
      writes.push(
        q.updateTable('cases').set(wanted).where('tenant_id', '=', mine.tenant).where('id', '=', id),
      )
  }

  const rows = new Map(obligations.map(one => [one.id, one]))
  const wrong = state.obligations.filter(one => {
    const known = rows.get(one.id)
    rows.delete(one.id)
    const is = {
      status: one.status,
      due_at: Temporal.Instant.from(one.due),
      next_look_at: nextLook(one) ?? null,
    }
    const was = known && { status: known.status, due_at: known.due_at, next_look_at: known.next_look_at }
    if (was && Object.entries(is).every(([column, value]) => same(was[column as keyof typeof was], value)))
      return false
    report(`obligations.${one.id}`, was ?? absent, is)
    return true
  })
  writes.push(...saveObligations(mine.tenant, id, wrong))
  for (const extra of rows.keys()) {
    report(`obligations.${extra}`, present, absent)
    const gone = q.deleteFrom('obligations').where('tenant_id', '=', mine.tenant).where('stream_id', '=', id)
    writes.push(gone.where('id', '=', extra))
  }

  const [first] = events
  if (first && key) {
    const stream = { id, key: unwrapDataKey(office.key, key.wrapped, id) }
    const open = (event: unknown) => openSealed(mine.tenant, stream, event as RecordedEvent)
    const opened = open(first)
    const party = events.find(event => event.type === 'party.named')
    const vector = searchVector(searchText(opened, party && open(party)))
    const { words } = await tx.one(q.selectNoFrom(vector.as('words')))
    if (text?.words !== words) {
      report('case_texts', text ? sealed : absent, sealed)
      writes.push(
        q
          .insertInto('case_texts')
          .values({ tenant_id: mine.tenant, case_id: id, words: vector })
          .onConflict(conflict =>
            conflict
              .columns(['tenant_id', 'case_id'])
              .doUpdateSet(eb => ({ words: eb.ref('excluded.words') })),
          ),
      )
    }
    if (row && row.subject !== subjectOf(opened)) {
      report('cases.subject', sealed, sealed)
      const subject = subjectOf(opened)
      writes.push(
        q.updateTable('cases').set({ subject }).where('tenant_id', '=', mine.tenant).where('id', '=', id),
      )
    }
  }
  if (mend) await Promise.all(writes.map(write => tx.run(write)))
}

function fixedColumns(state: CaseState) {
  return {
    number: state.number,
    kind: state.kind,
    category: state.category,
    protected: state.protection === 'protected',
    channel: state.channel,
    language: state.language,
    filed_at: Temporal.Instant.from(state.filedAt),
  }
}

function same(was: unknown, is: unknown): boolean {
  if (was instanceof Temporal.Instant && is instanceof Temporal.Instant) return was.equals(is)
  return isDeepStrictEqual(was, is)
}

// States may hold nothing personal, so a difference can be shown; long ones are cut.
function shown(value: unknown): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)) ?? absent
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
