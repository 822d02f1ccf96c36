import type { Parts } from '../platform/http/parts.ts'
import type { Jobs } from '../platform/jobs.ts'
import { runDeadlinePass } from './actions/deadline-pass.ts'
import { endRetention } from './actions/end-retention.ts'
import { type RecomputePayload, recomputeDueDates } from './actions/recompute-due-dates.ts'

/** The work that time does: the pass over what has come due, and recounting after a calendar changed. */
export function caseJobs({ offices, log }: Parts): Jobs {
  return {
    tasks: {
      'deadline-pass': async () => {
        // One tenant's trouble is not another's: each is visited, then the first fault is thrown for the retry.
        const faults: unknown[] = []
        for (const office of await offices.all()) {
          try {
            await runDeadlinePass(office, log)
          } catch (error) {
            log.error({ err: error, tenant: office.tenant.id }, 'the deadline pass failed')
            faults.push(error)
          }
        }
        if (faults.length > 0) throw faults[0]
      },
      'recompute-due-dates': async payload => {
        const { tenant } = payload as RecomputePayload
        await recomputeDueDates(await offices.forTenant(tenant))
      },
      'end-retention': async () => {
        for (const office of await offices.all()) await endRetention(office)
      },
    },
    daily: ['end-retention'],
    everyMinute: ['deadline-pass'],
  }
}
