/** Lists that leave as files. */
export const listNames = ['cases', 'units', 'staff', 'calendar'] as const
export type ListName = (typeof listNames)[number]

/** Kinds of file a list leaves as, with their media types. */
export const formats = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const
export type Format = keyof typeof formats
export const formatNames = ['csv', 'xlsx'] as const satisfies readonly Format[]
