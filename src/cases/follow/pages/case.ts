import { isLate } from '../../../obligations/rules.ts'
import { dueText, inLang, sourceText } from '../../../obligations/wording.ts'
import { categoryPath, findDeadline } from '../../../packs/rules.ts'
import { written } from '../../../ui/case/messages.ts'
import { caseNumber } from '../../../ui/case/numbers.ts'
import { details, insetText } from '../../../ui/content/callouts.ts'
import { card, summaryList } from '../../../ui/content/summary-list.ts'
import { buttonGroup, linkButton } from '../../../ui/form/button.ts'
import { form } from '../../../ui/form/form.ts'
import { type Content, type Html, html } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { answeredQuestions, type CategoryAnswers } from '../../category-answers.ts'
import { reopenUntil } from '../../rules/answering.ts'
import { reviewWindow } from '../../rules/reviewing.ts'
import { type CaseState, running, standingAnswer } from '../../rules/state.ts'
import { whyHere } from '../../why-here.ts'
import { type Act, offersOf, reviewTier } from '../acts.ts'
import { officerName, unitName } from '../names.ts'
import type { CaseView } from '../view.ts'
import { decision } from './answer.ts'
import { deadlineName, dueDates } from './due-dates.ts'
import { statusText } from './status.ts'
import { caseTimeline } from './timeline.ts'

/** A case as its resident sees it: how it stands and what comes next first, then everything else. */
export function casePage(ctx: PageContext, view: CaseView): Page {
  const { t } = ctx
  const { record, context } = view
  const { state } = record
  const offers = offersOf(state, context)
  return {
    title: t('follow.case.title', { number: state.number }),
    main: html`<h1 class="govuk-heading-l">${t('follow.case.heading')} ${caseNumber(state.number)}</h1>
${statusText(ctx, state, context)}
${next(ctx, view)}
${turn(ctx, view, offers)}
${others(ctx, state, offers)}
<h2 class="govuk-heading-m">${t('follow.who')}</h2>
${who(ctx, view)}
<h2 class="govuk-heading-m">${t('follow.dates')}</h2>
${dueDates(ctx, state, context)}
<p class="govuk-body app-no-print"><a class="govuk-link" href="/follow/${state.number}/calendar">${t('feeds.case.link')}</a></p>
<h2 class="govuk-heading-m">${t('follow.history')}</h2>
${caseTimeline(ctx, record, context)}
<p class="govuk-body app-no-print"><a class="govuk-link" href="/follow/${state.number}/proof">${t('audit.proof.title')}</a></p>
${filed(ctx, view)}
<h2 class="govuk-heading-m" id="where-else">${t('follow.where-else')}</h2>
<p class="govuk-body">${t('follow.where-else.text')}</p>
<ul class="govuk-list govuk-list--bullet">${context.pack.whereElse.map(
      one => html`<li><strong>${inLang(t, one.name)}</strong><br>${inLang(t, one.how)}</li>`,
    )}</ul>
<section class="app-no-print"><h2 class="govuk-heading-s">${t('follow.leave.title')}</h2><p class="govuk-body">${t('follow.leave.text')}</p>
${form({ action: `/follow/${state.number}/leave`, content: html`<button class="govuk-button govuk-button--secondary" type="submit">${t('follow.leave')}</button>` })}</section>`,
  }
}

/** What the institution owes next and by when, and after that; said plainly where it is late. */
function next(ctx: PageContext, { record: { state }, context }: CaseView): Content {
  const { t } = ctx
  const owed = running(state)
    .filter(one => one.owedBy === 'institution')
    .toSorted((a, b) => (a.due < b.due ? -1 : 1))
    .slice(0, 3)
  if (owed.length === 0) return undefined
  const lines = owed.map((one, i) => {
    const rule = findDeadline(context.pack, one.rule)
    const values = {
      what: deadlineName(t, one, context),
      due: dueText(t, Temporal.Instant.from(one.due), ctx.tenant.timeZone),
      rule: rule ? sourceText(t, rule.source) : '',
    }
    if (one.status === 'paused') return t('follow.next.paused', values)
    if (isLate(one, ctx.now)) return t('follow.next.late', values)
    return t(i === 0 ? 'follow.next' : 'follow.next.then', values)
  })
  return insetText(lines.map(line => html`<p class="govuk-body">${line}</p>`))
}

/** What is the resident's to decide now: the answer or the refusal with its choices, a question to them, a way back in. */
function turn(ctx: PageContext, { record, context }: CaseView, offers: ReadonlySet<Act>): Content {
  const { t } = ctx
  const { state, events } = record
  const { status, number } = state
  if (status === 'awaiting-resident') {
    const asked = events.findLast(event => event.type === 'information.asked')?.text?.text
    return card({
      title: t('follow.asked.title'),
      content: html`${typeof asked === 'string' && html`<div class="govuk-body">${written(asked)}</div>`}${actLink(ctx, number, 'message', 'follow.asked.do')}`,
    })
  }
  const answer = standingAnswer(state)
  const shows = status === 'answered' || status === 'closed'
  const event = events.findLast(
    one => ['answer.given', 'answer.corrected'].includes(one.type) && one.data.no === answer?.no,
  )
  return html`${
    shows &&
    answer &&
    card({
      title: t(`follow.answer.title.${answer.tier}`),
      content: html`${event?.type === 'answer.corrected' && insetText(t('follow.answer.corrected'))}${decision(ctx, answer, event, state, context)}`,
    })
  }${status === 'declined' && declined(ctx, { record, context })}${choices(ctx, state, context, offers)}`
}

function declined({ t }: PageContext, { record, context }: CaseView): Html {
  const { state, events } = record
  const reason = context.pack.notAccepted.find(one => one.code === state.declined?.reason)
  const event = events.findLast(one => one.type === 'case.declined')
  const text = event?.text?.text
  const lead = officerName(t, context, String(event?.data.leadId ?? ''))
  return card({
    title: t('follow.declined.title'),
    content: summaryList([
      { key: t('follow.declined.reason'), value: reason && inLang(t, reason.text) },
      ...(typeof text === 'string' && text ? [{ key: t('follow.declined.text'), value: written(text) }] : []),
      { key: t('follow.declined.remedy'), value: reason && inLang(t, reason.remedy) },
      { key: t('follow.declined.authority'), value: reason && inLang(t, reason.authority) },
      ...(lead ? [{ key: t('follow.declined.signed'), value: lead }] : []),
    ]),
  })
}

// None of the choices is the main one: agreeing and going higher stand side by side (promise 4).
/** Agreeing, asking for review, opening again, rating: each with its time; none is offered that would be refused. */
function choices(
  ctx: PageContext,
  state: CaseState,
  context: CaseView['context'],
  offers: ReadonlySet<Act>,
): Content {
  const { t } = ctx
  const { number } = state
  const until = reviewWindow(state)
  const date = (iso: string) => dueText(t, Temporal.Instant.from(iso), ctx.tenant.timeZone)
  const reopen = reopenUntil(state, context)
  const main: Content[] = [
    offers.has('agree') && actLink(ctx, number, 'agree', 'follow.do.agree', true),
    offers.has('review') && actLink(ctx, number, 'review', `follow.do.${reviewTier(state)}`, true),
    offers.has('reopen') && actLink(ctx, number, 'reopen', 'follow.do.reopen', true),
  ].filter(Boolean)
  const hints = [
    offers.has('review') &&
      until &&
      t('follow.review.until', { tier: reviewTier(state), until: date(until) }),
    offers.has('reopen') && reopen && t('follow.reopen.until', { until: date(reopen.toString()) }),
    silence(ctx, state),
    standingAnswer(state)?.tier === 'final-review' && inLang(t, context.pack.review.afterFinal),
  ].filter(Boolean)
  if (main.length + hints.length === 0) return undefined
  return html`${hints.map(hint => html`<p class="govuk-body">${hint}</p>`)}${main.length > 0 && buttonGroup(...main)}`
}

function silence({ t, tenant }: PageContext, state: CaseState): string | undefined {
  const window = state.obligations.findLast(one => one.kind === 'silence' && one.status === 'open')
  if (!window || (state.status !== 'answered' && state.status !== 'declined')) return undefined
  return t('follow.silence', { until: dueText(t, Temporal.Instant.from(window.due), tenant.timeZone) })
}

/** What one may do at any time. */
function others(ctx: PageContext, state: CaseState, offers: ReadonlySet<Act>): Content {
  const { t } = ctx
  const links = [
    offers.has('message') &&
      state.status !== 'awaiting-resident' &&
      (['message', 'follow.do.message'] as const),
    offers.has('rate') && (['rate', 'follow.do.rate'] as const),
    offers.has('withdraw') && (['withdraw', 'follow.do.withdraw'] as const),
  ].filter(link => link !== false)
  if (links.length === 0) return undefined
  return html`<h2 class="govuk-heading-m">${t('follow.can')}</h2><ul class="govuk-list">${links.map(
    ([act, text]) =>
      html`<li><a class="govuk-link" href="/follow/${state.number}/${act}">${t(text)}</a></li>`,
  )}</ul>`
}

type ButtonText = `follow.do.${'agree' | 'review' | 'final-review' | 'reopen'}` | 'follow.asked.do'

function actLink({ t }: PageContext, number: string, act: Act, text: ButtonText, secondary = false): Html {
  return linkButton({
    text: t(text),
    href: `/follow/${number}/${act}`,
    kind: secondary ? 'secondary' : 'primary',
  })
}

/** Which office has it, who is answerable by name, and why it is there. */
function who({ t }: PageContext, { record: { state }, context }: CaseView): Html {
  return html`${summaryList([
    { key: t('raise.receipt.who.unit'), value: unitName(t, context, state.unitId) },
    {
      key: t('raise.receipt.who.lead'),
      value: officerName(t, context, state.leadId) ?? t('raise.receipt.who.nobody'),
    },
    ...(state.ownerId ? [{ key: t('follow.who.owner'), value: officerName(t, context, state.ownerId) }] : []),
  ])}${details({
    summary: t('raise.receipt.why'),
    content: html`<p class="govuk-body">${whyHere(t, state, context)}</p>`,
  })}`
}

/** What was raised, in the resident's own words. */
function filed({ t }: PageContext, { record: { state, events }, context }: CaseView): Html {
  const text = events[0]?.text as
    | {
        what: string
        wanted: string
        answers?: CategoryAnswers
        place: { address: string; areaUnitId?: string }
      }
    | undefined
  const category = categoryPath(context.pack, state.category).toReversed()
  const kind = context.pack.kinds.find(one => one.code === state.kind)
  const place = [text?.place.address, unitName(t, context, text?.place.areaUnitId ?? '')].filter(Boolean)
  return details({
    summary: t('follow.filed'),
    content: text
      ? summaryList([
          { key: t('raise.check.kind'), value: kind && inLang(t, kind.name) },
          { key: t('raise.check.category'), value: category.map(one => inLang(t, one.name)).join(' › ') },
          { key: t('raise.check.what'), value: written(text.what) },
          ...(text.wanted ? [{ key: t('raise.check.wanted'), value: written(text.wanted) }] : []),
          ...answeredQuestions(t, context.pack, state.category, text.answers).map(one => ({
            key: one.question,
            value: one.answer,
          })),
          ...(place.length > 0 ? [{ key: t('raise.check.where'), value: written(place.join('\n')) }] : []),
          { key: t('raise.check.you'), value: t(`raise.you.${state.protection}`) },
        ])
      : html`<p class="govuk-body">${t('follow.expired-texts', { years: context.pack.retention.years })}</p>`,
  })
}
