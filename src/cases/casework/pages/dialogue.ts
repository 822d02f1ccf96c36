import { may } from '../../../org/may.ts'
import type { Json } from '../../../platform/json.ts'
import { type Message, messages } from '../../../ui/case/messages.ts'
import { details } from '../../../ui/content/callouts.ts'
import { button } from '../../../ui/form/button.ts'
import { form } from '../../../ui/form/form.ts'
import { formState } from '../../../ui/form/form-state.ts'
import { type Content, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { officerName } from '../../follow/names.ts'
import { caseActions } from '../../permissions.ts'
import { type CaseEvent, resourceOf } from '../../reads.ts'
import { acts } from '../acts.ts'
import type { StaffView } from '../reads.ts'
import { documentLink } from './documents.ts'

const spoken = ['message.sent', 'information.asked', 'information.given']

/** What was said between the resident and the institution, with a form to go on. */
export function dialogue(ctx: PageContext, view: StaffView, key: string): Content {
  const { t } = ctx
  const { events } = view.record
  const said = events.filter(event => spoken.includes(event.type))
  if (said.length === 0 && !view.actions.includes('send-message')) return undefined
  return html`<section aria-labelledby="messages"><h2 class="govuk-heading-m" id="messages">${t('staff.case.messages')}</h2>${
    said.length > 0
      ? messages(
          ctx,
          said.map(event => toMessage(ctx, view, event)),
        )
      : html`<p class="govuk-body">${t('staff.case.messages.none')}</p>`
  }${inline(ctx, view, 'send-message', key)}</section>`
}

/** Notes among staff; nothing of them where the reader may not read them. */
export function notes(ctx: PageContext, view: StaffView, key: string): Content {
  const { t } = ctx
  if (!mayReadNotes(view)) return undefined
  const written = view.record.events.filter(event => event.type === 'note.added')
  if (written.length === 0 && !view.actions.includes('add-note')) return undefined
  return html`<section class="app-case-notes" aria-labelledby="notes"><h2 class="govuk-heading-m" id="notes">${t('staff.case.notes')}</h2>${
    written.length > 0 &&
    messages(
      ctx,
      written.map(event => toMessage(ctx, view, event)),
    )
  }${inline(ctx, view, 'add-note', key)}</section>`
}

/** Whether notes are for the reader's eyes. */
export function mayReadNotes({ actor, record, context }: StaffView): boolean {
  return may(actor, caseActions.readNotes, resourceOf(record.state, context.organisation))
}

function toMessage(ctx: PageContext, { record, context }: StaffView, event: CaseEvent): Message {
  const { t } = ctx
  const { actor } = event
  const files = record.events.filter(
    one => one.type === 'document.added' && one.at.equals(event.at) && event.type !== 'information.asked',
  )
  const by =
    actor.kind === 'staff'
      ? (officerName(t, context, actor.id) ?? t('staff.case.somebody'))
      : t('staff.case.the-resident')
  return {
    at: event.at,
    own: actor.kind === 'staff',
    by: event.type === 'information.asked' ? html`${by} (${t('cases.event.information.asked')})` : by,
    text: textOf(event.text?.text),
    ...(files.length > 0 && {
      files: html`${files.map(file => html`<div>${documentLink(ctx, record.state.number, file, false)}</div>`)}`,
    }),
  }
}

/** A short form in place, which opens where it is asked for. */
function inline(
  ctx: PageContext,
  view: StaffView,
  action: 'send-message' | 'add-note',
  key: string,
): Content {
  if (!view.actions.includes(action)) return undefined
  const { t } = ctx
  const { seq, state } = view.record
  const act = acts[action]
  const content = html`${act.fields?.({ ctx, view, form: ownIds(formState(t), action), typed: {} })}${button({ text: t(`staff.send.${action}`) })}`
  return details({
    summary: t(`staff.do.${action}`),
    content: form({
      action: `/cases/${state.number}/${action}`,
      files: act.files,
      hidden: { _seen: seq, _key: key },
      content,
    }),
  })
}

// Two forms on one page both call their text `text`; ids must differ all the same.
function ownIds(form: ReturnType<typeof formState>, action: string): ReturnType<typeof formState> {
  return { ...form, field: name => ({ ...form.field(name), id: `${action}-${name}` }) }
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
