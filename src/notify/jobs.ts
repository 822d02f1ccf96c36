import type { Jobs } from '../platform/jobs.ts'
import type { Mailer } from '../platform/mail/mailer.ts'
import { type NoticeDeps, sendNotice } from './send-notice.ts'

/** How long e-mail that could only be written to files waits to be fetched. */
const days = 90

/**
 * The notices' background work: each is sent once its event is on disk, and only then; and what waits in files for
 * want of a mail server goes after ninety days, for it names people long after their case has forgotten them.
 */
export function notifyJobs(deps: NoticeDeps & { readonly mailer: Pick<Mailer, 'sweep'> }): Jobs {
  return {
    tasks: {
      'send-notice': payload => sendNotice(deps, payload),
      'sweep-mail': async () => {
        await deps.mailer.sweep(Temporal.Now.instant().subtract({ hours: 24 * days }))
      },
    },
    daily: ['sweep-mail'],
  }
}
