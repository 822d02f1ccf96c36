import type { T } from '../../platform/i18n/translator.ts'
import { type Html, html } from '../html.ts'

/** Links that take a list away as a file; `query` says which part of it, as in the address of its page. */
export function downloads(t: T, list: string, query = ''): Html {
  const link = (format: 'csv' | 'xlsx') =>
    html`<a class="govuk-link" href="/exports/${list}.${format}${query && '?'}${query}">${t(`exchange.list.as.${format}`)}</a>`
  return html`<p class="govuk-body-s app-downloads">${t('exchange.list.download')} ${link('xlsx')} ${t('ui.separator')}${link('csv')}</p>`
}
