import { dueText, inLang } from '../../../obligations/wording.ts'
import { formatPlainDate, formatShortDate } from '../../../platform/i18n/dates.ts'
import type { Json } from '../../../platform/json.ts'
import { written } from '../../../ui/case/messages.ts'
import { type SummaryRow, summaryList } from '../../../ui/content/summary-list.ts'
import { type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { CaseEvent } from '../../reads.ts'
import type { Context } from '../../rules/decision.ts'
import type { Answer, CaseState, Tier } from '../../rules/state.ts'
import { officerName, unitName } from '../names.ts'

/** A decision with all its parts, as the pack orders and names them; `event` is its giving or its last correction. */
export function decision(
  ctx: PageContext,
  answer: Answer,
  event: CaseEvent | undefined,
  state: CaseState,
  context: Context,
): Html {
  const { t } = ctx
  const parts = (event?.text?.parts ?? {}) as Record<string, Json>
  const rows = context.pack.decisionContents[answer.tier].flatMap(({ code, name }): SummaryRow[] => {
    const value = made(ctx, code, answer, state, context) ?? textOf(parts[code])
    return value ? [{ key: inLang(t, name), value }] : []
  })
  const given = Temporal.Instant.from(answer.at)
  return html`${rows.length > 0 && summaryList(rows)}
<p class="govuk-hint">${t('follow.answer.given', { date: formatShortDate(given, t.lang, ctx.tenant.timeZone), unit: unitName(t, context, answer.unitId) })}</p>`
}

const textOf = (value: Json | undefined) =>
  typeof value === 'string' && value.trim() !== '' ? written(value) : undefined

/** The parts that the system makes: outcome, date, the right to review, the signature. */
function made(
  { t, tenant }: PageContext,
  code: string,
  answer: Answer,
  state: CaseState,
  context: Context,
): string | undefined {
  switch (code) {
    case 'outcome':
      return outcomeName(t.lang, answer, context)
    case 'by-when':
      return answer.remedyBy && formatPlainDate(Temporal.PlainDate.from(answer.remedyBy), t.lang)
    case 'review-right': {
      const kind = answer.tier === 'answer' ? 'ask-review' : 'ask-final-review'
      const window = state.obligations.find(one => one.kind === kind && one.trigger === answer.at)
      const until = window ? dueText(t, Temporal.Instant.from(window.due), tenant.timeZone) : ''
      if (answer.tier === 'final-review') return inLang(t, context.pack.review.afterFinal)
      return window && t(`follow.answer.right.${answer.tier}`, { until })
    }
    case 'signed':
      return officerName(t, context, answer.leadId)
    default:
      return undefined
  }
}

/** What a decision came to, in the pack's words. */
export function outcomeName(
  lang: 'en' | 'zh-CN',
  { tier, outcome }: { tier: Tier; outcome: string },
  { pack }: Pick<Context, 'pack'>,
): string {
  const named =
    tier === 'answer'
      ? pack.outcomes.find(one => one.code === outcome)
      : pack.review.tiers.find(one => one.tier === tier)?.outcomes.find(one => one.code === outcome)
  return named?.name[lang] ?? ''
}
