import { inSnapshot } from '../platform/database/tx.ts'
import { BundleUnreadable, findBundle, type RecordSource, readBundle } from './bundle.ts'
import { createFindings, type Findings, type Problem } from './findings.ts'
import { createLeafTally, type LeafTally } from './leaf-tally.ts'
import { publishedPath } from './publication.ts'
import { checkPublished, notePublished, type PublishedFile } from './published.ts'
import type { LeafLine, RecordLine } from './record.ts'
import { readRecord } from './record-source.ts'
import { checkCheckpoints } from './verify-checkpoints.ts'
import { checkStreams } from './verify-streams.ts'

/** What a verification looked at and found. */
export type Report = {
  /** Whether nothing is wrong. */
  readonly ok: boolean
  readonly tenant: number
  /** When the snapshot that was verified was taken. */
  readonly at: string
  readonly streams: number
  readonly events: number
  readonly checkpoints: number
  /** Events not yet under a checkpoint: those of the last minute. */
  readonly uncovered: number
  /** Keys that signed, in the order in which they did. */
  readonly signers: readonly string[]
  /** The published file that was compared, or null where there was none. */
  readonly published: { readonly path: string; readonly lines: number; readonly missing: number } | null
  /** How many problems there are; the first hundred are in `problems`. */
  readonly problemCount: number
  readonly problems: readonly Problem[]
  readonly firstBadEvent: Problem | null
}

export type VerifyOptions = {
  /** A copy of the published checkpoints kept elsewhere; default: the installation's or the bundle's own. */
  readonly published?: string | undefined
  /** The name of a signing key known from elsewhere, which must have signed. */
  readonly key?: string | undefined
}

/** Verifies a tenant's record in the database, in one snapshot, while the office goes on working. */
export async function verifyDatabase(
  { pool, tenant, now }: RecordSource,
  dataDir: string,
  options: VerifyOptions = {},
): Promise<Report> {
  const published = options.published
    ? await notePublished(options.published, true)
    : await notePublished(publishedPath(dataDir, tenant), false)
  return inSnapshot(pool, tenant, tx =>
    verifyRecord(() => readRecord(tx, { now }), { published, key: options.key }),
  )
}

/** Verifies an exported bundle, offline. Throws BundleUnreadable for what is not a bundle. */
export async function verifyBundle(path: string, options: VerifyOptions = {}): Promise<Report> {
  const bundle = await findBundle(path)
  const copy = options.published ?? bundle.published
  const published = copy === undefined ? undefined : await notePublished(copy, true)
  return verifyRecord(() => readBundle(bundle.record), { published, key: options.key })
}

/** Verifies a record of any origin; `open` is called again where a leaf has to be found that nothing answers to. */
async function verifyRecord(
  open: () => AsyncIterable<RecordLine>,
  options: { published?: PublishedFile | undefined; key?: string | undefined } = {},
): Promise<Report> {
  const lines = inOrder(open())
  const first = await lines.next()
  if (first.done || first.value.kind !== 'record')
    throw new BundleUnreadable('This is not the record of a tenant')
  const { tenant, at } = first.value
  const findings = createFindings()
  const tally = createLeafTally()
  const checkpoints = checkCheckpoints(tenant, findings, tally, options.key)
  const streams = checkStreams(tenant, findings, tally)
  const published = options.published && checkPublished(options.published, findings)
  let whole = false
  for await (const line of lines) {
    if (line.kind === 'event') streams.event(line)
    else if (line.kind === 'stream') streams.stream(line)
    else if (line.kind === 'leaf') checkpoints.leaf(line)
    else if (line.kind === 'checkpoint') {
      checkpoints.checkpoint(line)
      await published?.checkpoint(line)
    } else if (line.kind === 'lost') streams.lost(line)
    else if (line.kind === 'key') checkpoints.key(line.id, line.publicKey)
    else whole = line.kind === 'end'
  }
  checkpoints.end()
  streams.end()
  await published?.end()
  if (whole) await nameUnmatched(open, tally, findings)
  else findings.add({ code: 'bundle-cut' })
  return {
    ok: findings.count === 0,
    tenant,
    at,
    streams: streams.streams,
    events: streams.events,
    checkpoints: checkpoints.count,
    uncovered: streams.uncovered,
    signers: checkpoints.signers,
    published:
      published && options.published
        ? { path: options.published.path, lines: published.lines, missing: published.missing }
        : null,
    problemCount: findings.count,
    problems: findings.problems,
    firstBadEvent: findings.firstBadEvent,
  }
}

// The format's order, without which one pass could not tell what is missing.
const SECTIONS = { record: 0, key: 1, checkpoint: 2, leaf: 2, stream: 3, event: 3, lost: 3, end: 4 } as const

async function* inOrder(lines: AsyncIterable<RecordLine>): AsyncGenerator<RecordLine, void, undefined> {
  let section = -1
  let number = 0
  for await (const line of lines) {
    number++
    const next = SECTIONS[line.kind]
    const opens = line.kind === 'record' || line.kind === 'stream' || line.kind === 'end'
    const misplaced = next < section || (next === 3 && section < 3 && !opens) || (section === -1 && next > 0)
    const repeated = next === section && (line.kind === 'record' || line.kind === 'end')
    if (misplaced || repeated) throw new BundleUnreadable(`Line ${number} (${line.kind}) is out of place`)
    section = next
    yield line
  }
}

/**
 * Names the leaves that checkpoints have and events have not, or the other way round. The tally knows only the
 * checkpoint, so the record is read once more with the leaves of the first few such checkpoints in memory.
 */
async function nameUnmatched(
  open: () => AsyncIterable<RecordLine>,
  tally: LeafTally,
  findings: Findings,
): Promise<void> {
  const unequal = new Set(tally.unequal())
  if (unequal.size === 0) return
  const unmatched = new Map<string, Omit<LeafLine, 'kind' | 'position' | 'hash'>>()
  let stream = ''
  for await (const line of open()) {
    if (line.kind === 'stream') stream = line.id
    const leaf =
      line.kind === 'leaf'
        ? line
        : (line.kind === 'event' || line.kind === 'lost') && line.leaf
          ? { ...line.leaf, stream, seq: line.seq }
          : undefined
    if (!leaf || !unequal.has(leaf.no)) continue
    const text = `${leaf.no} ${leaf.position} ${leaf.stream} ${leaf.seq} ${leaf.hash}`
    if (!unmatched.delete(text)) unmatched.set(text, leaf)
  }
  const byPlace = [...unmatched.values()].sort((a, b) =>
    a.stream === b.stream ? a.seq - b.seq : a.stream < b.stream ? -1 : 1,
  )
  for (const { stream: id, seq, no } of byPlace) {
    findings.add({ code: 'leaf-unmatched', stream: id, seq, checkpoint: no })
  }
  if (byPlace.length === 0) for (const no of unequal) findings.add({ code: 'leaf-unmatched', checkpoint: no })
}
