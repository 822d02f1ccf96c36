import { z } from 'zod'
import { outcomeName } from '../../cases/follow/pages/answer.ts'
import { storedFile } from '../../cases/follow/pages/documents.ts'
import { deadlineName } from '../../cases/follow/pages/due-dates.ts'
import type { CaseEvent } from '../../cases/reads.ts'
import type { Context } from '../../cases/rules/decision.ts'
import type { Answer } from '../../cases/rules/state.ts'
import { isLate, isOwed, type Obligation } from '../../obligations/rules.ts'
import type { T } from '../../platform/i18n/translator.ts'
import { day, instant, officerRef, refOfOfficer, refOfUnit, term, unitRef, uuid, written } from './common.ts'

/** Something owed by a time. */
export const dueSchema = z
  .object({
    id: z.string(),
    kind: z.string().meta({ description: 'api.field.due.kind' }),
    name: z.string(),
    owedBy: z.enum(['institution', 'resident', 'unit']),
    status: z.enum(['open', 'paused', 'met', 'missed', 'cancelled', 'lapsed']),
    since: instant,
    due: instant.meta({ description: 'api.field.due.due' }),
    firstDue: instant,
    provisional: z.boolean().meta({ description: 'api.field.due.provisional' }),
    late: z.boolean(),
    metAt: instant.nullable(),
  })
  .meta({ id: 'Due' })

/** An obligation as it stands now. */
function viewDue(t: T, one: Obligation, context: Context): z.input<typeof dueSchema> {
  return {
    id: one.id,
    kind: one.kind,
    name: deadlineName(t, one, context),
    owedBy: one.owedBy,
    status: one.status,
    since: one.trigger,
    due: one.due,
    firstDue: one.firstDue,
    provisional: one.provisional,
    late: one.status === 'missed' || (isOwed(one) && isLate(one, context.now)),
    metAt: one.metAt ?? null,
  }
}

/** A decision that was given. */
export const answerSchema = z
  .object({
    no: z.int(),
    tier: z.enum(['answer', 'review', 'final-review']),
    at: instant,
    unit: unitRef,
    signedBy: officerRef.nullable(),
    outcome: term,
    remedyBy: day.nullable(),
    corrections: z.int(),
    parts: z.record(z.string(), z.string()).nullable().meta({ description: 'api.field.answer.parts' }),
  })
  .meta({ id: 'Answer' })

/** A decision with its words, as last corrected. */
export function viewAnswer(
  t: T,
  answer: Answer,
  events: readonly CaseEvent[],
  context: Context,
): z.input<typeof answerSchema> {
  const event = events.findLast(
    one => (one.type === 'answer.given' || one.type === 'answer.corrected') && one.data.no === answer.no,
  )
  const parts = event?.text?.parts as Record<string, string> | undefined
  return {
    no: answer.no,
    tier: answer.tier,
    at: answer.at,
    unit: refOfUnit(t, context, answer.unitId),
    signedBy: refOfOfficer(t, context, answer.leadId),
    outcome: { code: answer.outcome, name: outcomeName(t.lang, answer, context) },
    remedyBy: answer.remedyBy ?? null,
    corrections: answer.corrections,
    parts: parts ?? null,
  }
}

/** A document of a case. */
export const documentSchema = z
  .object({
    id: uuid,
    name: z.string(),
    mediaType: z.string(),
    size: z.int().meta({ description: 'api.field.document.size' }),
    sha256: z.string(),
    from: z.enum(['resident', 'staff']),
    at: instant,
    url: z.string(),
  })
  .meta({ id: 'Document' })

/** The documents of a case, oldest first; `root` is the address of the case. */
export function viewDocuments(events: readonly CaseEvent[], root: string): z.input<typeof documentSchema>[] {
  return events
    .filter(event => event.type === 'document.added')
    .map(event => {
      const { id, name, mediaType, size, sha256 } = storedFile(event)
      const from = event.data.from === 'resident' ? 'resident' : 'staff'
      return {
        id,
        name,
        mediaType,
        size,
        sha256,
        from,
        at: written(event.at),
        url: `${root}/documents/${id}`,
      }
    })
}

/** What the resident wrote. */
export const filedSchema = z.object({
  what: z.string().nullable().meta({ description: 'api.field.filed.what' }),
  wanted: z.string().nullable(),
  place: z
    .object({
      address: z.string(),
      pin: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
    })
    .nullable(),
  questions: z.array(z.object({ code: z.string(), answer: z.array(z.string()) })),
})

/** What the resident wrote; nothing of it once the retention period is over. */
export function viewFiled(events: readonly CaseEvent[]): z.input<typeof filedSchema> {
  const text = events[0]?.text as
    | {
        what?: string
        wanted?: string
        place?: { address?: string; pin?: { latitude: number; longitude: number } }
        answers?: Record<string, string[]>
      }
    | undefined
  const { place } = text ?? {}
  return {
    what: text?.what ?? null,
    wanted: text?.wanted ?? null,
    place: place ? { address: place.address ?? '', pin: place.pin ?? null } : null,
    questions: Object.entries(text?.answers ?? {}).map(([code, answer]) => ({ code, answer })),
  }
}

/** The clocks of a case, the soonest first. */
export function viewDues(
  t: T,
  obligations: readonly Obligation[],
  context: Context,
): z.input<typeof dueSchema>[] {
  return obligations.toSorted((a, b) => (a.due < b.due ? -1 : 1)).map(one => viewDue(t, one, context))
}
