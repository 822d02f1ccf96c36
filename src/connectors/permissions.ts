import type { Action } from '../org/may.ts'

/** What staff do to the connections with other Open311 servers. */
export const connectorActions = {
  manageConnections: { name: 'manage-connections', by: ['administrator'], kind: 'oversight' },
} as const satisfies Record<string, Action>
