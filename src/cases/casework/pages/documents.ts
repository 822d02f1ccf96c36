import { formatShortDate } from '../../../platform/i18n/dates.ts'
import { type Content, type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import { storedFile } from '../../follow/pages/documents.ts'
import type { CaseEvent } from '../../reads.ts'
import type { StaffView } from '../reads.ts'

/** All documents of a case with their small pictures; undefined where there are none. */
export function documentsList(ctx: PageContext, { record }: StaffView): Html | undefined {
  const documents = record.events.filter(event => event.type === 'document.added')
  if (documents.length === 0) return undefined
  return html`<ul class="app-documents">${documents.map(event => html`<li>${documentLink(ctx, record.state.number, event, true)}</li>`)}</ul>`
}

/** A link that opens a document; with its picture, its size and who it came from where `full`. */
export function documentLink(
  { t, lang, tenant }: PageContext,
  number: string,
  event: CaseEvent,
  full: boolean,
): Content {
  const file = storedFile(event)
  const href = `/cases/${number}/file/${file.id}`
  const name = file.name || t('follow.file')
  if (!full) return html`<a class="govuk-link" href="${href}">${name}</a>`
  const megabytes = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(
    Math.max(0.1, file.size / 1e6),
  )
  const from = t(event.data.from === 'resident' ? 'staff.case.from-resident' : 'staff.case.from-us')
  return html`<a class="govuk-link app-documents__link" href="${href}">${
    file.thumbnail && html`<img src="${href}?size=small" alt="" width="96" height="96" loading="lazy">`
  }<span>${name}</span></a><span class="app-queue__minor">${from} · ${formatShortDate(event.at, lang, tenant.timeZone)} · ${megabytes} MB</span>`
}
