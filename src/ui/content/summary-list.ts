import { type Content, type Html, html } from '../html.ts'

/** One line of a summary: what it is, what it says, and where to change it. */
export type SummaryRow = {
  key: Content
  value: Content
  /** `hidden` completes the link for who hears it alone: "Change" + "what happened". */
  change?: { href: string; text: Content; hidden: Content } | undefined
}

/** Facts in pairs, as on "check your answers" and at the top of a case. */
export function summaryList(rows: readonly SummaryRow[], look?: 'compact'): Html {
  const changeable = rows.some(row => row.change)
  return html`<dl class="govuk-summary-list${look && ' app-summary-list--compact'}">${rows.map(row => line(row, changeable))}</dl>`
}

function line({ key, value, change }: SummaryRow, changeable: boolean): Html {
  const bare = changeable && !change
  return html`<div class="govuk-summary-list__row${bare && ' govuk-summary-list__row--no-actions'}"><dt class="govuk-summary-list__key">${key}</dt><dd class="govuk-summary-list__value">${value}</dd>${
    change &&
    html`<dd class="govuk-summary-list__actions"><a class="govuk-link" href="${change.href}">${change.text}<span class="govuk-visually-hidden"> ${change.hidden}</span></a></dd>`
  }</div>`
}

/** A block of a page with a heading and a frame, which may hold a summary list. */
export function card({
  title,
  content,
  actions,
}: {
  title: Content
  content: Content
  actions?: Content
}): Html {
  return html`<section class="govuk-summary-card"><div class="govuk-summary-card__title-wrapper"><h2 class="govuk-summary-card__title">${title}</h2>${actions && html`<div class="govuk-summary-card__actions">${actions}</div>`}</div><div class="govuk-summary-card__content">${content}</div></section>`
}
