import { z } from 'zod'
import { offersOf } from '../../cases/follow/acts.ts'
import type { CaseView } from '../../cases/follow/view.ts'
import { whyHere } from '../../cases/why-here.ts'
import type { T } from '../../platform/i18n/translator.ts'
import {
  instant,
  kind,
  language,
  officerRef,
  refOfOfficer,
  refOfUnit,
  status,
  term,
  termOfCategory,
  unitRef,
} from './common.ts'
import {
  answerSchema,
  documentSchema,
  dueSchema,
  filedSchema,
  viewAnswer,
  viewDocuments,
  viewDue,
  viewFiled,
} from './parts.ts'

/** A case as its resident sees it. */
export const followedCaseSchema = z
  .object({
    number: z.string(),
    url: z.string(),
    version: z.int().meta({ description: 'api.field.case.version' }),
    kind,
    category: term,
    status,
    statusName: z.string(),
    tier: z.enum(['answer', 'review', 'final-review']),
    language,
    protection: z.enum(['named', 'protected', 'anonymous']),
    ...filedSchema.shape,
    unit: unitRef,
    whyHere: z.string(),
    lead: officerRef.nullable(),
    filedAt: instant,
    closedAt: instant.nullable(),
    rating: z.int().nullable(),
    answers: z.array(answerSchema),
    dues: z.array(dueSchema),
    documents: z.array(documentSchema),
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
  const { state, events, seq, key } = record
  const url = `/api/v1/follow/${state.number}`
  return {
    number: state.number,
    url,
    version: seq,
    kind: state.kind,
    category: termOfCategory(t, context.pack, state.category),
    status: state.status,
    statusName: t('follow.status', { status: state.status }),
    tier: state.tier,
    language: state.language,
    protection: state.protection,
    ...viewFiled(events),
    unit: refOfUnit(t, context, state.unitId),
    whyHere: whyHere(t, state, context),
    lead: refOfOfficer(t, context, state.leadId),
    filedAt: state.filedAt,
    closedAt: state.closedAt,
    rating: state.rating,
    answers: state.answers.map(answer => viewAnswer(t, answer, events, context)),
    dues: state.obligations
      .filter(one => one.owedBy !== 'unit')
      .toSorted((a, b) => (a.due < b.due ? -1 : 1))
      .map(one => viewDue(t, one, context)),
    documents: viewDocuments(events, url),
    whereElse: context.pack.whereElse.map(({ name, how }) => ({ name: name[t.lang], how: how[t.lang] })),
    // Once its key is destroyed nothing can be added to a case.
    actions: key ? [...offersOf(state, context)].map(name => ({ name, url: `${url}/${name}` })) : [],
  }
}
