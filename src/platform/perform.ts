import { hash } from 'node:crypto'
import { hashEvent } from './chain.ts'
import { prepare, prepareInsert, putTogether, type Query, q } from './database/query.ts'
import { inTransaction, type Tx } from './database/tx.ts'
import type { Json } from './json.ts'
import type { Office } from './office.ts'
import { seal } from './sealing/payload.ts'
import { type Author, type Stream, sealingPlace } from './stream.ts'

/** A fact as the rules state it. `data` is free of personal data and narrative; `sealed` is encrypted with the stream's key. */
export type NewEvent = {
  type: string
  data: Json
  sealed?: Json
  /** When it happened, where that was before now: history taken over from elsewhere. In order within a change. */
  at?: Temporal.Instant
}

/** Background work, enqueued in the transaction that needs it. */
export type Job = { task: string; payload: Json; key?: string; runAt?: Temporal.Instant; queue?: string }

/** What happens to one stream: at least one event, and the projection writes that follow from it. */
export type Change = { stream: Stream; events: readonly [NewEvent, ...NewEvent[]]; writes: readonly Query[] }

/** What an action decided. A change without its event does not type-check. */
export type Outcome<R> = { result: R; changes: readonly Change[]; jobs?: readonly Job[] }

type Options = {
  /** The same key performs once; the second call gets the first one's result. */
  idempotencyKey?: string | undefined
  /** When it happened, where that is not now: imports of dated records, and the demo's weeks. */
  at?: Temporal.Instant | undefined
}

/**
 * The one way to change anything: runs `action` in a transaction and writes its events, chain, projections and jobs,
 * all or nothing. Resolves once the commit is on disk.
 */
export async function perform<R>(
  office: Office,
  author: Author,
  action: (tx: Tx, now: Temporal.Instant) => Promise<Outcome<R>>,
  options: Options = {},
): Promise<R> {
  const { tenant, pool, clock, once } = office
  const now = (options.at ?? clock.now()).round({ smallestUnit: 'millisecond', roundingMode: 'floor' })
  const idempotencyKey = options.idempotencyKey ?? once?.key
  try {
    return await inTransaction(pool, tenant.id, async tx => {
      const outcome = await action(tx, now)
      const changes = outcome.changes.map(change => changeWrites(tenant.id, author, now, change))
      // Streams come before what refers to them, whichever change it is of.
      const all = [...changes.flatMap(one => one.head), ...changes.flatMap(one => one.rest)]
      const writes = changes.length > 1 ? putTogether(all) : all
      if (!office.quiet) {
        const relayed = (await office.relay?.(pool, tx, author, outcome.changes)) ?? []
        for (const job of [...(outcome.jobs ?? []), ...relayed]) writes.push(enqueue(job))
      }
      if (idempotencyKey !== undefined)
        writes.push(
          idempotencyWrite(
            tenant.id,
            idempotencyKey,
            once ? named(once, outcome.result) : outcome.result,
            now,
          ),
        )
      await Promise.all(writes.map(write => tx.run(write)))
      return outcome.result
    })
  } catch (error) {
    // Whether a request that names itself is the same one again is for whoever took it to tell.
    if (idempotencyKey === undefined || once || !isRepeat(error)) throw error
    return inTransaction(
      pool,
      tenant.id,
      async tx => (await tx.one(earlierResult(tenant.id, idempotencyKey))).result as R,
    )
  }
}

function changeWrites(
  tenant: number,
  author: Author,
  now: Temporal.Instant,
  change: Change,
): { head: Query[]; rest: Query[] } {
  const { stream } = change
  let { seq, head } = stream
  let last: Temporal.Instant | undefined
  const rows = change.events.map(event => {
    const when = event.at?.round({ smallestUnit: 'millisecond', roundingMode: 'floor' }) ?? now
    if (Temporal.Instant.compare(when, now) > 0) throw new RangeError('an event before it happened')
    if (last && Temporal.Instant.compare(when, last) < 0)
      throw new RangeError('events out of their order in time')
    last = when
    const at = new Date(when.epochMilliseconds).toISOString()
    const sealed =
      event.sealed === undefined
        ? null
        : seal(stream.key, sealingPlace(tenant, stream.id, event.type), event.sealed)
    const previous = head
    seq += 1
    const data = event.data
    const sealedDigest = sealed && hash('sha256', sealed, 'buffer')
    const header = { tenant, stream: stream.id, seq, type: event.type, at, actor: author, data, sealedDigest }
    head = hashEvent(header, previous)
    return {
      tenant_id: tenant,
      stream_id: stream.id,
      seq,
      type: event.type,
      at: when,
      actor: JSON.stringify(author),
      data: JSON.stringify(data),
      sealed,
      previous,
      hash: head,
    }
  })
  return {
    head: headWrites(tenant, stream, seq, head, now),
    rest: [
      insertEvents(rows),
      insertPending([{ tenant_id: tenant, stream_id: stream.id, seq, hash: head }]),
      ...change.writes,
    ],
  }
}

const insertEvents = prepareInsert('events')
const insertPending = prepareInsert('chain_pending')
const insertStream = prepareInsert('streams')
const insertKey = prepareInsert('stream_keys')
const moveHead = prepare((tenant: number, id: string, seq: number, head: Buffer) =>
  q.updateTable('streams').set({ seq, head }).where('tenant_id', '=', tenant).where('id', '=', id),
)

function headWrites(
  tenant: number,
  stream: Stream,
  seq: number,
  head: Buffer,
  now: Temporal.Instant,
): Query[] {
  const { id, kind, wrapped } = stream
  if (!wrapped) return [moveHead(tenant, id, seq, head)]
  return [
    insertStream([{ tenant_id: tenant, id, kind, seq, head, created_at: now }]),
    insertKey([{ tenant_id: tenant, stream_id: id, wrapped }]),
  ]
}

/** The write that enqueues a job, for a transaction that changes nothing of the record. */
export function enqueue({ task, payload, key, runAt, queue }: Job): Query {
  return enqueueJob(task, JSON.stringify(payload), key ?? null, runAt ?? null, queue ?? null)
}

const enqueueJob = prepare(
  (task: string, payload: string, key: string | null, runAt: Temporal.Instant | null, queue: string | null) =>
    q.selectNoFrom(eb =>
      eb
        .fn<null>('enqueue_job', [
          eb.val(task),
          eb.cast(eb.val(payload), 'json'),
          eb.val(key),
          eb.cast(eb.val(runAt), 'timestamptz'),
          eb.val(queue),
        ])
        .as('enqueued'),
    ),
)

function idempotencyWrite(tenant: number, key: string, result: unknown, now: Temporal.Instant): Query {
  const row = { tenant_id: tenant, key, result: JSON.stringify(result ?? null), created_at: now }
  return q.insertInto('idempotency_keys').values(row)
}

/** What became of a request that named itself, by its key; `asked` is the digest of what it asked. */
export async function findRepeat(
  { pool, tenant }: Office,
  key: string,
): Promise<{ asked: string; result: unknown } | undefined> {
  const row = await inTransaction(pool, tenant.id, tx => tx.first(earlierResult(tenant.id, key)))
  return row?.result as { asked: string; result: unknown } | undefined
}

const named = ({ asked }: NonNullable<Office['once']>, result: unknown) => ({ asked, result: result ?? null })

function earlierResult(tenant: number, key: string) {
  return q
    .selectFrom('idempotency_keys')
    .select('result')
    .where('tenant_id', '=', tenant)
    .where('key', '=', key)
}

/** Whether a write failed because its key was there already: somebody else was faster with the same request. */
export function isRepeat(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string }
  return code === '23505' && constraint === 'idempotency_keys_pkey'
}

/** Forgets which forms were sent before a time: nobody sends one again after so long. */
export function forgetRepeats({ pool, tenant }: Office, before: Temporal.Instant): Promise<void> {
  return inTransaction(pool, tenant.id, tx =>
    tx.run(
      q.deleteFrom('idempotency_keys').where('tenant_id', '=', tenant.id).where('created_at', '<', before),
    ),
  )
}
