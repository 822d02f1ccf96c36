import { dueState } from '../../../obligations/due-state.ts'
import { isOwed, type Obligation } from '../../../obligations/rules.ts'
import { dueText } from '../../../obligations/wording.ts'
import { findDeadline } from '../../../packs/rules.ts'
import { dueBadge } from '../../../ui/case/due-badge.ts'
import { badge, tag } from '../../../ui/content/tag.ts'
import { type Content, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { Context } from '../../rules/decision.ts'
import type { StaffView } from '../reads.ts'

/** Every clock that runs, soonest first, with what is left of it and the way to how its date came about. */
export function dues(ctx: PageContext, { record, context }: StaffView): Content {
  const { t, tenant } = ctx
  const { state } = record
  const running = state.obligations.filter(isOwed).toSorted((a, b) => (a.due < b.due ? -1 : 1))
  if (running.length === 0)
    return html`<p class="govuk-body app-case-dues__none">${t('staff.case.nothing-owed')}</p>`
  return html`<ul class="app-case-dues" aria-label="${t('staff.case.dues')}">${running.map(one => {
    const name = t(`cases.deadline.${one.kind}`)
    return html`<li class="app-case-dues__item"><span class="app-case-dues__name">${name}</span> ${standing(ctx, one, context)} <span class="app-case-dues__date">${dueText(t, Temporal.Instant.from(one.due), tenant.timeZone)}${one.provisional && html` ${badge(t('staff.provisional'))}`}</span> <a class="govuk-link" href="/cases/${state.number}/date/${one.id}">${t('staff.case.how')}<span class="govuk-visually-hidden">: ${name}</span></a></li>`
  })}</ul>`
}

// A window of the resident presses nobody here.
function standing({ t, now }: PageContext, one: Obligation, { pack, timing }: Context): Content {
  if (one.owedBy === 'resident') return tag(t('staff.case.theirs'), 'blue')
  return dueBadge(t, dueState(one, findDeadline(pack, one.rule), timing, now))
}
