import type { Action } from '../org/may.ts'

/** What staff do to the tokens of other programs. */
export const accessActions = {
  manageTokens: { name: 'manage-tokens', by: ['administrator'], kind: 'oversight' },
} as const satisfies Record<string, Action>
