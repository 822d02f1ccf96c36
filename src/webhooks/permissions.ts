import type { Action } from '../org/may.ts'

/** What staff do to the addresses that are told of events. */
export const webhookActions = {
  manageWebhooks: { name: 'manage-webhooks', by: ['administrator'], kind: 'oversight' },
} as const satisfies Record<string, Action>
