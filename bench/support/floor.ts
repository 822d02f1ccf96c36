import type { FiledRows } from './filed-rows.ts'
import { runApart } from './load.ts'

/** What the floor writes: the rows of these filings, in turn, once for each of the drafts. */
export type Floor = {
  url: string
  connections: number
  filings: readonly FiledRows[]
  drafts: readonly string[]
  /** Statements of a transaction sent together, as the product does; else each waits for the one before it. */
  pipelined: boolean
}

/** Latencies in milliseconds. */
export type FloorResult = { seconds: number; latencies: number[] }

/** Writes the floor's rows from a process of its own. */
export function runFloor(floor: Floor): Promise<FloorResult> {
  return runApart<FloorResult>('./floor-process.ts', floor)
}
