import { type TagColour, tag } from '../../../ui/content/tag.ts'
import { type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { Status } from '../../lifecycle.ts'
import type { Context } from '../../rules/decision.ts'
import type { CaseState } from '../../rules/state.ts'
import { unitName } from '../names.ts'

const colours: Record<Status, TagColour> = {
  filed: 'blue',
  redirecting: 'blue',
  'in-hand': 'teal',
  'awaiting-resident': 'amber',
  answered: 'green',
  declined: 'amber',
  'under-review': 'teal',
  closed: 'grey',
  withdrawn: 'grey',
}

/** Where a case stands, in one plain sentence to the resident. */
export function statusText({ t }: PageContext, state: CaseState, context: Context): Html {
  const values = {
    unit: unitName(t, context, state.unitId),
    to: unitName(t, context, state.redirect?.to ?? ''),
    tier: state.tier,
    because: state.closedBecause ?? 'other',
  }
  return html`<p class="govuk-body-l">${tag(t('follow.status', { status: state.status }), colours[state.status])}</p><p class="govuk-body-l">${t(`follow.now.${state.status}`, values)}</p>`
}
