import type { StoredFile } from '../../../platform/files/accept-upload.ts'
import { type Html, html } from '../../../ui/html.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { CaseEvent, CaseRecord } from '../../reads.ts'

/** A document of a case as it was stored, from the event that added it. */
export function storedFile({ data, text }: CaseEvent): StoredFile {
  return {
    id: String(data.id),
    mediaType: String(data.mediaType),
    size: Number(data.size),
    sha256: String(data.sha256),
    thumbnail: data.thumbnail === true,
    name: typeof text?.name === 'string' ? text.name : '',
  }
}

/** The document of a case with this id. */
export function findDocument({ events }: CaseRecord, id: string): StoredFile | undefined {
  const event = events.find(one => one.type === 'document.added' && one.data.id === id)
  return event && storedFile(event)
}

/** A link that opens a document, with its small picture where it has one. */
export function documentLink({ t }: PageContext, number: string, event: CaseEvent): Html {
  const file = storedFile(event)
  const href = `/follow/${number}/file/${file.id}`
  const size = new Intl.NumberFormat(t.lang, { maximumFractionDigits: 1 }).format(
    Math.max(0.1, file.size / 1_000_000),
  )
  return html`<p class="app-document">${file.thumbnail && html`<img class="app-files__picture" src="${href}?size=small" alt="" width="72" height="72" loading="lazy">`}<a class="govuk-link" href="${href}">${file.name || t('follow.file')}</a> <span class="govuk-hint">${size} MB</span></p>`
}
