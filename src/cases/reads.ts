import { sql } from 'kysely'
import type { Resource } from '../org/may.ts'
import type { Organisation } from '../org/reads.ts'
import { formatCaseNumber, parseCaseNumber } from '../platform/case-number.ts'
import { prepare, q } from '../platform/database/query.ts'
import type { Tx } from '../platform/database/tx.ts'
import type { Json } from '../platform/json.ts'
import type { Office } from '../platform/office.ts'
import { type DataKey, unwrapDataKey } from '../platform/sealing/keys.ts'
import { type Author, openSealed, type RecordedEvent } from '../platform/stream.ts'
import type { CaseState } from './rules/state.ts'

/** An event of a case as pages show it: opened, except for the identity, which opens only on purpose. */
export type CaseEvent = {
  seq: number
  type: string
  at: Temporal.Instant
  actor: Author
  data: Record<string, Json>
  /** What was sealed; undefined once the retention period has ended, and for an identity. */
  text: Record<string, Json> | undefined
}

/** Everything about a case, but who its resident is. */
export type CaseRecord = {
  state: CaseState
  subject: string | null
  /** The last event a page has seen; sent back with forms, so that nobody acts on what has moved on. */
  seq: number
  receiptDigest: Buffer
  events: CaseEvent[]
  /** Opens the case's files; undefined once its key was destroyed. */
  key: DataKey | undefined
}

/** A case with its events, by id. Two statements, one round trip. */
export async function findCase(office: Office, tx: Tx, id: string): Promise<CaseRecord | undefined> {
  const [row, events] = await Promise.all([
    tx.first(caseRow(tx.tenant).where('cases.id', '=', id)),
    tx.all(eventsOf(tx.tenant, id)),
  ])
  return row && openCase(office, row, events)
}

/**
 * A case with its events, by its number however it was typed, as a page tells them: of the clocks, whose every event
 * carries the whole of what is owed, only what is said of them. Two statements, one round trip, a fifth of the bytes.
 */
export async function findCaseToTell(office: Office, tx: Tx, typed: string): Promise<CaseRecord | undefined> {
  const parsed = parseCaseNumber(typed)
  if (!parsed) return undefined
  const number = formatCaseNumber(parsed)
  const [row, events] = await Promise.all([
    tx.first(caseByNumber(tx.tenant, number)),
    tx.all(toldEvents(tx.tenant, number)),
  ])
  return row && openCase(office, row, events)
}

const caseByNumber = prepare((tenant: number, number: string) =>
  caseRow(tenant).where('cases.number', '=', number),
)

const toldEvents = prepare((tenant: number, number: string) =>
  q
    .selectFrom('events')
    .select(['seq', 'type', 'at', 'actor', 'sealed', toldData.as('data')])
    .where('tenant_id', '=', tenant)
    .where('stream_id', '=', eb =>
      eb.selectFrom('cases').select('id').where('tenant_id', '=', tenant).where('number', '=', number),
    )
    .orderBy('seq'),
)

const toldData = sql<Json>`case when type like 'obligation.%' then jsonb_build_object(
  'obligation', jsonb_build_object('id', data #> '{obligation,id}', 'kind', data #> '{obligation,kind}',
    'due', data #> '{obligation,due}', 'owedBy', data #> '{obligation,owedBy}'),
  'stage', data -> 'stage', 'told', data -> 'told', 'because', data -> 'because') else data end`

function caseRow(tenant: number) {
  return q
    .selectFrom('cases')
    .innerJoin('streams', join =>
      join.onRef('streams.tenant_id', '=', 'cases.tenant_id').onRef('streams.id', '=', 'cases.id'),
    )
    .leftJoin('stream_keys', join =>
      join
        .onRef('stream_keys.tenant_id', '=', 'cases.tenant_id')
        .onRef('stream_keys.stream_id', '=', 'cases.id'),
    )
    .select(['cases.state', 'cases.subject', 'cases.receipt_digest', 'streams.seq', 'stream_keys.wrapped'])
    .where('cases.tenant_id', '=', tenant)
}

type CaseRow = {
  state: unknown
  subject: string | null
  receipt_digest: Buffer
  seq: number
  wrapped: Buffer | null
}

function openCase(office: Office, row: CaseRow, events: readonly unknown[]): CaseRecord {
  const state = row.state as CaseState
  const key = row.wrapped ? unwrapDataKey(office.key, row.wrapped, state.id) : undefined
  return {
    state,
    subject: row.subject,
    seq: row.seq,
    receiptDigest: row.receipt_digest,
    events: events.map(event => openEvent(office.tenant.id, state.id, key, event as RecordedEvent)),
    key,
  }
}

/** The id and receipt digest of the case with this number, however it was typed. */
export async function findCaseByNumber(
  tx: Tx,
  typed: string,
): Promise<{ id: string; receiptDigest: Buffer } | undefined> {
  const parsed = parseCaseNumber(typed)
  if (!parsed) return undefined
  const row = await tx.first(
    q
      .selectFrom('cases')
      .select(['id', 'receipt_digest'])
      .where('tenant_id', '=', tx.tenant)
      .where('number', '=', formatCaseNumber(parsed)),
  )
  return row && { id: row.id, receiptDigest: row.receipt_digest }
}

/** Who the resident is, as last stated. Read only by an action that records that it was (promise 6), or to send a notice. */
export async function openParty(office: Office, tx: Tx, id: string): Promise<Party | undefined> {
  const row = await tx.first(
    q
      .selectFrom('events')
      .innerJoin('stream_keys', join =>
        join
          .onRef('stream_keys.tenant_id', '=', 'events.tenant_id')
          .onRef('stream_keys.stream_id', '=', 'events.stream_id'),
      )
      .select([
        'events.seq',
        'events.type',
        'events.at',
        'events.actor',
        'events.data',
        'events.sealed',
        'stream_keys.wrapped',
      ])
      .where('events.tenant_id', '=', tx.tenant)
      .where('events.stream_id', '=', id)
      .where('events.type', '=', 'party.named')
      .orderBy('events.seq', 'desc')
      .limit(1),
  )
  if (!row) return undefined
  const key = unwrapDataKey(office.key, row.wrapped, id)
  return openSealed(tx.tenant, { id, key }, row as unknown as RecordedEvent) as unknown as Party
}

/** The resident of a case. */
export type Party = { name: string; email?: string; phone?: string }

/** What `may` needs to know of a case. */
export function resourceOf(state: CaseState, organisation: Organisation): Resource {
  return {
    unitPath: organisation.units.get(state.unitId)?.path ?? [],
    ownerId: state.ownerId ?? undefined,
    leadId: state.leadId ?? undefined,
    aboutUnits: state.aboutUnits,
    aboutStaff: state.aboutStaff,
  }
}

/** The unit that would receive a redirected case, as `may` sees it: its people confirm or refuse. */
export function receiverOf(state: CaseState, organisation: Organisation): Resource {
  const unitPath = organisation.units.get(state.redirect?.to ?? '')?.path ?? []
  return { unitPath, aboutUnits: state.aboutUnits, aboutStaff: state.aboutStaff }
}

/** The events of a stream, in order. */
export function eventsOf(tenant: number, streamId: string) {
  return q
    .selectFrom('events')
    .select(['seq', 'type', 'at', 'actor', 'data', 'sealed'])
    .where('tenant_id', '=', tenant)
    .where('stream_id', '=', streamId)
    .orderBy('seq')
}

function openEvent(tenant: number, id: string, key: DataKey | undefined, event: RecordedEvent): CaseEvent {
  const { seq, type, at, actor } = event
  const text = key && type !== 'party.named' ? openSealed(tenant, { id, key }, event) : undefined
  return {
    seq,
    type,
    at,
    actor,
    data: event.data as Record<string, Json>,
    text: text as Record<string, Json> | undefined,
  }
}
