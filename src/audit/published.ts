import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Checkpoint, checkpointLine } from './checkpoint-format.ts'
import type { Findings } from './findings.ts'
import { linesOf } from './lines.ts'
import { peekable } from './rows-in-pages.ts'

/** A published file as it was at one moment, by its path and the bytes it had; lines added later are not read. */
export type PublishedFile = {
  readonly path: string
  readonly bytes: number
  /** Whether this is a copy kept elsewhere, which may end earlier, or the installation's own file. */
  readonly copy: boolean
}

/** Compares checkpoints, given in order, with a published file. */
export type PublishedCheck = {
  checkpoint(checkpoint: Checkpoint): Promise<void>
  end(): Promise<void>
  readonly lines: number
  /** Checkpoints that the file ends before. */
  readonly missing: number
}

// Between the commit of a checkpoint and its line in the file there is a moment, and the file of a server that was
// killed in it lacks that line until the next start.
const NOT_YET_PUBLISHED = 2

/**
 * Notes how much of a published file there is. Call it before the record's snapshot is taken: a line is written
 * after its checkpoint is committed, so every line noted is then in the snapshot.
 */
export async function notePublished(path: string, copy: boolean): Promise<PublishedFile | undefined> {
  const found = await stat(path).catch(error => {
    if (error.code === 'ENOENT' && !copy) return undefined
    throw error
  })
  return found && { path, bytes: found.size, copy }
}

/** A comparison that begins with the first checkpoint and the first line. */
export function checkPublished(file: PublishedFile, findings: Findings): PublishedCheck {
  const published = peekable(publishedLines(file))
  let lines = 0
  let missing = 0
  let firstMissing = 0
  return {
    async checkpoint(checkpoint) {
      const line = await published.next()
      if (line === undefined) {
        if (missing === 0) firstMissing = checkpoint.no
        missing++
        return
      }
      lines++
      if (line !== checkpointLine(checkpoint)) {
        findings.add({ code: 'published-differs', checkpoint: checkpoint.no })
      }
    },
    async end() {
      if ((await published.peek()) !== undefined)
        findings.add({ code: 'published-only', checkpoint: lines + 1 })
      if (!file.copy && missing > NOT_YET_PUBLISHED) {
        findings.add({ code: 'unpublished', checkpoint: firstMissing })
      }
    },
    get lines() {
      return lines
    },
    get missing() {
      return missing
    },
  }
}

// What follows the last line break was cut by a crash and is written again with the next checkpoint.
async function* publishedLines({ path, bytes }: PublishedFile): AsyncGenerator<string, void, undefined> {
  if (bytes > 0) yield* linesOf(createReadStream(path, { end: bytes - 1 }), { rest: false })
}
