import { z } from 'zod'
import { staffActions } from '../../cases/allowed-actions.ts'
import type { StaffView } from '../../cases/casework/reads.ts'
import { channels } from '../../cases/queue/forms.ts'
import type { Channel } from '../../cases/rules/state.ts'
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
  viewDues,
  viewFiled,
} from './parts.ts'

/** A case as staff read it. */
export const caseSchema = z
  .object({
    number: z.string(),
    url: z.string(),
    version: z.int().meta({ description: 'api.field.case.version' }),
    subject: z.string().nullable().meta({ description: 'api.field.case.subject' }),
    kind,
    category: term,
    urgency: z.enum(['enquiry', 'ordinary', 'urgent']),
    status,
    statusName: z.string(),
    tier: z.enum(['answer', 'review', 'final-review']),
    channel: z.enum(channels as [Channel, ...Channel[]]),
    language,
    rules: z.string().meta({ description: 'api.field.case.rules' }),
    resident: z
      .object({
        protection: z.enum(['named', 'protected', 'anonymous']),
        masked: z.string().nullable(),
        contact: z.boolean(),
      })
      .meta({ description: 'api.field.case.resident' }),
    ...filedSchema.shape,
    unit: unitRef,
    whyHere: z.string().meta({ description: 'api.field.case.why-here' }),
    owner: officerRef.nullable(),
    lead: officerRef.nullable(),
    retaliation: z.boolean().meta({ description: 'api.field.case.retaliation' }),
    redirect: z.object({ to: unitRef, from: unitRef, reason: z.string(), at: instant }).nullable(),
    declined: z.object({ reason: z.string(), at: instant }).nullable(),
    filedAt: instant,
    acceptedAt: instant.nullable(),
    closedAt: instant.nullable(),
    closedBecause: z.string().nullable(),
    reopened: z.int(),
    rating: z.int().nullable(),
    answers: z.array(answerSchema),
    dues: z.array(dueSchema),
    documents: z.array(documentSchema),
    actions: z
      .array(z.object({ name: z.enum(staffActions as [string, ...string[]]), url: z.string() }))
      .meta({ description: 'api.field.case.actions' }),
  })
  .meta({ id: 'Case' })

/** Everything about a case that its page shows, and what can be done to it now. */
export function viewCase(t: T, view: StaffView): z.input<typeof caseSchema> {
  const { record, context, actions } = view
  const { state, events, seq, subject } = record
  const url = `/api/v1/cases/${state.number}`
  const { masked } = (events[0]?.text ?? {}) as { masked?: string | null }
  return {
    number: state.number,
    url,
    version: seq,
    subject,
    kind: state.kind,
    category: termOfCategory(t, context.pack, state.category),
    urgency: state.urgency,
    status: state.status,
    statusName: t(`cases.status.${state.status}`),
    tier: state.tier,
    channel: state.channel,
    language: state.language,
    rules: state.pack,
    resident: {
      protection: state.protection,
      masked: state.protection === 'named' ? (masked ?? null) : null,
      contact: state.contact,
    },
    ...viewFiled(events),
    unit: refOfUnit(t, context, state.unitId),
    whyHere: whyHere(t, state, context),
    owner: refOfOfficer(t, context, state.ownerId),
    lead: refOfOfficer(t, context, state.leadId),
    retaliation: state.retaliation,
    redirect: state.redirect && {
      to: refOfUnit(t, context, state.redirect.to),
      from: refOfUnit(t, context, state.redirect.from),
      reason: state.redirect.reason,
      at: state.redirect.at,
    },
    declined: state.declined,
    filedAt: state.filedAt,
    acceptedAt: state.acceptedAt,
    closedAt: state.closedAt,
    closedBecause: state.closedBecause,
    reopened: state.reopened,
    rating: state.rating,
    answers: state.answers.map(answer => viewAnswer(t, answer, events, context)),
    dues: viewDues(t, state, context),
    documents: viewDocuments(events, url),
    actions: actions.map(name => ({ name, url: `${url}/${name}` })),
  }
}
