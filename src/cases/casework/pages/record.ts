import type { Author } from '../../../platform/stream.ts'
import { type TimelineItem, timeline } from '../../../ui/case/timeline.ts'
import { type Content, type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { officerName } from '../../follow/names.ts'
import type { CaseEvent } from '../../reads.ts'
import type { StaffView } from '../reads.ts'
import { mayReadNotes } from './dialogue.ts'
import { type Told, tell } from './tellers.ts'

/** Everything that happened, newest first; what one step of one person brought about stands together. */
export function record(ctx: PageContext, view: StaffView): Html {
  const { t } = ctx
  const withNotes = mayReadNotes(view)
  const shown = view.record.events.filter(event => withNotes || event.type !== 'note.added')
  const steps = stepsOf(shown).map(events => item(ctx, view, events))
  return html`<section aria-labelledby="record"><h2 class="govuk-heading-m" id="record">${t('staff.case.record')}</h2>${timeline(ctx, steps.toReversed())}</section>`
}

/** Events of one step have one time and one author. */
function stepsOf(events: readonly CaseEvent[]): CaseEvent[][] {
  const steps: CaseEvent[][] = []
  for (const event of events) {
    const step = steps.at(-1)
    const before = step?.[0]
    if (step && before?.at.equals(event.at) && isSame(before.actor, event.actor)) step.push(event)
    else steps.push([event])
  }
  return steps
}

function isSame(a: Author, b: Author): boolean {
  return a.kind === b.kind && (a.kind !== 'staff' || (b.kind === 'staff' && a.id === b.id))
}

function item(ctx: PageContext, view: StaffView, events: readonly CaseEvent[]): TimelineItem {
  const told = events.map(event => tell(ctx, view, event))
  // The step is named after what somebody did, not after the clocks that it started.
  const first = told.find(one => !one.minor) ?? told[0]
  const rest = told.filter(one => one !== first)
  const [event] = events
  if (!event || !first) throw new Error('a step without events')
  return {
    at: event.at,
    title: first.title,
    by: authorName(ctx, view, event.actor),
    tone: told.find(one => one.tone === 'problem')?.tone ?? first.tone,
    id: `event-${event.seq}`,
    body: first.body || rest.length > 0 ? html`${first.body}${followers(rest)}` : undefined,
  }
}

function followers(rest: readonly Told[]): Content {
  if (rest.length === 0) return undefined
  return html`<ul class="app-record__also">${rest.map(one => html`<li>${one.title}${one.body}</li>`)}</ul>`
}

function authorName({ t }: PageContext, { context }: StaffView, actor: Author): string {
  if (actor.kind === 'staff') return officerName(t, context, actor.id) ?? t('staff.case.somebody')
  return actor.kind === 'resident' ? t('staff.case.the-resident') : t(`staff.case.by.${actor.kind}`)
}
