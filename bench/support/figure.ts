import type { Bench } from './bench.ts'

/** One measured line of the report. */
export type Line = {
  /** What was measured. */
  figure: string
  /** What it has to reach; undefined for a line that only informs. */
  bar?: string | undefined
  measured: string
  /** Against the floor, or against the smaller size, measured in the same run. */
  ratio?: number | undefined
  /** Whether the bar is reached; undefined where there is none, or where it could not be measured. */
  reached?: boolean | undefined
}

/** Measures a figure of the README. */
export type Figure = (bench: Bench) => Promise<Line[]>
