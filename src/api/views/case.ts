import { z } from 'zod'
import { staffActions } from '../../cases/allowed-actions.ts'
import type { StaffView } from '../../cases/casework/reads.ts'
import { channels } from '../../cases/queue/forms.ts'
import type { Channel } from '../../cases/rules/state.ts'
import type { T } from '../../platform/i18n/translator.ts'
import { instant, officerRef, refOfOfficer, refOfUnit, unitRef } from './common.ts'
import { headSchema, viewHead } from './head.ts'
import { viewDues } from './parts.ts'

/** A case as staff read it. */
export const caseSchema = z
  .object({
    ...headSchema.shape,
    subject: z.string().nullable().meta({ description: 'api.field.case.subject' }),
    urgency: z.enum(['enquiry', 'ordinary', 'urgent']),
    channel: z.enum(channels as [Channel, ...Channel[]]),
    rules: z.string().meta({ description: 'api.field.case.rules' }),
    resident: z
      .object({
        protection: z.enum(['named', 'protected', 'anonymous']),
        masked: z.string().nullable(),
        contact: z.boolean(),
      })
      .meta({ description: 'api.field.case.resident' }),
    owner: officerRef.nullable(),
    retaliation: z.boolean().meta({ description: 'api.field.case.retaliation' }),
    redirect: z.object({ to: unitRef, from: unitRef, reason: z.string(), at: instant }).nullable(),
    declined: z.object({ reason: z.string(), at: instant }).nullable(),
    acceptedAt: instant.nullable(),
    closedBecause: z.string().nullable(),
    reopened: z.int(),
    actions: z
      .array(z.object({ name: z.enum(staffActions as [string, ...string[]]), url: z.string() }))
      .meta({ description: 'api.field.case.actions' }),
  })
  .meta({ id: 'Case' })

/** Everything about a case that its page shows, and what can be done to it now. */
export function viewCase(t: T, view: StaffView): z.input<typeof caseSchema> {
  const { record, context, actions } = view
  const { state, events, subject } = record
  const url = `/api/v1/cases/${state.number}`
  const { masked } = (events[0]?.text ?? {}) as { masked?: string | null }
  return {
    ...viewHead(t, record, context, url),
    subject,
    urgency: state.urgency,
    statusName: t(`cases.status.${state.status}`),
    channel: state.channel,
    rules: state.pack,
    resident: {
      protection: state.protection,
      masked: state.protection === 'named' ? (masked ?? null) : null,
      contact: state.contact,
    },
    owner: refOfOfficer(t, context, state.ownerId),
    retaliation: state.retaliation,
    redirect: state.redirect && {
      to: refOfUnit(t, context, state.redirect.to),
      from: refOfUnit(t, context, state.redirect.from),
      reason: state.redirect.reason,
      at: state.redirect.at,
    },
    declined: state.declined,
    acceptedAt: state.acceptedAt,
    closedBecause: state.closedBecause,
    reopened: state.reopened,
    dues: viewDues(t, state.obligations, context),
    actions: actions.map(name => ({ name, url: `${url}/${name}` })),
  }
}
