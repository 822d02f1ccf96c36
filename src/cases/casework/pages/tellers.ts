import type { Obligation, Stage } from '../../../obligations/rules.ts'
import { dueText, inLang, lengthText } from '../../../obligations/wording.ts'
import type { Length } from '../../../packs/schema.ts'
import type { Json } from '../../../platform/json.ts'
import { written } from '../../../ui/case/messages.ts'
import type { TimelineItem } from '../../../ui/case/timeline.ts'
import { details } from '../../../ui/content/callouts.ts'
import { type Content, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { officerName, unitName } from '../../follow/names.ts'
import { decision, outcomeName } from '../../follow/pages/answer.ts'
import type { CaseEvent } from '../../reads.ts'
import type { Why } from '../../rules/routing.ts'
import type { Tier } from '../../rules/state.ts'
import { whyHere } from '../../why-here.ts'
import type { StaffView } from '../reads.ts'
import { documentLink } from './documents.ts'

/** An event in words. `minor` is what follows from another by itself, as a clock that starts. */
export type Told = { title: Content; body?: Content; tone?: TimelineItem['tone']; minor?: boolean }

type Known = { ctx: PageContext; view: StaffView; event: CaseEvent }

/** An event in the words of staff; every type has some. */
export function tell(ctx: PageContext, view: StaffView, event: CaseEvent): Told {
  const known = { ctx, view, event }
  if (event.type.startsWith('obligation.')) return tellClock(known)
  return tellers[event.type]?.(known) ?? { title: ctx.t.stored(`cases.event.${event.type}`) }
}

const word = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const said = ({ event }: Known): Content => word(event.text?.text) && written(word(event.text?.text))
const plain =
  (key: string, tone?: Told['tone']) =>
  (known: Known): Told => ({
    title: known.ctx.t.stored(`cases.event.${key}`),
    body: said(known),
    ...(tone && { tone }),
  })

const tellers: Readonly<Record<string, (known: Known) => Told>> = {
  'case.filed': ({ ctx: { t }, view }) => ({
    title: t('cases.event.case.filed'),
    tone: 'milestone',
    body: html`<p class="govuk-body-s">${t(`cases.channel.${view.record.state.channel}`)}</p>`,
  }),
  'party.named': ({ ctx: { t } }) => ({ title: t('cases.event.party.named'), minor: true }),
  'case.routed': ({ ctx: { t }, view: { record, context }, event }) => {
    const { unitId, why } = event.data as unknown as { unitId: string; why: Why }
    const because = whyHere(t, { unitId, why, category: record.state.category }, context)
    return {
      title: t('cases.event.case.routed', { unit: unitName(t, context, unitId) }),
      body: html`<p class="govuk-body-s">${because}</p>`,
      minor: event.seq <= 3,
    }
  },
  'case.accepted': plain('case.accepted', 'milestone'),
  'case.declined': known => {
    const reason = known.view.context.pack.notAccepted.find(one => one.code === known.event.data.reason)
    return {
      title: known.ctx.t('cases.event.case.declined'),
      tone: 'milestone',
      body: html`${reason && html`<p class="govuk-body-s">${inLang(known.ctx.t, reason.text)}</p>`}${said(known)}`,
    }
  },
  'redirect.proposed': known => {
    const { t } = known.ctx
    const { context } = known.view
    const reason = context.pack.notOurs.find(one => one.code === known.event.data.reason)
    return {
      title: t('cases.event.redirect.proposed', { unit: unitName(t, context, word(known.event.data.to)) }),
      body: html`${reason && html`<p class="govuk-body-s">${inLang(t, reason.text)}</p>`}${said(known)}`,
    }
  },
  'redirect.confirmed': ({ ctx: { t }, view: { context }, event }) => ({
    title: t('cases.event.redirect.confirmed', { unit: unitName(t, context, word(event.data.to)) }),
  }),
  'redirect.refused': plain('redirect.refused'),
  'case.assigned': ({ ctx: { t }, view: { context }, event }) => {
    const name = (id: Json | undefined) => officerName(t, context, word(id)) ?? t('staff.queue.nobody')
    const names = { owner: name(event.data.ownerId), lead: name(event.data.leadId) }
    return { title: t('staff.record.assigned', names) }
  },
  'information.given': plain('information.given', 'milestone'),
  'answer.extended': known => {
    const length = lengthText(known.ctx.t, known.event.data.length as unknown as Length)
    return { title: known.ctx.t('staff.record.extended', { length }), body: said(known) }
  },
  'hearing.begun': ({ ctx: { t, tenant }, event }) => {
    const until = dueText(t, Temporal.Instant.from(word(event.data.until)), tenant.timeZone)
    return {
      title: t('cases.event.hearing.begun'),
      body: html`<p class="govuk-body-s">${t('staff.record.until', { until })}</p>`,
    }
  },
  'answer.given': known =>
    decided(known, t => t('cases.event.answer.given', { tier: word(known.event.data.tier) })),
  'answer.corrected': known => decided(known, t => t('cases.event.answer.corrected')),
  'resident.rated': ({ ctx: { t }, event }) => ({
    title: t('cases.event.resident.rated', { rating: Number(event.data.rating) }),
  }),
  'review.asked': known => ({
    title: known.ctx.t('cases.event.review.asked', { tier: word(known.event.data.tier) }),
    tone: 'milestone',
    body: said(known),
  }),
  'review.sent-back': ({ ctx: { t }, view: { context }, event }) => ({
    title: t('cases.event.review.sent-back', { unit: unitName(t, context, word(event.data.unitId)) }),
  }),
  'calendar.renewed': known => ({ ...plain('calendar.renewed')(known), minor: true }),
  'copy.taken': ({ ctx: { t }, event: { data } }) => ({
    title: t('cases.event.copy.taken', { url: word(data.url) }),
  }),
  'copy.sent': ({ ctx: { t }, event: { data } }) => ({
    title: t('cases.event.copy.sent', { to: word(data.name) || word(data.url), number: word(data.number) }),
  }),
  'notice.undelivered': plain('notice.undelivered', 'problem'),
  'remedy.done': plain('remedy.done', 'milestone'),
  'case.closed': ({ ctx: { t }, event }) => ({
    title: t('cases.event.case.closed', { because: word(event.data.because) }),
    tone: 'milestone',
  }),
  'case.reopened': plain('case.reopened', 'milestone'),
  'case.withdrawn': plain('case.withdrawn', 'milestone'),
  'recusal.added': known => {
    const { t } = known.ctx
    const { context } = known.view
    const { aboutUnits, aboutStaff } = known.event.data as { aboutUnits: string[]; aboutStaff: string[] }
    const names = [
      ...aboutUnits.map(id => unitName(t, context, id)),
      ...aboutStaff.map(id => officerName(t, context, id) ?? ''),
    ]
    return {
      title: t('cases.event.recusal.added'),
      tone: 'milestone',
      body: html`<p class="govuk-body-s">${new Intl.ListFormat(t.lang).format(names)}</p>${said(known)}`,
    }
  },
  // Their words stand under the messages and the notes.
  'message.sent': ({ ctx: { t }, event }) => ({
    title: t('cases.event.message.sent', { from: word(event.data.from) }),
  }),
  'information.asked': ({ ctx: { t } }) => ({ title: t('cases.event.information.asked') }),
  'note.added': ({ ctx: { t } }) => ({ title: t('cases.event.note.added') }),
  'document.added': ({ ctx, view, event }) => ({
    title: html`${ctx.t('cases.event.document.added', { from: word(event.data.from) })}: ${documentLink(ctx, view.record.state.number, event, false)}`,
  }),
  'identity.opened': ({ ctx: { t }, view: { context }, event }) => ({
    title: t('cases.event.identity.opened', {
      who: officerName(t, context, word(event.data.staffId)) ?? t('staff.case.somebody'),
    }),
    tone: 'problem',
    body: word(event.text?.purpose) && written(word(event.text?.purpose)),
  }),
  'case.imported': ({ ctx: { t }, event }) => ({
    title: t('cases.event.case.imported', {
      clocks: word(event.data.clocks),
      source: word(event.data.source),
    }),
  }),
}

/** A decision as it was given or corrected then, to be opened; the one that stands is on the page above. */
function decided(
  { ctx, view: { record, context }, event }: Known,
  title: (t: PageContext['t']) => string,
): Told {
  const { t } = ctx
  const data = event.data as unknown as {
    no: number
    tier?: Tier
    outcome: string
    remedyBy?: string
    leadId: string
  }
  const answer = record.state.answers.find(one => one.no === data.no)
  if (!answer) return { title: title(t), tone: 'milestone' }
  const then = { ...answer, ...data }
  return {
    title: html`${title(t)}: ${outcomeName(t.lang, then, context)}`,
    tone: 'milestone',
    body: html`${word(event.text?.why) && written(word(event.text?.why))}${details({
      summary: t('staff.record.read'),
      content: decision(ctx, then, event, record.state, context),
    })}`,
  }
}

const problems = ['obligation.breached', 'obligation.escalated', 'obligation.warned']

function tellClock({ ctx: { t, tenant }, view: { context }, event }: Known): Told {
  const { obligation, told, stage, because } = event.data as unknown as {
    obligation: Obligation
    told?: string[]
    stage?: Stage
    because?: string
  }
  const what = t(`cases.deadline.${obligation.kind}`)
  const due = dueText(t, Temporal.Instant.from(obligation.due), tenant.timeZone)
  const text = t.stored(`cases.event.${event.type}`, { what })
  const isLate = event.type === 'obligation.met' && because === 'late'
  const names = (told ?? []).map(id => officerName(t, context, id) ?? '').filter(name => name !== '')
  const isProblem = problems.includes(event.type) && obligation.owedBy === 'institution'
  return {
    title: moved.includes(event.type)
      ? t('staff.record.due', { text, due })
      : isLate
        ? t('staff.record.late', { text })
        : text,
    minor: true,
    ...((isLate || (isProblem && stage !== 'half' && stage !== 'four-fifths')) && {
      tone: 'problem' as const,
    }),
    ...(names.length > 0 && {
      body: html`<p class="govuk-body-s">${t('staff.record.told', { names: new Intl.ListFormat(t.lang).format(names) })}</p>`,
    }),
  }
}

// After these the date is another than before.
const moved = ['opened', 'paused', 'resumed', 'extended', 'recomputed'].map(name => `obligation.${name}`)
