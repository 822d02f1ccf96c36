import { formatDateTime } from '../../platform/i18n/dates.ts'
import { emptyState } from '../../ui/content/callouts.ts'
import { summaryList } from '../../ui/content/summary-list.ts'
import { table } from '../../ui/content/table.ts'
import { html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink, pagination } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { rich } from '../../ui/rich-text.ts'
import { type Checkpoint, checkpointLine } from '../checkpoint-format.ts'
import { hashText } from './hash.ts'

/** The checkpoints, newest first; `next` leads to the older ones. */
export function checkpointsPage(
  ctx: PageContext,
  { checkpoints, next }: { checkpoints: readonly Checkpoint[]; next: string | undefined },
): Page {
  const { t } = ctx
  const list = table({
    caption: t('audit.checkpoints.title'),
    captionHidden: true,
    columns: [
      { text: t('audit.checkpoint.no'), fit: true },
      { text: t('audit.checkpoint.at'), fit: true },
      { text: t('audit.checkpoint.size'), numeric: true },
      { text: t('audit.checkpoint.root') },
    ],
    rows: checkpoints.map(one => [
      html`<a class="govuk-link" href="/audit/checkpoints/${one.no}">${one.no}</a>`,
      when(ctx, one.at),
      one.size,
      html`<code>${one.root.slice(0, 16)}…</code>`,
    ]),
  })
  return {
    title: t('audit.checkpoints.title'),
    before: backLink(t, '/verify'),
    main: html`<h1 class="govuk-heading-l">${t('audit.checkpoints.title')}</h1>
<p class="govuk-body-l">${t('audit.checkpoints.text')}</p>
<ul class="govuk-list"><li><a class="govuk-link" href="/audit/checkpoints.jsonl" download>${t('audit.download.checkpoints')}</a></li><li><a class="govuk-link" href="/audit/keys">${t('audit.keys.title')}</a></li></ul>
${checkpoints.length > 0 ? list : emptyState({ title: t('audit.checkpoints.none') })}
${pagination(t, { next })}`,
  }
}

/** One checkpoint with everything that is needed to check it by hand. */
export function checkpointPage(ctx: PageContext, one: Checkpoint): Page {
  const { t } = ctx
  const { no, key, nextKey } = one
  const title = t('audit.checkpoint.title', { no })
  const before =
    no > 1
      ? html`<a class="govuk-link" href="/audit/checkpoints/${no - 1}">${hashText(one.previous)}</a>`
      : hashText(one.previous)
  return {
    title,
    before: backLink(t, '/audit/checkpoints'),
    main: html`<h1 class="govuk-heading-l">${title}</h1>
${summaryList([
  { key: t('audit.checkpoint.at'), value: html`${when(ctx, one.at)}<br><code>${one.at}</code>` },
  { key: t('audit.checkpoint.size'), value: one.size },
  { key: t('audit.checkpoint.root'), value: hashText(one.root) },
  { key: t('audit.checkpoint.previous'), value: before },
  {
    key: t('audit.checkpoint.key'),
    value: html`<a class="govuk-link" href="/audit/keys#${key}">${hashText(key)}</a>`,
  },
  ...(nextKey ? [{ key: t('audit.checkpoint.next-key'), value: hashText(nextKey) }] : []),
  { key: t('audit.checkpoint.signature'), value: hashText(one.signature) },
])}
<h2 class="govuk-heading-m">${t('audit.checkpoint.published')}</h2>
<p class="govuk-body">${hashText(checkpointLine(one))}</p>
<p class="govuk-body">${rich(t, 'audit.checkpoint.how', { link: html`<a class="govuk-link" href="/verify">${t('audit.about.title')}</a>` })}</p>`,
  }
}

const when = ({ lang, tenant }: PageContext, at: string): string =>
  formatDateTime(Temporal.Instant.from(at), lang, tenant.timeZone)
