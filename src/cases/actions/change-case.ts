import { type Action, type Actor, may, type Resource } from '../../org/may.ts'
import type { Organisation } from '../../org/reads.ts'
import { type Query, q } from '../../platform/database/query.ts'
import type { Tx } from '../../platform/database/tx.ts'
import { BadInput, Conflict, NotAllowed, NotFound } from '../../platform/errors.ts'
import type { Office } from '../../platform/office.ts'
import { perform } from '../../platform/perform.ts'
import { type Author, lockStream, type Stream } from '../../platform/stream.ts'
import { contextFor } from '../context.ts'
import { noticesFor } from '../notices.ts'
import { resourceOf } from '../reads.ts'
import { type Context, type Decision, isRefusal, type Refusal } from '../rules/decision.ts'
import { stateAfter } from '../rules/filing.ts'
import type { CaseState } from '../rules/state.ts'
import { updateCase } from '../store.ts'

/** Who changes a case. A resident has proven themselves with the receipt before this is called. */
export type CaseActor =
  | 'resident'
  | { actor: Actor; action: Action; on?: (state: CaseState, organisation: Organisation) => Resource }
  | { system: string }

/** What a change needs besides who and what. */
export type ChangeOptions = {
  /** The last event the person's page had seen; moved on by somebody else since, the change is refused. */
  seenSeq?: number | undefined
  /** Whether the clock's own events make it stale too, as the versions of HTTP would have it. */
  exactly?: boolean | undefined
  idempotencyKey?: string | undefined
  at?: Temporal.Instant | undefined
  /** Writes that belong to the change, such as noting where it came from. */
  writes?: readonly Query[] | undefined
}

/** Changes one case: locks it, asks who may, lets the rules decide, and writes what follows. */
export async function changeCase(
  office: Office,
  by: CaseActor,
  id: string,
  decide: (state: CaseState, context: Context) => Decision,
  options: ChangeOptions = {},
): Promise<CaseState> {
  return perform(
    office,
    authorOf(by),
    async (tx, now) => {
      const { stream, state } = await lockCase(office, tx, id)
      const context = await contextFor(office, tx, state.pack, now)
      authorise(by, state, context.organisation)
      if (options.seenSeq !== undefined)
        await refuseMovedOn(tx, id, stream.seq, options, context.organisation)
      const decision = decide(state, context)
      if (isRefusal(decision)) throw refusalError(decision)
      const after = stateAfter(state, decision.events, context)
      const writes = [...updateCase(tx.tenant, state, after, now), ...(options.writes ?? [])]
      return {
        result: after,
        changes: [{ stream, events: decision.events, writes }],
        jobs: noticesFor(tx.tenant, after, decision.events, stream.seq),
      }
    },
    options,
  )
}

/** Locks a case's chain and reads its state under the lock; `NotFound` also for another tenant's. */
export async function lockCase(
  office: Office,
  tx: Tx,
  id: string,
): Promise<{ stream: Stream; state: CaseState }> {
  const [stream, row] = await Promise.all([
    lockStream(office, tx, id),
    tx.first(
      q
        .selectFrom('cases')
        .select('state')
        .where('tenant_id', '=', tx.tenant)
        .where('id', '=', id)
        .forUpdate(),
    ),
  ])
  if (!stream || !row) throw new NotFound('case')
  return { stream, state: row.state as unknown as CaseState }
}

/** A refusal as the error that the page shows: beside its field, or as a conflict with how things stand. */
export function refusalError({ refused, field, values }: Refusal): BadInput | Conflict {
  if (field) return new BadInput([{ field, text: refused, ...(values && { values }) }])
  return new Conflict(refused, values)
}

function authorOf(by: CaseActor): Author {
  if (by === 'resident') return { kind: 'resident' }
  return 'system' in by ? { kind: 'system', name: by.system } : { kind: 'staff', id: by.actor.staffId }
}

function authorise(by: CaseActor, state: CaseState, organisation: Organisation): void {
  if (by === 'resident' || 'system' in by) return
  const resource = (by.on ?? resourceOf)(state, organisation)
  if (!may(by.actor, by.action, resource)) throw new NotAllowed()
}

// Neither the clock's own warnings count nor a new address of the resident's calendar: only what was done about the case
// since can make a form stale.
async function refuseMovedOn(
  tx: Tx,
  id: string,
  seq: number,
  { seenSeq: seen = seq, exactly = false }: ChangeOptions,
  organisation: Organisation,
): Promise<void> {
  if (seq === seen) return
  const since = await tx.all(
    q
      .selectFrom('events')
      .select(['actor', 'at', 'type'])
      .where('tenant_id', '=', tx.tenant)
      .where('stream_id', '=', id)
      .where('seq', '>', seen)
      .orderBy('seq', 'desc'),
  )
  const counts = ({ actor, type }: (typeof since)[number]) =>
    (actor as unknown as Author).kind !== 'system' && type !== 'calendar.renewed'
  const last = since.find(counts) ?? (exactly ? since[0] : undefined)
  if (!last) return
  const author = last.actor as unknown as Author
  const who = author.kind === 'staff' ? (organisation.officers.get(author.id)?.name ?? '') : author.kind
  throw new Conflict('cases.refused.moved-on', { who, when: last.at.toString() })
}
