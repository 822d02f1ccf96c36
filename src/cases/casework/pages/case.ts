import { inLang } from '../../../obligations/wording.ts'
import { written } from '../../../ui/case/messages.ts'
import { caseNumber } from '../../../ui/case/numbers.ts'
import { insetText } from '../../../ui/content/callouts.ts'
import { card, summaryList } from '../../../ui/content/summary-list.ts'
import { tag } from '../../../ui/content/tag.ts'
import { type Content, html } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { officerName, unitName } from '../../follow/names.ts'
import { decision } from '../../follow/pages/answer.ts'
import { standingAnswer } from '../../rules/state.ts'
import { statusTag } from '../../status-tag.ts'
import type { StaffView } from '../reads.ts'
import { actions } from './actions.ts'
import { asked } from './asked.ts'
import { dialogue, notes } from './dialogue.ts'
import { dues } from './dues.ts'
import { facts } from './facts.ts'
import { record } from './record.ts'

/** Everything about a case on one page; by `key` each of its forms counts once when it is sent twice. */
export function casePage(
  ctx: PageContext,
  view: StaffView,
  { key, back }: { key: string; back: string },
): Page {
  const { t } = ctx
  const { state, subject } = view.record
  return {
    title: `${state.number} ${subject ?? ''}`.trim(),
    wide: true,
    before: backLink(t, back),
    main: html`<div class="app-case-head"><p class="app-case-head__line">${caseNumber(state.number)} ${statusTag(t, state.status)}${
      state.urgency === 'urgent' && html` ${tag(t('staff.case.urgent'), 'red')}`
    }${state.retaliation && html` ${tag(t('staff.case.retaliation'), 'red')}`}${state.tier !== 'answer' && html` ${tag(t(`cases.tier.${state.tier}`), 'teal')}`}</p>
<h1 class="govuk-heading-l">${subject ?? t('staff.queue.gone')}</h1>${dues(ctx, view)}</div>
${!view.record.key && insetText(t('staff.case.gone', { years: view.context.pack.retention.years }))}
<div class="app-case">
<div class="app-case__actions">${actions(ctx, view, key)}</div>
<div class="app-case__main">
${turn(ctx, view)}
${asked(ctx, view)}
${decided(ctx, view)}
${dialogue(ctx, view, key)}
${notes(ctx, view, key)}
${record(ctx, view)}
</div>
<div class="app-case__facts">${facts(ctx, view)}</div>
</div>`,
  }
}

/** What stands in the way just now: another unit was asked, or the resident was. */
function turn({ t }: PageContext, { record: { state, events }, context }: StaffView): Content {
  if (state.status === 'redirecting' && state.redirect) {
    const reason = context.pack.notOurs.find(one => one.code === state.redirect?.reason)
    const said = events.findLast(event => event.type === 'redirect.proposed')?.text?.text
    const names = {
      from: unitName(t, context, state.redirect.from),
      to: unitName(t, context, state.redirect.to),
    }
    return insetText(
      html`<p class="govuk-body"><strong>${t('staff.case.redirecting', names)}</strong></p>${reason && html`<p class="govuk-body">${inLang(t, reason.text)}</p>`}${typeof said === 'string' && written(said)}`,
    )
  }
  if (state.status !== 'awaiting-resident') return undefined
  const question = events.findLast(event => event.type === 'information.asked')?.text?.text
  return insetText(
    html`<p class="govuk-body"><strong>${t('staff.case.waiting')}</strong></p>${typeof question === 'string' && written(question)}`,
  )
}

/** The decision that stands, as the resident has it. */
function decided(ctx: PageContext, { record: { state, events }, context }: StaffView): Content {
  const { t } = ctx
  if (state.status === 'declined' && state.declined) {
    const reason = context.pack.notAccepted.find(one => one.code === state.declined?.reason)
    const event = events.findLast(one => one.type === 'case.declined')
    const text = event?.text?.text
    return card({
      title: t('cases.status.declined'),
      content: summaryList([
        { key: t('follow.declined.reason'), value: reason && inLang(t, reason.text) },
        { key: t('follow.declined.text'), value: typeof text === 'string' && written(text) },
        {
          key: t('follow.declined.signed'),
          value: officerName(t, context, String(event?.data.leadId ?? '')),
        },
      ]),
    })
  }
  const answer = standingAnswer(state)
  if (!answer) return undefined
  const event = events.findLast(
    one => ['answer.given', 'answer.corrected'].includes(one.type) && one.data.no === answer.no,
  )
  const title = t(`staff.case.decided.${answer.tier}`)
  return card({
    title: answer.corrections > 0 ? html`${title} ${tag(t('staff.case.corrected'), 'grey')}` : title,
    content: decision(ctx, answer, event, state, context),
  })
}
