import type { T } from '../../platform/i18n/translator.ts'
import { type Html, html } from '../html.ts'

/** A case number such as `2026-000123-7`, in figures of one width and never broken over two lines. */
export function caseNumber(number: string): Html {
  return html`<span class="app-case-number">${number}</span>`
}

/**
 * A receipt code of 16 digits in four groups of four; screen readers read digit by digit, and what is copied keeps
 * its spaces.
 */
export function receiptCode(t: T, code: string): Html {
  const groups = code.replace(/\D/g, '').match(/\d{1,4}/g) ?? []
  const spoken = groups.map(group => group.split('').join(' ')).join(', ')
  return html`<span class="app-receipt-code"><span class="govuk-visually-hidden">${t('ui.receipt-code', { code: spoken })}</span><span aria-hidden="true">${groups.map(
    (group, i) => html`${i > 0 && ' '}<span class="app-receipt-code__group">${group}</span>`,
  )}</span></span>`
}
