import { hash } from 'node:crypto'
import { genesis, hashEvent } from '../platform/chain.ts'
import type { Json } from '../platform/json.ts'
import type { Findings, ProblemCode } from './findings.ts'
import type { LeafTally } from './leaf-tally.ts'
import type { EventLine, LostLine, StreamLine } from './record.ts'

/** Checks a tenant's streams one after the other, each with the events that follow it. */
export type StreamCheck = {
  stream(line: StreamLine): void
  event(line: EventLine): void
  lost(line: LostLine): void
  end(): void
  readonly streams: number
  readonly events: number
  /** Events that came after the last checkpoint of their stream. */
  readonly uncovered: number
}

type Chain = {
  readonly line: StreamLine
  /** The seq of the last event seen, 0 before the first. */
  last: number
  /** Its hash as stored, and as computed: where they differ the event is reported, not the one after it. */
  stored: string
  computed: string
  /** Events since the last one under a checkpoint. */
  uncovered: number
  /** Whether a problem was found at the end of the chain, of which another would only be the echo. */
  faulty: boolean
}

/** A check that begins with the first stream. */
export function checkStreams(tenant: number, findings: Findings, tally: LeafTally): StreamCheck {
  let streams = 0
  let events = 0
  let uncovered = 0
  let chain: Chain | undefined

  const report = (code: ProblemCode, seq?: number, checkpoint?: number) => {
    if (!chain) return
    const { id: stream, number } = chain.line
    findings.add({ code, stream, number, seq, checkpoint })
    chain.faulty = true
  }

  const closeChain = () => {
    if (!chain) return
    uncovered += chain.uncovered
    const { line, last } = chain
    if (line.seq === null) {
      if (!chain.faulty) report('stream-unlisted', last || undefined)
    } else if (last < line.seq) report('event-missing', last + 1)
    else if (last > line.seq) report('event-extra', line.seq + 1)
    else if (line.head !== chain.stored && !chain.faulty) report('head-altered', last)
    if (chain.faulty) return
    if (line.pending !== null && line.pending > last) report('event-missing', last + 1)
    else if (chain.uncovered > 0 && line.pending !== last)
      report('event-not-waiting', last - chain.uncovered + 1)
  }

  // At most one problem an event: the first is the cause, the others would be its echo.
  const checkEvent = (line: EventLine, at: Chain): { code: ProblemCode; seq?: number } | undefined => {
    if (line.seq <= at.last) return { code: 'event-repeated' }
    const gap = line.seq > at.last + 1
    const linked = gap || line.previous === at.stored || line.previous === at.computed
    const base = gap || linked ? line.previous : at.stored
    const computed = hashOf(tenant, at.line.id, line, base)
    at.last = line.seq
    at.stored = line.hash
    at.computed = computed
    if (!linked) return { code: 'event-relinked' }
    if (computed !== line.hash) return { code: 'event-altered' }
    if (line.leaf && line.leaf.hash !== line.hash) return { code: 'event-replaced' }
    if (line.payload !== undefined && digestOf(line.payload) !== line.sealed)
      return { code: 'payload-altered' }
    return undefined
  }

  return {
    stream(line) {
      const before = chain?.line.id
      closeChain()
      streams++
      const start = genesis(tenant, line.id).toString('hex')
      chain = { line, last: 0, stored: start, computed: start, uncovered: 0, faulty: false }
      if (before !== undefined && line.id <= before) report('stream-repeated')
    },
    event(line) {
      events++
      if (!chain) return
      const missing = chain.last + 1
      const problem = checkEvent(line, chain)
      chain.faulty = false
      if (line.seq > missing) report('event-missing', missing)
      if (problem) report(problem.code, line.seq, line.leaf?.no)
      if (line.leaf) tally.remove({ ...line.leaf, stream: chain.line.id, seq: line.seq })
      chain.uncovered = line.leaf ? 0 : chain.uncovered + 1
    },
    lost({ seq, leaf }) {
      if (!chain) return
      tally.remove({ ...leaf, stream: chain.line.id, seq })
      if (seq <= chain.last) report('leaf-unmatched', undefined, leaf.no)
      else {
        report('event-missing', chain.last + 1, leaf.no)
        Object.assign(chain, { last: seq, stored: leaf.hash, computed: leaf.hash, uncovered: 0 })
      }
    },
    end() {
      closeChain()
      chain = undefined
    },
    get streams() {
      return streams
    },
    get events() {
      return events
    },
    get uncovered() {
      return uncovered
    },
  }
}

// A value that cannot be hashed, such as a time that is none, is not what was once hashed.
function hashOf(tenant: number, stream: string, line: EventLine, previous: string): string {
  const { seq, type, at, actor, data, sealed } = line
  try {
    const header = {
      tenant,
      stream,
      seq,
      type,
      at,
      actor: actor as Json,
      data: data as Json,
      sealedDigest: sealed === null ? null : Buffer.from(sealed, 'hex'),
    }
    return hashEvent(header, Buffer.from(previous, 'hex')).toString('hex')
  } catch {
    return ''
  }
}

function digestOf(payload: string): string {
  return hash('sha256', Buffer.from(payload, 'base64'), 'hex')
}
