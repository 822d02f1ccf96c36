import type { Obligation } from '../../../obligations/rules.ts'
import { dueText, inLang } from '../../../obligations/wording.ts'
import type { Json } from '../../../platform/json.ts'
import { written } from '../../../ui/case/messages.ts'
import { type TimelineItem, timeline } from '../../../ui/case/timeline.ts'
import { details } from '../../../ui/content/callouts.ts'
import { type Content, type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { CaseEvent, CaseRecord } from '../../reads.ts'
import type { Context } from '../../rules/decision.ts'
import type { Why } from '../../rules/routing.ts'
import type { CaseState, Tier } from '../../rules/state.ts'
import { whyHere } from '../../why-here.ts'
import { officerName, unitName } from '../names.ts'
import { decision } from './answer.ts'
import { documentLink } from './documents.ts'
import { deadlineName } from './due-dates.ts'

type Known = {
  ctx: PageContext
  event: CaseEvent
  state: CaseState
  context: Context
  /** Who was answerable just before. */
  leadBefore: string
}
type Item = Omit<TimelineItem, 'at' | 'by'>

/**
 * What happened, newest first, as the resident may see it: messages, answers with all their parts, decisions, and who
 * opened their identity, when and why (promise 6). Notes among staff are never in it.
 */
export function caseTimeline(ctx: PageContext, { events, state }: CaseRecord, context: Context): Html {
  let leadBefore = ''
  const items = events.flatMap((event, i): TimelineItem[] => {
    // Documents that came with a message stand under it.
    if (event.type === 'document.added' && leadOf(events, i)) return []
    const item = tellers[event.type]?.({ ctx, event, state, context, leadBefore })
    leadBefore =
      'leadId' in event.data && event.type !== 'answer.given' ? word(event.data.leadId) : leadBefore
    if (!item) return []
    const files = followers(events, i).map(document => documentLink(ctx, state.number, document))
    const body = files.length > 0 ? html`${item.body}${files}` : item.body
    return [{ ...item, body, at: event.at, by: byWhom(ctx, event, context) }]
  })
  return timeline(ctx, items.toReversed())
}

const carriers = ['message.sent', 'information.given', 'case.filed']

/** The event that a document came with, if it came with one. */
function leadOf(events: readonly CaseEvent[], i: number): CaseEvent | undefined {
  const document = events[i]
  for (let at = i - 1; at >= 0; at--) {
    const before = events[at]
    if (!before || !document?.at.equals(before.at)) return undefined
    if (carriers.includes(before.type)) return before
  }
  return undefined
}

/** The documents that came with an event. */
function followers(events: readonly CaseEvent[], i: number): CaseEvent[] {
  const carrier = events[i]
  if (!carrier || !carriers.includes(carrier.type)) return []
  return events.filter((one, at) => at > i && one.type === 'document.added' && leadOf(events, at) === carrier)
}

function byWhom({ t }: PageContext, { type, actor }: CaseEvent, context: Context): string | undefined {
  // A case is routed by rule, whoever's step it followed from.
  if (type === 'case.routed') return undefined
  if (actor.kind === 'resident') return t('follow.you')
  return actor.kind === 'staff' ? officerName(t, context, actor.id) : undefined
}

const word = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const said = (value: Json | undefined): Content => word(value) && written(word(value))

/** What is not told: the resident's own identity, and what staff write among themselves. A test wants all else told. */
export const untold = ['party.named', 'party.contact-confirmed', 'note.added'] as const

/** How each kind of event is told to the resident. */
export const tellers: Readonly<Record<string, (known: Known) => Item | undefined>> = {
  'case.filed': ({ ctx: { t } }) => ({ title: t('cases.event.case.filed'), tone: 'milestone' }),
  'case.routed': ({ ctx: { t }, event, state, context }) => {
    const { unitId, why } = event.data as unknown as { unitId: string; why: Why }
    const because = whyHere(t, { unitId, why, category: state.category }, context)
    return {
      title: t('cases.event.case.routed', { unit: unitName(t, context, unitId) }),
      body: html`<p class="govuk-body">${because}</p>`,
    }
  },
  'case.accepted': ({ ctx: { t } }) => ({ title: t('cases.event.case.accepted'), tone: 'milestone' }),
  'case.declined': ({ ctx: { t }, event, context }) => {
    const reason = context.pack.notAccepted.find(one => one.code === event.data.reason)
    return {
      title: t('cases.event.case.declined'),
      tone: 'milestone',
      body: html`${reason && html`<p class="govuk-body">${inLang(t, reason.text)}</p>`}${said(event.text?.text)}`,
    }
  },
  'redirect.proposed': ({ ctx: { t }, event, context }) => ({
    title: t('cases.event.redirect.proposed', { unit: unitName(t, context, word(event.data.to)) }),
    body: said(event.text?.text),
  }),
  'redirect.confirmed': ({ ctx: { t }, event, context }) => ({
    title: t('cases.event.redirect.confirmed', { unit: unitName(t, context, word(event.data.to)) }),
  }),
  'redirect.refused': ({ ctx: { t }, event }) => ({
    title: t('cases.event.redirect.refused'),
    body: said(event.text?.text),
  }),
  'redirect.ended': ({ ctx: { t } }) => ({ title: t('cases.event.redirect.ended') }),
  'case.imported': ({ ctx: { t } }) => ({ title: t('follow.event.imported') }),
  'retention.ended': ({ ctx: { t }, context }) => ({
    title: t('follow.event.retention'),
    body: html`<p class="govuk-body">${t('follow.expired-texts', { years: context.pack.retention.years })}</p>`,
  }),
  'case.assigned': ({ ctx: { t }, event, context, leadBefore }) => {
    const lead = officerName(t, context, word(event.data.leadId))
    return lead && event.data.leadId !== leadBefore
      ? { title: t('follow.event.assigned', { lead }) }
      : undefined
  },
  'information.asked': ({ ctx: { t }, event }) => ({
    title: t('cases.event.information.asked'),
    body: said(event.text?.text),
  }),
  'information.given': ({ ctx: { t }, event }) => ({
    title: t('cases.event.information.given'),
    body: said(event.text?.text),
  }),
  'information.lapsed': ({ ctx: { t } }) => ({ title: t('cases.event.information.lapsed') }),
  'answer.extended': ({ ctx: { t }, event }) => ({
    title: t('cases.event.answer.extended'),
    body: said(event.text?.text),
  }),
  'hearing.begun': ({ ctx: { t } }) => ({ title: t('cases.event.hearing.begun') }),
  'hearing.ended': ({ ctx: { t } }) => ({ title: t('cases.event.hearing.ended') }),
  'answer.given': ({ ctx, event, state, context }) => {
    const given = event.data as unknown as { no: number; tier: Tier; outcome: string; remedyBy?: string }
    const answer = state.answers.find(one => one.no === given.no)
    return {
      title: ctx.t('cases.event.answer.given', { tier: given.tier }),
      tone: 'milestone',
      // As it was given: a correction is told as an event of its own.
      body:
        answer &&
        details({
          summary: ctx.t('follow.event.answer.show'),
          content: decision(ctx, { ...answer, ...given }, event, state, context),
        }),
    }
  },
  'answer.corrected': ({ ctx, event, state, context }) => {
    const data = event.data as unknown as { no: number; outcome: string; remedyBy?: string; leadId: string }
    const answer = state.answers.find(one => one.no === data.no)
    return {
      title: ctx.t('cases.event.answer.corrected'),
      tone: 'milestone',
      body: html`${said(event.text?.why)}${
        answer &&
        details({
          summary: ctx.t('follow.event.answer.show'),
          content: decision(ctx, { ...answer, ...data }, event, state, context),
        })
      }`,
    }
  },
  'resident.agreed': ({ ctx: { t } }) => ({ title: t('follow.event.agreed') }),
  'resident.rated': ({ ctx: { t }, event }) => ({
    title: t('cases.event.resident.rated', { rating: Number(event.data.rating) }),
  }),
  'review.asked': ({ ctx: { t }, event }) => ({
    title: t('cases.event.review.asked', { tier: word(event.data.tier) }),
    tone: 'milestone',
    body: said(event.text?.text),
  }),
  'review.sent-back': ({ ctx: { t }, event, context }) => ({
    title: t('cases.event.review.sent-back', { unit: unitName(t, context, word(event.data.unitId)) }),
    tone: 'milestone',
  }),
  'remedy.done': ({ ctx: { t }, event }) => ({
    title: t('cases.event.remedy.done'),
    tone: 'milestone',
    body: said(event.text?.text),
  }),
  'copy.taken': ({ ctx: { t }, event: { data } }) => ({
    title: t('cases.event.copy.taken', { url: word(data.url) }),
  }),
  'copy.sent': ({ ctx: { t }, event: { data, text } }) => ({
    title: t('cases.event.copy.sent', { to: word(data.name) || word(data.url), number: word(data.number) }),
    body: html`<p class="govuk-body">${t('follow.event.copy')}</p>${text?.notice && html`<p class="govuk-body">${t('follow.event.copy.notice')}</p>${said(text.notice)}`}`,
  }),
  'notice.undelivered': ({ ctx: { t } }) => ({ title: t('cases.event.notice.undelivered') }),
  'reminder.sent': ({ ctx: { t } }) => ({ title: t('cases.event.reminder.sent') }),
  'case.closed': ({ ctx: { t }, event }) => ({
    title: t('follow.event.closed', { because: word(event.data.because) }),
    tone: 'milestone',
  }),
  'case.reopened': ({ ctx: { t }, event }) => ({
    title: t('cases.event.case.reopened'),
    tone: 'milestone',
    body: said(event.text?.text),
  }),
  'case.withdrawn': ({ ctx: { t }, event }) => ({
    title: t('cases.event.case.withdrawn'),
    tone: 'milestone',
    body: said(event.text?.text),
  }),
  'recusal.added': ({ ctx: { t } }) => ({ title: t('cases.event.recusal.added') }),
  'message.sent': ({ ctx: { t }, event }) => ({
    title: t(event.data.from === 'resident' ? 'follow.event.message.own' : 'follow.event.message'),
    body: said(event.text?.text),
  }),
  'document.added': ({ ctx, event, state }) => ({
    title: ctx.t(event.data.from === 'resident' ? 'follow.event.document.own' : 'follow.event.document'),
    body: documentLink(ctx, state.number, event),
  }),
  'identity.opened': ({ ctx: { t }, event, context }) => ({
    title: t('follow.event.identity', {
      who: officerName(t, context, word(event.data.staffId)) ?? t('follow.somebody'),
    }),
    tone: 'problem',
    body: html`<p class="govuk-body">${t('follow.event.identity.why')}</p>${said(event.text?.purpose)}`,
  }),
  'calendar.renewed': ({ ctx: { t } }) => ({ title: t('cases.event.calendar.renewed') }),
  'obligation.breached': known => lateness(known, 'cases.event.obligation.breached'),
  'obligation.escalated': known => lateness(known, 'cases.event.obligation.escalated'),
  'obligation.recomputed': ({ ctx, event, context }) => {
    const { obligation } = event.data as unknown as { obligation: Obligation }
    const due = dueText(ctx.t, Temporal.Instant.from(obligation.due), ctx.tenant.timeZone)
    return {
      title: ctx.t('cases.event.obligation.recomputed', { what: deadlineName(ctx.t, obligation, context) }),
      body: html`<p class="govuk-body">${ctx.t('follow.event.recomputed', { due })}</p>`,
    }
  },
}

function lateness(
  { ctx: { t }, event, context }: Known,
  key: 'cases.event.obligation.breached' | 'cases.event.obligation.escalated',
): Item | undefined {
  const { obligation } = event.data as unknown as { obligation: Obligation }
  if (obligation.owedBy !== 'institution') return undefined
  return { title: t(key, { what: deadlineName(t, obligation, context) }), tone: 'problem' }
}
