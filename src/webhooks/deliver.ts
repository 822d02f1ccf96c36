import { prepare, q } from '../platform/database/query.ts'
import { inTransaction, type Tx } from '../platform/database/tx.ts'
import type { Allowed } from '../platform/http-client/address.ts'
import { type Answer, ask } from '../platform/http-client/ask.ts'
import type { Office } from '../platform/office.ts'
import { enqueue } from '../platform/perform.ts'
import { disableFailing } from './actions/disable-failing.ts'
import { isGivenUp, mostTries, nextTry } from './rules/schedule.ts'
import { openSecret, signatures } from './secret.ts'
import { sendJob } from './send-job.ts'
import { type Outcome, recordAttempt, setFailingSince } from './store.ts'

const batchSize = 64
const atOnce = 8
// A job that sends for longer gives the others their turn and comes again.
const longestRun = 10_000

/**
 * Sends what is due to an endpoint, in batches, until nothing is or until nothing arrives any more; then has itself
 * called again when the next is due. What was sent but not noted, because the process died between, is sent again under
 * the same id.
 */
export async function deliver(
  office: Office,
  endpointId: string,
  allowed: Allowed,
  chance: () => number = Math.random,
): Promise<void> {
  const begun = performance.now()
  for (;;) {
    const batch = await inTransaction(office.pool, office.tenant.id, tx => due(office, tx, endpointId))
    if (!batch || batch.messages.length === 0) break
    const { endpoint, messages } = batch
    const outcomes: Outcome[] = []
    let gone = false
    let silent = 0
    let arrived = false
    const queue = [...messages]
    const worker = async () => {
      // Where nobody answers, the rest of a batch is not waited for as well.
      for (let message = queue.shift(); message && (arrived || silent < atOnce); message = queue.shift()) {
        const now = office.clock.now()
        const answer = await send(office, endpoint, message, now, allowed)
        gone ||= answer.status === 410
        if (answer.status === undefined) silent++
        const outcome = outcomeOf(message, answer, now, chance())
        arrived ||= outcome.status === 'delivered'
        outcomes.push(outcome)
      }
    }
    await Promise.all(Array.from({ length: Math.min(atOnce, messages.length) }, worker))
    const now = office.clock.now()
    const failingSince = arrived ? null : (endpoint.failingSince ?? now)
    await inTransaction(office.pool, office.tenant.id, async tx => {
      const writes = outcomes.map(outcome => recordAttempt(tx.tenant, endpointId, outcome))
      if (failingSince === null ? endpoint.failingSince !== null : endpoint.failingSince === null)
        writes.push(setFailingSince(tx.tenant, endpointId, failingSince))
      await Promise.all(writes.map(write => tx.run(write)))
    })
    if (gone) return disableFailing(office, endpointId, 'gone')
    if (failingSince && isGivenUp(failingSince, now)) return disableFailing(office, endpointId, 'failing')
    // An endpoint that does not answer gets a quarter of the time at the most.
    if (!arrived) return callAgain(office, endpointId, 3 * (performance.now() - begun))
    if (performance.now() - begun > longestRun) break
  }
  await callAgain(office, endpointId, 0)
}

type Due = { id: string; body: string; tries: number }
type Target = { url: URL; secrets: readonly string[]; failingSince: Temporal.Instant | null; id: string }

async function due(
  office: Office,
  tx: Tx,
  endpointId: string,
): Promise<{ endpoint: Target; messages: Due[] } | undefined> {
  const now = office.clock.now()
  const [row, messages] = await Promise.all([
    tx.first(endpointRow(tx.tenant, endpointId)),
    tx.all(dueMessages(tx.tenant, endpointId, now)),
  ])
  if (!row) return undefined
  const sealed = [row.secret]
  if (row.earlier_secret && row.earlier_until && Temporal.Instant.compare(now, row.earlier_until) < 0)
    sealed.push(row.earlier_secret)
  const secrets = sealed.map(one => openSecret(office, endpointId, one))
  const endpoint = { id: endpointId, url: new URL(row.url), secrets, failingSince: row.failing_since }
  return { endpoint, messages }
}

const endpointRow = prepare((tenant: number, id: string) =>
  q
    .selectFrom('webhook_endpoints')
    .select(['url', 'secret', 'earlier_secret', 'earlier_until', 'failing_since'])
    .where('tenant_id', '=', tenant)
    .where('id', '=', id)
    .where('disabled_at', 'is', null),
)

const dueMessages = prepare((tenant: number, endpointId: string, now: Temporal.Instant) =>
  q
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhook_messages as m', join =>
      join.onRef('m.tenant_id', '=', 'd.tenant_id').onRef('m.id', '=', 'd.message_id'),
    )
    .select(['m.id', 'm.body', 'd.tries'])
    .where('d.tenant_id', '=', tenant)
    .where('d.endpoint_id', '=', endpointId)
    .where('d.status', '=', 'waiting')
    .where('d.next_at', '<=', now)
    .orderBy('d.next_at')
    .orderBy('m.created_at')
    .limit(batchSize),
)

function send(
  { clock }: Office,
  { url, secrets }: Target,
  { id, body }: Due,
  now: Temporal.Instant,
  allowed: Allowed,
): Promise<Answer> {
  const timestamp = Math.floor(now.epochMilliseconds / 1000)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Answerable-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures(secrets, { id, timestamp, body }),
  }
  return ask(url, { method: 'POST', headers, body }, { allowed, now: () => clock.now() })
}

function outcomeOf(message: Due, answer: Answer, now: Temporal.Instant, chance: number): Outcome {
  const { status, error, retryAfter, milliseconds } = answer
  const at = now.toString({ fractionalSecondDigits: 3 })
  const attempt = {
    at,
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
    milliseconds,
  }
  const tries = message.tries + 1
  if (status !== undefined && status >= 200 && status < 300)
    return { messageId: message.id, status: 'delivered', tries, nextAt: null, attempt }
  const nextAt = tries < mostTries ? nextTry(tries, now, chance, retryAfter) : undefined
  return {
    messageId: message.id,
    status: nextAt ? 'waiting' : 'failed',
    tries,
    nextAt: nextAt ?? null,
    attempt,
  }
}

async function callAgain(office: Office, endpointId: string, pause: number): Promise<void> {
  await inTransaction(office.pool, office.tenant.id, async tx => {
    const next = await tx.first(nextDue(tx.tenant, endpointId))
    if (!next?.next_at) return
    const soonest = office.clock.now().add({ milliseconds: Math.round(Math.max(pause, 1_000)) })
    const at = Temporal.Instant.compare(next.next_at, soonest) < 0 ? soonest : next.next_at
    await tx.run(enqueue(sendJob(tx.tenant, endpointId, at)))
  })
}

const nextDue = prepare((tenant: number, endpointId: string) =>
  q
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhook_endpoints as e', join =>
      join.onRef('e.tenant_id', '=', 'd.tenant_id').onRef('e.id', '=', 'd.endpoint_id'),
    )
    .select('d.next_at')
    .where('d.tenant_id', '=', tenant)
    .where('d.endpoint_id', '=', endpointId)
    .where('d.status', '=', 'waiting')
    .where('e.disabled_at', 'is', null)
    .orderBy('d.next_at')
    .limit(1),
)
