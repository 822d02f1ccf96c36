import type { T } from '../platform/i18n/translator.ts'
import { type TagColour, tag } from '../ui/content/tag.ts'
import type { Html } from '../ui/html.ts'
import type { Status } from './lifecycle.ts'

// Blue waits for somebody here, teal is being worked on, amber waits for the resident, green and grey are done.
const colours: Record<Status, TagColour> = {
  filed: 'blue',
  redirecting: 'blue',
  'in-hand': 'teal',
  'awaiting-resident': 'amber',
  answered: 'green',
  declined: 'amber',
  'under-review': 'teal',
  closed: 'grey',
  withdrawn: 'grey',
}

/** Where a case stands, in one or two words, as staff see it. */
export function statusTag(t: T, status: Status): Html {
  return tag(t(`cases.status.${status}`), colours[status])
}
