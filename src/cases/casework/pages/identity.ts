import type { Fault } from '../../../platform/errors.ts'
import { insetText, warningText } from '../../../ui/content/callouts.ts'
import { summaryList } from '../../../ui/content/summary-list.ts'
import { button, buttonGroup, linkButton } from '../../../ui/form/button.ts'
import { form } from '../../../ui/form/form.ts'
import { formState, type Typed } from '../../../ui/form/form-state.ts'
import { html } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { Party } from '../../reads.ts'
import { textField } from '../fields.ts'
import type { StaffView } from '../reads.ts'
import { beside, heading } from './act.ts'

/** Asks what the identity is needed for, and says who will see that. */
export function purposePage(
  ctx: PageContext,
  view: StaffView,
  { typed = {}, faults = [] }: { typed?: Typed; faults?: readonly Fault[] } = {},
): Page {
  const { t } = ctx
  const { number } = view.record.state
  const state = formState(t, typed, faults)
  return {
    title: `${t('staff.do.open-identity')} – ${number}`,
    before: backLink(t, `/cases/${number}`),
    invalid: state.invalid,
    keepForm: { id: 'purpose', action: `/cases/${number}/open-identity` },
    wide: true,
    main: beside(
      ctx,
      view,
      html`${state.summary}${heading(ctx, view, 'open-identity')}${warningText(t, t('staff.about.open-identity'))}
${form({
  id: 'purpose',
  action: `/cases/${number}/open-identity`,
  content: html`${textField(t, state, 'text', { label: t('staff.identity.purpose'), hint: t('staff.identity.purpose.hint'), rows: 3 })}${buttonGroup(
    button({ text: t('staff.send.open-identity') }),
    html`<a class="govuk-link" href="/cases/${number}">${t('staff.cancel')}</a>`,
  )}`,
})}`,
    ),
  }
}

/** Who the resident is; this once. */
export function identityPage(ctx: PageContext, view: StaffView, party: Party, purpose: string): Page {
  const { t } = ctx
  const { number } = view.record.state
  return {
    title: `${t('staff.identity.title')} – ${number}`,
    wide: true,
    main: beside(
      ctx,
      view,
      html`<h1 class="govuk-heading-l"><span class="govuk-caption-m">${number} · ${view.record.subject}</span>${t('staff.identity.title')}</h1>
${insetText(t('staff.identity.once', { purpose }))}
${summaryList([
  { key: t('staff.identity.name'), value: party.name },
  ...(party.phone ? [{ key: t('staff.identity.phone'), value: party.phone }] : []),
  ...(party.email ? [{ key: t('staff.identity.email'), value: party.email }] : []),
])}
${linkButton({ text: t('staff.back-to-case'), href: `/cases/${number}` })}`,
    ),
  }
}
