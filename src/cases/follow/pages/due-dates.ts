import { dueState } from '../../../obligations/due-state.ts'
import type { Obligation } from '../../../obligations/rules.ts'
import { dueText, inLang, sourceText } from '../../../obligations/wording.ts'
import { findDeadline } from '../../../packs/rules.ts'
import type { T } from '../../../platform/i18n/translator.ts'
import { dueBadge } from '../../../ui/case/due-badge.ts'
import { tag } from '../../../ui/content/tag.ts'
import { type Content, type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { Context } from '../../rules/decision.ts'
import type { CaseState } from '../../rules/state.ts'

/** What a due time is about, as the pack names it. */
export function deadlineName(t: T, one: Obligation, { pack }: Pick<Context, 'pack'>): string {
  const rule = findDeadline(pack, one.rule)
  return rule ? inLang(t, rule.name) : t(`cases.deadline.${one.kind}`)
}

/** Every due date of a case and whether it was kept; each opens how it came about. */
export function dueDates(ctx: PageContext, state: CaseState, context: Context): Html {
  const { t } = ctx
  const shown = state.obligations
    .filter(one => one.owedBy !== 'unit')
    .toSorted((a, b) => (a.due < b.due ? -1 : 1))
  return html`<ul class="app-dates">${shown.map(one => {
    const rule = findDeadline(context.pack, one.rule)
    return html`<li class="app-dates__item"><p class="govuk-body app-dates__line"><strong>${deadlineName(t, one, context)}</strong> ${standing(ctx, one, context)}</p>
<p class="govuk-body-s app-dates__line">${dueText(t, Temporal.Instant.from(one.due), ctx.tenant.timeZone)}${one.provisional && html` (${t('follow.dates.provisional')})`}${rule && html` · ${sourceText(t, rule.source)}`}<br><a class="govuk-link" href="/follow/${state.number}/date/${one.id}">${t('follow.dates.why')}<span class="govuk-visually-hidden">: ${deadlineName(t, one, context)}</span></a></p></li>`
  })}</ul>`
}

/** Whether it was kept, or what is left; a time of the resident's own is never shown as a fault. */
function standing({ t, now }: PageContext, one: Obligation, { pack, timing }: Context): Content {
  const rule = findDeadline(pack, one.rule)
  if (one.owedBy === 'resident') {
    if (one.status === 'met') return tag(t('follow.dates.used'), 'grey')
    if (one.status === 'open' && Temporal.Instant.compare(now, Temporal.Instant.from(one.due)) <= 0)
      return tag(t('follow.dates.yours'), 'blue')
    return tag(t('follow.dates.over'), 'grey')
  }
  return dueBadge(t, dueState(one, rule, timing, now))
}
