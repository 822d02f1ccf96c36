import type { Parts } from '../platform/http/parts.ts'
import type { Jobs } from '../platform/jobs.ts'
import type { Office } from '../platform/office.ts'
import { makeCheckpoint } from './checkpoint.ts'
import { publishCheckpoints } from './publication.ts'

/** Every minute what was newly recorded goes under a signed checkpoint, and the checkpoint is published. */
export function auditJobs({ offices, config, log }: Pick<Parts, 'offices' | 'config' | 'log'>): Jobs {
  return {
    tasks: {
      'audit-checkpoint': async () => {
        // One tenant's trouble is not another's: each is visited, then the first fault is thrown for the retry.
        const faults: unknown[] = []
        for (const office of await offices.all()) {
          try {
            await closeMinute(office, config.dataDir)
          } catch (error) {
            log.error(
              { err: error, tenant: office.tenant.id },
              'the checkpoint of this minute was not published',
            )
            faults.push(error)
          }
        }
        if (faults.length > 0) throw faults[0]
      },
    },
    everyMinute: ['audit-checkpoint'],
  }
}

/** Makes and publishes checkpoints until every event is under one. */
export async function closeMinute(office: Office, dataDir: string): Promise<void> {
  while (await makeCheckpoint(office)) await publishCheckpoints(office, dataDir)
  await publishCheckpoints(office, dataDir) // what a crash left out, also in a minute in which nothing happened
}
