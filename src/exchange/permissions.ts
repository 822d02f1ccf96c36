import type { Action } from '../org/may.ts'

/** What staff do with files of other programs. */
export const exchangeActions = {
  importFiles: { name: 'import-files', by: ['administrator'], kind: 'oversight' },
} as const satisfies Record<string, Action>
