/** What can be wrong with a record; each has its text in `audit.problem.*`. */
export type ProblemCode =
  // of an event
  | 'event-missing'
  | 'event-altered'
  | 'event-relinked'
  | 'event-repeated'
  | 'event-extra'
  | 'event-replaced'
  | 'event-not-waiting'
  | 'payload-altered'
  // of a stream
  | 'stream-unlisted'
  | 'stream-repeated'
  | 'head-altered'
  // of a checkpoint
  | 'checkpoint-missing'
  | 'checkpoint-relinked'
  | 'checkpoint-of-other-tenant'
  | 'leaves-altered'
  | 'leaf-unmatched'
  | 'signature-wrong'
  | 'key-unknown'
  | 'key-unannounced'
  | 'key-not-the-expected'
  // of the published file
  | 'published-differs'
  | 'published-only'
  | 'unpublished'
  // of a bundle
  | 'bundle-cut'

/** One thing that is wrong, and where. */
export type Problem = {
  readonly code: ProblemCode
  readonly stream?: string | undefined
  /** The case's number, where the stream is a case that is still listed. */
  readonly number?: string | null | undefined
  readonly seq?: number | undefined
  /** Number of the checkpoint. */
  readonly checkpoint?: number | undefined
  /** Name of the signing key. */
  readonly key?: string | undefined
}

/** What a verification found; at most the first 100 problems are kept, all are counted. */
export type Findings = {
  add(problem: Problem): void
  readonly problems: readonly Problem[]
  readonly count: number
  /** Of the problems that can be laid to one event the first in the order of the record: by stream, then by seq. */
  readonly firstBadEvent: Problem | null
}

const KEPT = 100

/** Collects what is wrong, in the order in which it is found. */
export function createFindings(): Findings {
  const problems: Problem[] = []
  let count = 0
  let firstBadEvent: Problem | null = null
  return {
    add(problem) {
      count++
      if (problems.length < KEPT) problems.push(problem)
      if (problem.seq !== undefined && (!firstBadEvent || isBefore(problem, firstBadEvent)))
        firstBadEvent = problem
    },
    problems,
    get count() {
      return count
    },
    get firstBadEvent() {
      return firstBadEvent
    },
  }
}

// Not all are found in that order: a stream left out of a bundle shows only once all others have been read.
function isBefore(a: Problem, b: Problem): boolean {
  const [left = '', right = ''] = [a.stream, b.stream]
  return left === right ? (a.seq ?? 0) < (b.seq ?? 0) : left < right
}
