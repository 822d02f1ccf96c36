import type { Parts } from '../platform/http/parts.ts'
import type { Jobs } from '../platform/jobs.ts'
import { sendResetLink, sendResetLinkTask } from './actions/reset-by-email.ts'
import { tidyAttempts } from './attempts.ts'
import { deleteExpired } from './store.ts'

/** Background work of sign-in: links by e-mail, and clearing away what has run out. */
export function identityJobs(parts: Parts): Jobs {
  return {
    tasks: {
      [sendResetLinkTask]: payload => sendResetLink(parts, payload),
      'identity-tidy': async () => {
        await tidyAttempts(parts, parts.clock.now())
        await deleteExpired(parts)
      },
    },
    daily: ['identity-tidy'],
  }
}
