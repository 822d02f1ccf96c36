import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline as pipeThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Pool } from 'pg'
import { inSnapshot } from '../platform/database/tx.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { linesOf } from './lines.ts'
import { type RecordLine, recordLine } from './record.ts'
import { readRecord } from './record-source.ts'

/** A bundle that cannot be read at all; what reads but does not verify is a problem of the report. */
export class BundleUnreadable extends OperatorError {
  override readonly name = 'BundleUnreadable'
}

/** Whose record, in which database, at what time by the clock; no key is needed to export or to verify. */
export type RecordSource = {
  readonly pool: Pool
  readonly tenant: number
  readonly now: Temporal.Instant
}

/**
 * Writes a tenant's record to a file, one line of JSON per thing, in constant memory; gzipped where the name ends in
 * `.gz`. It holds no key and nothing in plain text that is sealed: public keys, checkpoints, and events with the
 * digests of their sealed payloads, or with the payloads, sealed, where `payloads` is set.
 */
export async function exportBundle(
  { pool, tenant, now }: RecordSource,
  path: string,
  { payloads = false }: { payloads?: boolean } = {},
): Promise<void> {
  await inSnapshot(pool, tenant, async tx => {
    const lines = Readable.from(asText(readRecord(tx, { now, payloads })))
    const file = createWriteStream(path, { mode: 0o600, flags: 'wx' })
    if (path.endsWith('.gz')) await pipeline(lines, createGzip(), file)
    else await pipeline(lines, file)
  })
}

/** The files of a bundle: given as one file, or as a folder that may hold a copy of the published checkpoints too. */
export async function findBundle(path: string): Promise<{ record: string; published?: string }> {
  const found = await stat(path).catch(cause => {
    throw new BundleUnreadable(`${path}: ${cause.message}`, { cause })
  })
  if (!found.isDirectory()) return { record: path }
  const exists = (name: string) =>
    stat(join(path, name)).then(
      () => join(path, name),
      () => undefined,
    )
  const [plain, gzipped, published] = await Promise.all(
    ['record.jsonl', 'record.jsonl.gz', 'checkpoints.jsonl'].map(exists),
  )
  const record = plain ?? gzipped
  if (!record) throw new BundleUnreadable(`${path} has neither record.jsonl nor record.jsonl.gz`)
  return published ? { record, published } : { record }
}

/** The lines of a bundle; throws BundleUnreadable, naming the line, for one that is not of the format. */
export async function* readBundle(path: string): AsyncGenerator<RecordLine, void, undefined> {
  let number = 0
  try {
    for await (const text of linesOf(openBundle(path), { rest: true })) {
      number++
      yield parseLine(text, path, number)
    }
  } catch (cause) {
    if (cause instanceof BundleUnreadable) throw cause
    throw new BundleUnreadable(`${path}, after line ${number}: ${(cause as Error).message}`, { cause })
  }
}

function openBundle(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path)
  // The callback has nothing to do: an error of either reaches whoever reads the lines.
  return path.endsWith('.gz') ? pipeThrough(file, createGunzip(), () => {}) : file
}

function parseLine(text: string, path: string, number: number): RecordLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new BundleUnreadable(`${path}, line ${number}: not JSON`, { cause })
  }
  const line = recordLine.safeParse(value)
  if (line.success) return line.data
  const [issue] = line.error.issues
  throw new BundleUnreadable(`${path}, line ${number}: ${issue?.path.join('.')} ${issue?.message}`)
}

async function* asText(lines: AsyncIterable<RecordLine>): AsyncGenerator<string, void, undefined> {
  // Some hundred lines at a time: a write for each costs more than the line.
  let text = ''
  for await (const line of lines) {
    text += `${JSON.stringify(line)}\n`
    if (text.length > 65_536) {
      yield text
      text = ''
    }
  }
  yield text
}
