/** What a token lets its holder do; where it acts for a member of staff, never more than that person may. */
export const scopes = [
  'open311',
  'residents',
  'cases:read',
  'cases:write',
  'admin',
  'webhooks',
  'exchange',
] as const
export type Scope = (typeof scopes)[number]

/** Requests a minute that a token is good for unless it was made for more or fewer. */
export const usualLimitPerMinute = 600
