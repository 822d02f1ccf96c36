import type { Jobs } from '../platform/jobs.ts'
import { type NoticeDeps, sendNotice } from './send-notice.ts'

/** The notices' background work: each is sent once its event is on disk, and only then. */
export function notifyJobs(deps: NoticeDeps): Jobs {
  return { tasks: { 'send-notice': payload => sendNotice(deps, payload) } }
}
