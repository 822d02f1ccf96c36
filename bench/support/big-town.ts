import type { Bench } from './bench.ts'
import type { Town } from './town.ts'

/** A town with many cases. */
export type BigTown = Town

export async function fillBigTown(_bench: Bench, town: Town, _cases: number): Promise<BigTown> {
  return town
}
