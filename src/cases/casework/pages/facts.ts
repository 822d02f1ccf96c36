import { inLang } from '../../../obligations/wording.ts'
import { categoryPath } from '../../../packs/rules.ts'
import { languageNames } from '../../../platform/i18n/languages.ts'
import { maskedName } from '../../../ui/case/masked-name.ts'
import { moment } from '../../../ui/case/timeline.ts'
import { details } from '../../../ui/content/callouts.ts'
import { summaryList } from '../../../ui/content/summary-list.ts'
import { type Content, type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { officerName, unitName } from '../../follow/names.ts'
import { whyHere } from '../../why-here.ts'
import type { StaffView } from '../reads.ts'

/** Who asks, who has it and why, who answers for it, how it came in. */
export function facts(ctx: PageContext, view: StaffView): Html {
  const { t } = ctx
  const { record, context } = view
  const { state } = record
  const kind = context.pack.kinds.find(one => one.code === state.kind)
  const category = categoryPath(context.pack, state.category).toReversed()
  const nobody = html`<span class="app-queue__nobody">${t('staff.queue.nobody')}</span>`
  return html`<section aria-labelledby="facts"><h2 class="govuk-heading-s" id="facts">${t('staff.case.facts')}</h2>${summaryList(
    [
      { key: t('staff.case.resident'), value: resident(ctx, view) },
      {
        key: t('staff.queue.unit'),
        value: html`${unitName(t, context, state.unitId)}${details({
          summary: t('staff.case.why'),
          content: html`<p class="govuk-body-s">${whyHere(t, state, context)}</p>`,
        })}`,
      },
      { key: t('staff.owner'), value: officerName(t, context, state.ownerId) ?? nobody },
      { key: t('staff.lead'), value: officerName(t, context, state.leadId) ?? nobody },
      { key: t('staff.queue.kind'), value: kind && inLang(t, kind.name) },
      { key: t('staff.queue.category'), value: category.map(one => inLang(t, one.name)).join(' › ') },
      {
        key: t('staff.queue.column.filed'),
        value: html`${moment(ctx, Temporal.Instant.from(state.filedAt))}<br>${t(`cases.channel.${state.channel}`)}`,
      },
      { key: t('staff.case.language'), value: languageNames[state.language] },
      {
        key: t('staff.case.rules'),
        value: html`${inLang(t, context.pack.name)}<span class="app-queue__minor">${state.pack}</span>`,
      },
      ...(state.rating
        ? [{ key: t('staff.case.rating'), value: t('cases.event.resident.rated', { rating: state.rating }) }]
        : []),
    ],
    'compact',
  )}</section>`
}

/** The resident as staff know them: masked, and how they chose to be known. */
function resident({ t }: PageContext, { record: { state, events } }: StaffView): Content {
  const { masked } = (events[0]?.text ?? {}) as { masked?: string | null }
  if (state.protection === 'anonymous') return maskedName(t, { kind: 'anonymous' })
  if (state.protection === 'protected' || !masked) return maskedName(t, { kind: 'protected' })
  const reach = t(state.contact ? 'staff.case.mail' : 'staff.case.no-mail')
  return html`${maskedName(t, { kind: 'sealed', masked })}<br><span class="app-queue__minor">${reach}</span>`
}
