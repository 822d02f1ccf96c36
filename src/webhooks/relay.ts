import { evolve } from '../cases/rules/evolve.ts'
import type { CaseState } from '../cases/rules/state.ts'
import { findOrganisation } from '../org/reads.ts'
import { anyOf, q } from '../platform/database/query.ts'
import { inTransaction, type Tx } from '../platform/database/tx.ts'
import type { Json } from '../platform/json.ts'
import type { Office, Relay } from '../platform/office.ts'
import { enqueue } from '../platform/perform.ts'
import { isListening, listEndpoints } from './reads.ts'
import { webhookTypeOf } from './rules/event-types.ts'
import { messageIdOf } from './rules/message-id.ts'
import { payloadOf, type Told } from './rules/payload.ts'
import { sendJob } from './send-job.ts'
import { insertDeliveries, insertMessages } from './store.ts'

/** What the job `relay-webhooks` is given: events that were recorded together, `from` and `to` inclusive. */
export type RelayPayload = { tenant: number; cases: { id: string; from: number; to: number }[] }

/**
 * Has other programs told of what happens to cases, whoever does it: the job is enqueued in the transaction of the
 * events, and only where somebody listens. History that is taken over from elsewhere is not news.
 */
export const relayCaseEvents: Relay = async (pool, tx, author, changes) => {
  if (author.kind === 'import') return []
  const cases = changes
    .filter(({ stream, events }) => stream.kind === 'case' && events.some(event => webhookTypeOf(event.type)))
    .map(({ stream: { id, seq }, events }) => ({ id, from: seq + 1, to: seq + events.length }))
  if (cases.length === 0 || !(await isListening(pool, tx))) return []
  const payload: RelayPayload = { tenant: tx.tenant, cases }
  return [{ task: 'relay-webhooks', payload }]
}

/** Makes the messages of recorded events, one delivery for each endpoint that wants it. Done twice, it is done once. */
export async function relay(office: Office, { cases }: RelayPayload): Promise<void> {
  await inTransaction(office.pool, office.tenant.id, async tx => {
    const [endpoints, organisation, told] = await Promise.all([
      listEndpoints(tx),
      findOrganisation(office.pool, tx),
      readTold(tx, cases),
    ])
    const active = endpoints.filter(endpoint => endpoint.disabledAt === null)
    const now = office.clock.now()
    const messages: Message[] = []
    const deliveries: NewDelivery[] = []
    for (const one of told) {
      const wanted = active.filter(({ types }) => types.length === 0 || types.includes(one.type))
      if (wanted.length === 0) continue
      const id = messageIdOf(tx.tenant, one.state.id, one.seq)
      const body = payloadOf(one, organisation.units.get(one.state.unitId)?.name)
      messages.push({ tenant_id: tx.tenant, id, type: one.type, body, created_at: now })
      for (const { id: endpointId } of wanted) deliveries.push(deliveryOf(tx.tenant, endpointId, id, now))
    }
    await writeMessages(tx, messages, deliveries)
  })
}

type Message = { tenant_id: number; id: string; type: string; body: string; created_at: Temporal.Instant }
type NewDelivery = ReturnType<typeof deliveryOf>

/** The row of a delivery that is due at once. */
export function deliveryOf(tenant: number, endpointId: string, messageId: string, now: Temporal.Instant) {
  return {
    tenant_id: tenant,
    endpoint_id: endpointId,
    message_id: messageId,
    status: 'waiting',
    next_at: now,
    created_at: now,
  }
}

async function writeMessages(
  tx: Tx,
  messages: readonly Message[],
  deliveries: readonly NewDelivery[],
): Promise<void> {
  if (messages.length === 0) return
  const endpoints = new Set(deliveries.map(one => one.endpoint_id))
  await Promise.all([
    tx.run(insertMessages(messages)),
    tx.run(insertDeliveries(deliveries)),
    ...[...endpoints].map(id => tx.run(enqueue(sendJob(tx.tenant, id)))),
  ])
}

/** The events that are told, each with the state of its case right after it, folded from the record. */
async function readTold(tx: Tx, cases: RelayPayload['cases']): Promise<Told[]> {
  const rows = await tx.all(
    q
      .selectFrom('events')
      .select(['stream_id', 'seq', 'type', 'at', 'data'])
      .where('tenant_id', '=', tx.tenant)
      .where('stream_id', '=', anyOf(cases.map(one => one.id)))
      .orderBy('stream_id')
      .orderBy('seq'),
  )
  const ofCase = Map.groupBy(rows, row => row.stream_id)
  return cases.flatMap(({ id, from, to }) => {
    let state: CaseState | undefined
    const told: Told[] = []
    for (const row of ofCase.get(id) ?? []) {
      if (row.seq > to) break
      const at = row.at.toString({ fractionalSecondDigits: 3 })
      state = evolve(state, { type: row.type, at, data: row.data as Json })
      const type = webhookTypeOf(row.type)
      if (type && row.seq >= from) told.push({ type, seq: row.seq, at, state })
    }
    return told
  })
}
