import type { Action } from './may.ts'

/** What staff do to the organisation itself. */
export const orgActions = {
  manageUnits: { name: 'manage-units', by: ['administrator'], kind: 'oversight' },
  manageStaff: { name: 'manage-staff', by: ['administrator'], kind: 'oversight' },
  manageCalendars: { name: 'manage-calendars', by: ['administrator'], kind: 'oversight' },
  manageSettings: { name: 'manage-settings', by: ['administrator'], kind: 'oversight' },
  readRecord: { name: 'read-record', by: ['auditor', 'administrator'], kind: 'oversight' },
} as const satisfies Record<string, Action>
