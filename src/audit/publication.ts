import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { inTransaction } from '../platform/database/tx.ts'
import type { Office } from '../platform/office.ts'
import { checkpointLine } from './checkpoint-format.ts'
import { selectCheckpoints, toCheckpoint } from './checkpoint-rows.ts'
import { lockCheckpoints } from './store.ts'

/** The published file and the database tell different histories; nothing was written. */
export class PublicationConflict extends Error {
  override readonly name = 'PublicationConflict'
}

/** Where a tenant's checkpoints are published on disk, for backups and for whoever keeps a copy elsewhere. */
export function publishedPath(dataDir: string, tenant: number): string {
  return join(dataDir, 'audit', String(tenant), 'checkpoints.jsonl')
}

const PAGE = 500

/**
 * Appends to the published file what the database has and the file lacks, and syncs it. A line cut by a crash is
 * written again. Returns the number of lines written; throws PublicationConflict where the file has what the
 * database does not, as after the restore of an older backup: that is for a person to judge, so the file stays.
 */
export async function publishCheckpoints(office: Office, dataDir: string): Promise<number> {
  const path = publishedPath(dataDir, office.tenant.id)
  await mkdir(join(path, '..'), { recursive: true })
  return inTransaction(office.pool, office.tenant.id, async tx => {
    await lockCheckpoints(tx)
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644)
    try {
      const { end, line } = await lastWholeLine(file)
      let no = 0
      if (line !== undefined) {
        no = numberOf(line)
        const row = await tx.first(selectCheckpoints(tx).where('no', '=', no))
        if (!row || checkpointLine(toCheckpoint(row)) !== line) {
          throw new PublicationConflict(
            `${path} ends with a checkpoint (${no}) that the database does not have`,
          )
        }
      }
      let written = 0
      let at = end
      for (;;) {
        const rows = await tx.all(selectCheckpoints(tx).where('no', '>', no).orderBy('no').limit(PAGE))
        if (rows.length === 0) break
        const text = Buffer.from(rows.map(row => `${checkpointLine(toCheckpoint(row))}\n`).join(''))
        if (at === end) await file.truncate(end) // what a crash cut
        await file.write(text, 0, text.length, at)
        at += text.length
        written += rows.length
        no = rows.at(-1)?.no ?? no
      }
      if (written > 0) await file.sync()
      return written
    } finally {
      await file.close()
    }
  })
}

// Reads backwards from the end, so that the cost does not grow with the file.
async function lastWholeLine(file: FileHandle): Promise<{ end: number; line?: string }> {
  const { size } = await file.stat()
  for (let span = 4096; ; span *= 4) {
    const from = Math.max(0, size - span)
    const tail = Buffer.alloc(size - from)
    await file.read(tail, 0, tail.length, from)
    const stop = tail.lastIndexOf(10)
    if (stop === -1 && from === 0) return { end: 0 }
    const start = stop > 0 ? tail.lastIndexOf(10, stop - 1) : -1
    if (stop > -1 && (start > -1 || from === 0)) {
      return { end: from + stop + 1, line: tail.toString('utf8', start + 1, stop) }
    }
  }
}

function numberOf(line: string): number {
  try {
    const { no } = JSON.parse(line) as { no?: unknown }
    return typeof no === 'number' && Number.isSafeInteger(no) ? no : -1
  } catch {
    return -1
  }
}
