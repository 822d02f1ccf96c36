import { z } from 'zod'
import type { CaseRecord } from '../../cases/reads.ts'
import type { Context } from '../../cases/rules/decision.ts'
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
  viewFiled,
} from './parts.ts'

/** What staff and the resident alike read of a case. */
export const headSchema = z.object({
  number: z.string(),
  url: z.string(),
  version: z.int().meta({ description: 'api.field.case.version' }),
  kind,
  category: term,
  status,
  statusName: z.string(),
  tier: z.enum(['answer', 'review', 'final-review']),
  language,
  ...filedSchema.shape,
  unit: unitRef,
  whyHere: z.string().meta({ description: 'api.field.case.why-here' }),
  lead: officerRef.nullable(),
  filedAt: instant,
  closedAt: instant.nullable(),
  rating: z.int().nullable(),
  answers: z.array(answerSchema),
  dues: z.array(dueSchema),
  documents: z.array(documentSchema),
})

/** The same of one case at its address; what its status is called and what is due is said to each in their own way. */
export function viewHead(
  t: T,
  { state, events, seq }: CaseRecord,
  context: Context,
  url: string,
): Omit<z.input<typeof headSchema>, 'statusName' | 'dues'> {
  return {
    number: state.number,
    url,
    version: seq,
    kind: state.kind,
    category: termOfCategory(t, context.pack, state.category),
    status: state.status,
    tier: state.tier,
    language: state.language,
    ...viewFiled(events),
    unit: refOfUnit(t, context, state.unitId),
    whyHere: whyHere(t, state, context),
    lead: refOfOfficer(t, context, state.leadId),
    filedAt: state.filedAt,
    closedAt: state.closedAt,
    rating: state.rating,
    answers: state.answers.map(answer => viewAnswer(t, answer, events, context)),
    documents: viewDocuments(events, url),
  }
}
