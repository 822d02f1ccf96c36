import type { Job } from '../platform/perform.ts'

/** What the job `send-webhooks` is given. */
export type SendPayload = { tenant: number; endpointId: string }

/** The job that sends what is due to an endpoint; there is one at a time for each, and never two that wait. */
export function sendJob(tenant: number, endpointId: string, runAt?: Temporal.Instant): Job {
  const payload: SendPayload = { tenant, endpointId }
  const name = `webhooks-${endpointId}`
  return { task: 'send-webhooks', payload, key: name, queue: name, ...(runAt && { runAt }) }
}
