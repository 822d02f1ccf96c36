import { updateEvents } from '../open311/rules.ts'
import { inTransaction } from '../platform/database/tx.ts'
import type { Office, Relay } from '../platform/office.ts'
import { enqueue } from '../platform/perform.ts'
import { isSending, listConnections } from './reads.ts'
import { runJob } from './run-job.ts'
import { insertWaiting, wantSteps } from './store.ts'

/** What the job `relay-connectors` is given: cases that were filed, and the last step of those that went on. */
export type RelayPayload = { tenant: number; filed: string[]; steps: { id: string; seq: number }[] }

/**
 * Has other servers told of new cases and their steps, whoever takes them: the job is enqueued in the transaction of the
 * events, and only where cases are sent anywhere. History that is taken over from elsewhere is not news.
 */
export const relayCopies: Relay = async (pool, tx, author, changes) => {
  if (author.kind === 'import') return []
  const cases = changes.filter(({ stream }) => stream.kind === 'case')
  const filed = cases.filter(one => one.events.some(event => event.type === 'case.filed'))
  const steps = cases.flatMap(({ stream, events }) => {
    const last = events.findLastIndex(event => updateEvents.some(type => type === event.type))
    return last < 0 ? [] : [{ id: stream.id, seq: stream.seq + last + 1 }]
  })
  if (filed.length + steps.length === 0 || !(await isSending(pool, tx))) return []
  const payload: RelayPayload = { tenant: tx.tenant, filed: filed.map(one => one.stream.id), steps }
  return [{ task: 'relay-connectors', payload }]
}

/** Puts what was recorded on its way over each connection that wants it. Done twice, it is done once. */
export async function relay(office: Office, { filed, steps }: RelayPayload): Promise<void> {
  await inTransaction(office.pool, office.tenant.id, async tx => {
    // The job of a later step may come before that of the filing, as after a kill: so a step puts its case there too.
    const caseIds = [...new Set([...filed, ...steps.map(one => one.id)])]
    await tx.run(insertWaiting(tx.tenant, { caseIds }, office.clock.now()))
    await Promise.all(steps.map(({ id, seq }) => tx.run(wantSteps(tx.tenant, id, seq))))
    const active = (await listConnections(tx)).filter(one => one.direction === 'to' && !one.pausedAt)
    await Promise.all(active.map(one => tx.run(enqueue(runJob(tx.tenant, one.id, one.nextAt)))))
  })
}
