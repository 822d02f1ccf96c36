/** The parts of the interface, in the order in which the document and its page show them. */
export const tags = [
  'start',
  'cases',
  'casework',
  'desk',
  'residents',
  'feeds',
  'organisation',
  'administration',
  'webhooks',
  'exchange',
] as const
export type Tag = (typeof tags)[number]
