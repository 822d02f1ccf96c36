import { z } from 'zod'
import { renewCalendar } from '../../cases/actions/resident.ts'
import { type CaseView, findView } from '../../cases/follow/view.ts'
import { endAddress, renewAddress } from '../../feeds/actions.ts'
import { caseCalendar, staffCalendars } from '../../feeds/address.ts'
import { findAddress } from '../../feeds/reads.ts'
import { originShown } from '../../identity/origin.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { NotFound } from '../../platform/errors.ts'
import type { Call } from '../call.ts'
import { type Operation, operation } from '../operation.ts'
import { instant, written } from '../views/common.ts'

const address = z.string().meta({ description: 'api.field.feed.address' })

const ownSchema = z
  .object({
    addresses: z
      .object({ mine: address, unit: address, madeAt: instant })
      .nullable()
      .meta({ description: 'api.field.feed.addresses' }),
  })
  .meta({ id: 'OwnFeeds' })

const own = { tag: 'feeds', who: 'staff' } as const

const find = operation({
  ...own,
  id: 'find-own-feeds',
  method: 'get',
  path: '/me/feeds',
  scope: 'cases:read',
  status: 200,
  result: ownSchema,
  answer: async call => ({ body: await ownNow(call) }),
})

const renew = operation({
  ...own,
  id: 'renew-own-feeds',
  method: 'post',
  path: '/me/feeds',
  scope: 'cases:write',
  status: 200,
  result: ownSchema,
  repeat: 'once',
  act: ({ once, actor }) => renewAddress(once, actor),
  answer: async call => ({ body: await ownNow(call) }),
})

const end = operation({
  ...own,
  id: 'end-own-feeds',
  method: 'delete',
  path: '/me/feeds',
  scope: 'cases:write',
  status: 204,
  answer: async ({ office, actor }) => {
    await endAddress(office, actor)
    return undefined
  },
})

async function ownNow(call: Pick<Call, 'office' | 'actor' | 'parts' | 'request'>) {
  const { office, actor, parts, request } = call
  const row = await inSnapshot(office.pool, office.tenant.id, tx => findAddress(tx, actor.staffId))
  const addresses = row && {
    ...staffCalendars(office, row.id, originShown(parts, request)),
    madeAt: written(row.created_at),
  }
  return { addresses: addresses ?? null }
}

const ofCase = {
  tag: 'feeds',
  path: '/follow/{number}/feed',
  who: 'resident',
  scope: 'residents',
  params: z.object({ number: z.string().meta({ description: 'api.field.number' }) }),
  status: 200,
  result: z.object({ address }).meta({ id: 'Feed' }),
} as const

const findOfCase = operation({
  ...ofCase,
  id: 'follow-feed',
  method: 'get',
  answer: async call => ({ body: addressOfCase(call, call.followed) }),
})

const renewOfCase = operation({
  ...ofCase,
  id: 'renew-follow-feed',
  method: 'post',
  repeat: 'once',
  act: ({ once, followed }) => renewCalendar(once, { id: followed.record.state.id }),
  answer: async call => {
    const { office, followed } = call
    const after = (await findView(office, followed.record.state.id)) ?? followed
    return { body: addressOfCase(call, after) }
  },
})

function addressOfCase({ parts, request }: Pick<Call, 'parts' | 'request'>, { record }: CaseView) {
  const { state, key } = record
  if (!key) throw new NotFound('calendar')
  return { address: caseCalendar(state, key, originShown(parts, request)) }
}

/** Calendars of due dates: the addresses of those of a member of staff, and of that of one case for its resident. */
export const feedOperations: readonly Operation[] = [find, renew, end, findOfCase, renewOfCase]
