import type { Job } from '../platform/perform.ts'

/** What the job `run-connector` is given. */
export type RunPayload = { tenant: number; connectionId: string; now?: boolean }

/** The job that does what a connection has to do; never two of one connection that wait. `now`: though it is not its time. */
export function runJob(tenant: number, connectionId: string, runAt?: Temporal.Instant, now?: boolean): Job {
  const payload: RunPayload = { tenant, connectionId, ...(now && { now }) }
  return { task: 'run-connector', payload, key: `connector-${connectionId}`, ...(runAt && { runAt }) }
}
