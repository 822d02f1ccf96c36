import { z } from 'zod'
import { mayReadNotes } from '../../cases/casework/pages/dialogue.ts'
import { tell } from '../../cases/casework/pages/tellers.ts'
import type { StaffView } from '../../cases/casework/reads.ts'
import { officerName } from '../../cases/follow/names.ts'
import { tellers, untold } from '../../cases/follow/pages/timeline.ts'
import type { CaseView } from '../../cases/follow/view.ts'
import type { CaseEvent } from '../../cases/reads.ts'
import type { Context } from '../../cases/rules/decision.ts'
import type { Json } from '../../platform/json.ts'
import { type Content, html } from '../../ui/html.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { instant, written } from './common.ts'

const told = {
  seq: z.int().meta({ description: 'api.field.event.seq' }),
  type: z.string(),
  at: instant,
  by: z.enum(['resident', 'staff', 'system', 'import']),
  name: z.string().nullable().meta({ description: 'api.field.event.name' }),
  title: z.string(),
  text: z.string().nullable().meta({ description: 'api.field.event.text' }),
}

/** Something that happened to a case, as staff read it. */
export const eventSchema = z
  .object({
    ...told,
    data: z.record(z.string(), z.unknown()).meta({ description: 'api.field.event.data' }),
  })
  .meta({ id: 'Event' })

/** The same as the resident may see it. */
export const followedEventSchema = z.object(told).meta({ id: 'FollowedEvent' })

/** What happened, oldest first, as the record on the case page tells it; without notes for who may not read them. */
export function viewEvents(ctx: PageContext, view: StaffView): z.input<typeof eventSchema>[] {
  const withNotes = mayReadNotes(view)
  return view.record.events
    .filter(event => withNotes || event.type !== 'note.added')
    .map(event => ({
      ...common(ctx, event, view.context),
      title: plain(tell(ctx, view, event).title),
      data: openData(event),
    }))
}

/** What happened, oldest first, as the resident is told it (promise 6: also who opened their identity, and why). */
export function viewFollowedEvents(
  ctx: PageContext,
  { record, context }: CaseView,
): z.input<typeof followedEventSchema>[] {
  let leadBefore = ''
  return record.events.flatMap(event => {
    const known = { ctx, event, state: record.state, context, leadBefore }
    const hidden = (untold as readonly string[]).includes(event.type)
    const item = hidden ? undefined : tellers[event.type]?.(known)
    if ('leadId' in event.data && event.type !== 'answer.given') leadBefore = word(event.data.leadId)
    if (!item) return []
    const told = { ...common(ctx, event, context), title: plain(item.title) }
    // For the resident alone: a receipt code of another server may be in it.
    return [event.type === 'copy.sent' ? { ...told, text: word(event.text?.notice) || null } : told]
  })
}

function common({ t }: PageContext, event: CaseEvent, context: Context) {
  const { seq, type, at, actor } = event
  const name = actor.kind === 'staff' ? (officerName(t, context, actor.id) ?? null) : null
  return { seq, type, at: written(at), by: actor.kind, name, text: wordsOf(event) }
}

// What a resident filed stands on the case, without the names in it; a document's name stands with the documents.
function wordsOf({ type, text }: CaseEvent): string | null {
  if (type === 'case.filed' || type === 'document.added') return null
  return word(text?.text) || word(text?.why) || word(text?.purpose) || null
}

// Whom a case is about is told where they are taken off it; when it is filed it is for nobody's list.
function openData({ type, data }: CaseEvent): Record<string, Json> {
  if (type !== 'case.filed') return data
  const { aboutUnits: _units, aboutStaff: _staff, ...rest } = data
  return rest
}

const word = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

/** Markup as the text that it shows. */
function plain(content: Content): string {
  if (typeof content === 'string') return content
  const text = html`${content}`.toString().replaceAll(/<[^>]*>/g, '')
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '').trim()
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
