import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isUuid } from '../uuid.ts'
import { tenantPath } from './folder.ts'
import { unfinished } from './storage.ts'

/** What a sweep removed. */
export type Swept = { folders: number; unfinished: number }

/**
 * Removes what no case and no draft owns any more: folders whose id `findKnown` does not give back, and files left
 * unfinished by a crash. Nothing changed in the last day is touched, so that what is just being uploaded stays.
 * Reads one `aa` folder at a time: memory does not grow with the number of cases.
 */
export async function sweepFiles(
  dataDir: string,
  tenant: number,
  now: Temporal.Instant,
  findKnown: (ids: string[]) => Promise<ReadonlySet<string>>,
): Promise<Swept> {
  const root = tenantPath(dataDir, tenant)
  const before = now.subtract({ hours: 24 }).epochMilliseconds
  const swept = { folders: 0, unfinished: 0 }
  for (const group of await list(root)) {
    const ids = (await list(join(root, group))).filter(isUuid)
    const known = ids.length > 0 ? await findKnown(ids) : new Set()
    for (const id of ids) {
      const path = join(root, group, id)
      if (known.has(id)) swept.unfinished += await removeUnfinished(path, before)
      else if (await isOlder(path, before)) {
        await rm(path, { recursive: true, force: true })
        swept.folders++
      }
    }
  }
  return swept
}

async function removeUnfinished(folder: string, before: number): Promise<number> {
  let removed = 0
  for (const name of await list(folder)) {
    const path = join(folder, name)
    if (!name.endsWith(unfinished) || !(await isOlder(path, before))) continue
    await rm(path, { force: true })
    removed++
  }
  return removed
}

// A folder's time is that of the last file added, renamed or removed in it.
async function isOlder(path: string, before: number): Promise<boolean> {
  const found = await stat(path).catch(ignoreMissing)
  return found !== undefined && found.mtimeMs < before
}

// Cases are forgotten while the sweep runs; what is gone is swept.
async function list(path: string): Promise<string[]> {
  return (await readdir(path).catch(ignoreMissing)) ?? []
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
  return undefined
}
