import { tag } from '../../ui/content/tag.ts'
import type { Html } from '../../ui/html.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { Connection, Copy } from '../reads.ts'

/** How a connection stands, in one word. */
export function standingOf({ pausedAt, failingSince, services }: Connection) {
  if (pausedAt) return 'paused'
  if (failingSince) return 'failing'
  return services.length === 0 ? 'unmapped' : 'active'
}

/** The same as a tag. */
export function standing({ t }: PageContext, connection: Connection): Html {
  const colours = { paused: 'grey', failing: 'red', unmapped: 'amber', active: 'green' } as const
  const so = standingOf(connection)
  return tag(t(`connectors.standing.${so}`), colours[so])
}

/** How a case stands over a connection, as a tag. */
export function copyTag({ t }: PageContext, { status }: Copy): Html {
  const colours = { waiting: 'amber', copied: 'green', there: 'blue', refused: 'red' } as const
  return tag(t(`connectors.${status}`), colours[status])
}
