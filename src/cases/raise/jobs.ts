import { inTransaction } from '../../platform/database/tx.ts'
import { deleteFiles } from '../../platform/files/storage.ts'
import { sweepFiles } from '../../platform/files/sweep.ts'
import type { Parts } from '../../platform/http/parts.ts'
import type { Jobs } from '../../platform/jobs.ts'
import type { Office } from '../../platform/office.ts'
import { draftDays } from './draft.ts'
import { findKnownFolders } from './reads.ts'
import { deleteDraftsBefore } from './store.ts'

/** Once a day: drafts that nobody has touched for 30 days go with their files, and so do files nobody owns any more. */
export function raiseJobs({ config, offices, log }: Parts): Jobs {
  return {
    tasks: {
      'sweep-drafts': async () => {
        for (const office of await offices.all()) {
          const swept = await sweepDrafts(office, config.dataDir)
          if (swept.drafts > 0) log.info({ tenant: office.tenant.id, ...swept }, 'old drafts were removed')
        }
      },
    },
    daily: ['sweep-drafts'],
  }
}

/** Removes a tenant's old drafts and the files that no case and no draft owns; says how many drafts and folders went. */
export async function sweepDrafts(
  office: Office,
  dataDir: string,
): Promise<{ drafts: number; folders: number }> {
  const tenant = office.tenant.id
  const now = office.clock.now()
  const old = await inTransaction(office.pool, tenant, tx =>
    tx.all(deleteDraftsBefore(tenant, now.subtract({ hours: 24 * draftDays }))),
  )
  for (const { id } of old) await deleteFiles(dataDir, tenant, id)
  const { folders } = await sweepFiles(dataDir, tenant, now, ids =>
    inTransaction(office.pool, tenant, tx => findKnownFolders(tx, ids)),
  )
  return { drafts: old.length, folders }
}
