import { written } from '../../../ui/case/messages.ts'
import { card, type SummaryRow, summaryList } from '../../../ui/content/summary-list.ts'
import { type Content, type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { answeredQuestions, type CategoryAnswers } from '../../category-answers.ts'
import { officerName, unitName } from '../../follow/names.ts'
import type { StaffView } from '../reads.ts'
import { documentsList } from './documents.ts'

type Filed = {
  what: string
  wanted: string
  answers?: CategoryAnswers
  place: { address: string; areaUnitId?: string; pin?: { latitude: number; longitude: number } }
  aboutNamed?: string
}

/** What was asked, in the resident's own words, with whom it is about and the documents that are there. */
export function asked(ctx: PageContext, view: StaffView): Html {
  const { t } = ctx
  const { record, context } = view
  const { state } = record
  const filed = record.events[0]?.text as Filed | undefined
  const rows: SummaryRow[] = filed
    ? [
        { key: t('staff.case.what'), value: written(filed.what) },
        ...(filed.wanted ? [{ key: t('staff.case.wanted'), value: written(filed.wanted) }] : []),
        ...answeredQuestions(t, context.pack, state.category, filed.answers).map(one => ({
          key: one.question,
          value: one.answer,
        })),
        ...place(ctx, view, filed),
      ]
    : []
  const about: Content[] = [
    ...state.aboutUnits.map(id => unitName(t, context, id)),
    ...state.aboutStaff.map(id => officerName(t, context, id)),
    ...(filed?.aboutNamed ? [written(filed.aboutNamed)] : []),
  ]
  if (about.length > 0)
    rows.push({
      key: t('staff.case.about'),
      value: html`<ul class="govuk-list">${about.map(one => html`<li>${one}</li>`)}</ul><span class="app-queue__minor">${t('staff.case.about.hint')}</span>`,
    })
  const documents = documentsList(ctx, view)
  if (documents) rows.push({ key: t('staff.case.documents'), value: documents })
  return card({ title: t('staff.case.asked'), content: summaryList(rows) })
}

function place({ t }: PageContext, { context }: StaffView, { place }: Filed): SummaryRow[] {
  const { address, areaUnitId, pin } = place
  const lines = [address, unitName(t, context, areaUnitId ?? '')].filter(line => line !== '')
  if (pin)
    lines.push(
      t('raise.check.pin', { latitude: pin.latitude.toFixed(5), longitude: pin.longitude.toFixed(5) }),
    )
  return lines.length > 0 ? [{ key: t('staff.case.place'), value: written(lines.join('\n')) }] : []
}
