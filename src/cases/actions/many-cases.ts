import { findPack } from '../../packs/reads.ts'
import { anyOf, q } from '../../platform/database/query.ts'
import type { Tx } from '../../platform/database/tx.ts'
import type { Office } from '../../platform/office.ts'
import type { Change, Job, NewEvent } from '../../platform/perform.ts'
import { unwrapDataKey } from '../../platform/sealing/keys.ts'
import type { Stream } from '../../platform/stream.ts'
import { contextFor } from '../context.ts'
import { noticesFor } from '../notices.ts'
import type { Context } from '../rules/decision.ts'
import { stateAfter } from '../rules/filing.ts'
import type { CaseState } from '../rules/state.ts'
import { updateCase } from '../store.ts'

/** A case under its lock. */
export type LockedCase = { stream: Stream; state: CaseState }

/**
 * Locks several cases in one statement, in the order of their ids so that two workers cannot wait for each other, and
 * leaves out those that somebody is working on at this moment, or waits for them.
 */
export async function lockCases(
  office: Office,
  tx: Tx,
  ids: readonly string[],
  busy: 'skip' | 'wait' = 'skip',
): Promise<LockedCase[]> {
  const query = q
    .selectFrom('streams')
    .innerJoin('cases', join =>
      join.onRef('cases.tenant_id', '=', 'streams.tenant_id').onRef('cases.id', '=', 'streams.id'),
    )
    .innerJoin('stream_keys', join =>
      join
        .onRef('stream_keys.tenant_id', '=', 'streams.tenant_id')
        .onRef('stream_keys.stream_id', '=', 'streams.id'),
    )
    .select([
      'streams.id',
      'streams.kind',
      'streams.seq',
      'streams.head',
      'stream_keys.wrapped',
      'cases.state',
    ])
    .where('streams.tenant_id', '=', tx.tenant)
    .where('streams.id', '=', anyOf(ids))
    .orderBy('streams.id')
    .forUpdate(['streams', 'cases'])
  const rows = await tx.all(busy === 'skip' ? query.skipLocked() : query)
  return rows.map(({ id, kind, seq, head, wrapped, state }) => ({
    stream: { id, kind, seq, head, key: unwrapDataKey(office.key, wrapped, id) },
    state: state as unknown as CaseState,
  }))
}

/** Contexts of a batch, one for each pack that its cases were filed under. */
export async function contextsFor(
  office: Office,
  tx: Tx,
  cases: readonly LockedCase[],
  now: Temporal.Instant,
): Promise<ReadonlyMap<string, Context>> {
  const keys = new Set(cases.map(one => one.state.pack))
  const contexts = new Map<string, Context>()
  for (const key of keys) {
    findPack(key) // a pack that is missing fails the batch by its name, before anything is decided
    contexts.set(key, await contextFor(office, tx, key, now))
  }
  return contexts
}

/** The change and the notices of one case's new events. */
export function changeOf(
  tx: Tx,
  { stream, state }: LockedCase,
  events: readonly [NewEvent, ...NewEvent[]],
  context: Context,
): { change: Change; jobs: Job[] } {
  const after = stateAfter(state, events, context)
  return {
    change: { stream, events, writes: updateCase(tx.tenant, state, after, context.now) },
    jobs: noticesFor(tx.tenant, after, events, stream.seq),
  }
}
