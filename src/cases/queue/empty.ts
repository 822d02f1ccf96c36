import { emptyState } from '../../ui/content/callouts.ts'
import { type Content, type Html, html } from '../../ui/html.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { type QueueQuery, queueAddress } from './forms.ts'
import type { QueuePage } from './reads.ts'

/** What stands in place of an empty list: why it is empty, and where to go on from here. */
export function emptyQueue({ t }: PageContext, query: QueueQuery, list: QueuePage): Html {
  const link = (text: string, changes: Partial<QueueQuery>): Content =>
    html`<li><a class="govuk-link" href="${queueAddress(query, changes)}">${text}</a></li>`
  const { tab, words } = query
  const clear = {
    stage: undefined,
    category: undefined,
    kind: undefined,
    unit: undefined,
    channel: undefined,
    due: undefined,
  }
  const isFiltered = Object.keys(clear).some(name => query[name as keyof typeof clear] !== undefined)
  const links: Content[] = []
  if (list.partial && list.next)
    links.push(link(t('staff.queue.empty.go-on'), { from: { key: list.next, before: false } }))
  if (isFiltered)
    links.push(
      link(t('staff.queue.empty.clear'), {
        ...clear,
        ...(query.stage === 'finished' && { sort: 'due', descending: false }),
      }),
    )
  if (words !== undefined && query.stage === undefined)
    links.push(link(t('staff.queue.empty.finished'), { stage: 'finished', sort: 'filed', descending: true }))
  if (words !== undefined) links.push(link(t('staff.queue.empty.no-words'), { words: undefined }))
  if (tab !== 'all') links.push(link(t('staff.queue.empty.link.all'), { tab: 'all' }))
  if (tab !== 'unassigned' && !isFiltered && words === undefined)
    links.push(link(t('staff.queue.empty.link.unassigned'), { tab: 'unassigned' }))
  return emptyState({
    title: titleOf(),
    content: html`${hintOf()}<ul class="govuk-list">${links}</ul>`,
  })

  function titleOf(): string {
    if (list.nothingToSearch) return t('staff.queue.empty.nothing-to-search')
    if (list.partial) return t('staff.queue.empty.partial')
    if (words !== undefined) return t('staff.queue.empty.words', { words })
    return isFiltered ? t('staff.queue.empty.filtered') : t(`staff.queue.empty.${tab}`)
  }

  function hintOf(): Content {
    if (list.nothingToSearch || words !== undefined)
      return html`<p class="govuk-body">${t('staff.queue.search.rule')}</p>`
    return undefined
  }
}
