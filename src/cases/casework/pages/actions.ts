import { button, linkButton } from '../../../ui/form/button.ts'
import { form } from '../../../ui/form/form.ts'
import { type Content, type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { StaffAction } from '../../allowed-actions.ts'
import type { StaffView } from '../reads.ts'

// What carries a case on; the first of them that is possible is the button of the page.
const leading: readonly StaffAction[] = [
  'confirm-redirect',
  'accept',
  'answer',
  'decide-review',
  'report-remedy',
  'ask-information',
]

/** What the reader can do now: the next step as a button, the rest as a list. */
export function actions(ctx: PageContext, view: StaffView, key: string): Html {
  const { t } = ctx
  const { number } = view.record.state
  const first = view.actions.find(action => leading.includes(action))
  const rest = view.actions.filter(action => action !== first)
  return html`<nav aria-labelledby="actions"><h2 class="govuk-heading-s" id="actions">${t('staff.case.actions')}</h2>${
    first && next(ctx, view, first, key)
  }${
    view.actions.length === 0
      ? html`<p class="govuk-body-s">${t('staff.case.actions.none')}</p>`
      : html`<ul class="app-case-actions">${rest.map(
          action =>
            html`<li><a class="govuk-link" href="/cases/${number}/${action}">${t(`staff.do.${action}`)}</a></li>`,
        )}</ul>`
  }</nav>`
}

function next({ t }: PageContext, { record }: StaffView, action: StaffAction, key: string): Content {
  const { number } = record.state
  if (action !== 'accept')
    return linkButton({ text: t(`staff.do.${action}`), href: `/cases/${number}/${action}` })
  // Nothing to fill in: one press takes it in hand.
  return form({
    action: `/cases/${number}/accept`,
    hidden: { _seen: record.seq, _key: key },
    content: button({ text: t('staff.send.accept') }),
  })
}
