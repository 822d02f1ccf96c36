import type { Obligation } from '../../../obligations/rules.ts'
import { dueText, inLang, lengthText, sourceText, triggerText } from '../../../obligations/wording.ts'
import type { Organisation } from '../../../org/reads.ts'
import { deadlineFor, findDeadline } from '../../../packs/rules.ts'
import type { DeadlineRule, Pack } from '../../../packs/schema.ts'
import { qrSvg } from '../../../platform/qr.ts'
import { caseNumber, receiptCode } from '../../../ui/case/numbers.ts'
import { details, insetText, panel, warningText } from '../../../ui/content/callouts.ts'
import { summaryList } from '../../../ui/content/summary-list.ts'
import { table } from '../../../ui/content/table.ts'
import { linkButton } from '../../../ui/form/button.ts'
import { type Content, html, trustedHtml } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { Receipt } from '../../actions/file-case.ts'
import type { CaseState } from '../../rules/state.ts'
import { whyHere } from '../../why-here.ts'

/** What a receipt is shown with: the pack and organisation it names, and the address the QR code opens. */
export type ReceiptPage = {
  receipt: Receipt
  pack: Pack
  organisation: Organisation
  /** Where the case is followed, with its number. */
  followUrl: string
}

/**
 * The receipt. The QR code opens the page that asks for the code and does not hold the code itself: a receipt is
 * photographed, printed and pinned to boards, and whoever scanned it would be in; in the address after `#` it would
 * besides be of use only where scripts run.
 */
export function receiptPage(ctx: PageContext, { receipt, pack, organisation, followUrl }: ReceiptPage): Page {
  const { t } = ctx
  const { state, number } = receipt
  const unit = organisation.units.get(state.unitId)?.name[t.lang] ?? ''
  const lead = organisation.officers.get(state.leadId ?? '')
  const leadText = lead && [lead.name, lead.title[t.lang]].filter(Boolean).join(' · ')
  return {
    title: t('raise.receipt.title'),
    main: html`${panel({
      title: t('raise.receipt.title'),
      body: html`<p class="app-receipt-line">${t('raise.receipt.number')}<br><strong>${caseNumber(number)}</strong></p><p class="app-receipt-line">${t('raise.receipt.code')}<br>${receiptCode(t, receipt.receiptCode)}</p>`,
    })}
${warningText(t, t('raise.receipt.once'))}
${ctx.demo && insetText(t('raise.receipt.demo'))}
<p class="app-no-print"><button type="button" class="govuk-button govuk-button--secondary" data-print hidden>${t('raise.receipt.print')}</button><noscript><span class="govuk-body">${t('raise.receipt.print.hint')}</span></noscript></p>
<h2 class="govuk-heading-m">${t('raise.receipt.who')}</h2>
${summaryList([
  { key: t('raise.receipt.who.unit'), value: unit },
  { key: t('raise.receipt.who.lead'), value: leadText ?? t('raise.receipt.who.nobody') },
])}
<div class="app-no-print">${details({
      summary: t('raise.receipt.why'),
      content: html`<p class="govuk-body">${whyHere(t, state, { pack, organisation })}</p>`,
    })}</div>
<h2 class="govuk-heading-m">${t('raise.receipt.when')}</h2>
${dueDates(ctx, state, pack)}
<h2 class="govuk-heading-m">${t('raise.receipt.next')}</h2>
<ol class="govuk-list govuk-list--number"><li>${t('raise.receipt.next.1')}</li><li>${t('raise.receipt.next.2')}</li><li>${t('raise.receipt.next.3')}</li></ol>
<p class="govuk-body">${t(state.contact ? 'raise.receipt.mail' : 'raise.receipt.no-mail')}</p>
<div class="app-receipt-qr">${trustedHtml(qrSvg(followUrl, t('raise.receipt.qr', { number })))}<p class="govuk-hint">${t('raise.receipt.qr.hint')}</p></div>
${linkButton({ text: t('raise.receipt.follow'), href: `/follow?number=${number}` })}`,
  }
}

/** What the institution owes by which date under which rule, soonest first, and what it will owe later on. */
function dueDates({ t, tenant }: PageContext, state: CaseState, pack: Pack): Content {
  const owed = state.obligations
    .filter(one => one.owedBy === 'institution' && one.status !== 'cancelled')
    .toSorted((a, b) => (a.due < b.due ? -1 : 1))
  const name = (one: Obligation): string => {
    const rule = findDeadline(pack, one.rule)
    return rule ? inLang(t, rule.name) : t(`cases.deadline.${one.kind}`)
  }
  const source = (one: Obligation): string => {
    const rule = findDeadline(pack, one.rule)
    return rule ? sourceText(t, rule.source) : ''
  }
  const later = laterRules(state, pack)
  return html`${table({
    caption: t('raise.receipt.when'),
    captionHidden: true,
    columns: [
      { text: t('obligations.rule') },
      { text: t('raise.receipt.when') },
      { text: t('obligations.source') },
    ],
    rows: owed.map(one => [
      name(one),
      html`<strong>${dueText(t, Temporal.Instant.from(one.due), tenant.timeZone)}</strong>${one.metAt && html`<br>${t('time.met')}`}${one.provisional && html`<br>${t('obligations.provisional')}`}`,
      source(one),
    ]),
  })}${
    later.length > 0 &&
    html`<p class="govuk-body">${t('raise.receipt.later')}</p><ul class="govuk-list govuk-list--bullet">${later.map(
      rule =>
        html`<li>${t('raise.receipt.later.one', {
          name: inLang(t, rule.name),
          length: lengthText(t, rule.length),
          trigger: triggerText(t, rule.trigger),
        })} · ${sourceText(t, rule.source)}</li>`,
    )}</ul>`
  }`
}

/** The answer's own rule, where its time begins only with acceptance. */
function laterRules(state: CaseState, pack: Pack): DeadlineRule[] {
  return (['accept', 'answer'] as const)
    .filter(kind => !state.obligations.some(one => one.kind === kind))
    .map(kind => deadlineFor(pack, kind, state))
    .filter(rule => rule !== undefined)
}
