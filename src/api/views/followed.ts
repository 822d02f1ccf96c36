import { z } from 'zod'
import { offersOf } from '../../cases/follow/acts.ts'
import type { CaseView } from '../../cases/follow/view.ts'
import type { T } from '../../platform/i18n/translator.ts'
import { headSchema, viewHead } from './head.ts'
import { viewDues } from './parts.ts'

/** A case as its resident sees it. */
export const followedCaseSchema = z
  .object({
    ...headSchema.shape,
    protection: z.enum(['named', 'protected', 'anonymous']),
    whereElse: z
      .array(z.object({ name: z.string(), how: z.string() }))
      .meta({ description: 'api.field.followed.where-else' }),
    actions: z
      .array(z.object({ name: z.string(), url: z.string() }))
      .meta({ description: 'api.field.case.actions' }),
  })
  .meta({ id: 'FollowedCase' })

/** What the resident's own page shows, and what they can do now. */
export function viewFollowed(t: T, { record, context }: CaseView): z.input<typeof followedCaseSchema> {
  const { state, key } = record
  const url = `/api/v1/follow/${state.number}`
  return {
    ...viewHead(t, record, context, url),
    statusName: t('follow.status', { status: state.status }),
    protection: state.protection,
    dues: viewDues(
      t,
      state.obligations.filter(one => one.owedBy !== 'unit'),
      context,
    ),
    whereElse: context.pack.whereElse.map(({ name, how }) => ({ name: name[t.lang], how: how[t.lang] })),
    // Once its key is destroyed nothing can be added to a case.
    actions: key ? [...offersOf(state, context)].map(name => ({ name, url: `${url}/${name}` })) : [],
  }
}
