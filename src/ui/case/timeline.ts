import { formatDateTime } from '../../platform/i18n/dates.ts'
import { type Content, type Html, html } from '../html.ts'
import type { PageContext } from '../page-context.ts'

/** Something that happened, or is to happen, on a timeline. */
export type TimelineItem = {
  at: Temporal.Instant
  title: Content
  /** Who did it: a name, an office, "the system". */
  by?: Content
  body?: Content
  /** `milestone` for a turn of the case, `problem` for a missed time or a refusal, `future` for what is due. */
  tone?: 'milestone' | 'problem' | 'future' | undefined
  /** For links to this item. */
  id?: string | undefined
}

/** What happened, in the order given, each item with a heading of the given level. */
export function timeline(
  ctx: Pick<PageContext, 't' | 'lang' | 'tenant'>,
  items: readonly TimelineItem[],
  headingLevel: 2 | 3 | 4 = 3,
): Html {
  return html`<ol class="app-timeline">${items.map(item => entry(ctx, item, headingLevel))}</ol>`
}

function entry(
  { t, lang, tenant }: Pick<PageContext, 't' | 'lang' | 'tenant'>,
  { at, title, by, body, tone, id }: TimelineItem,
  level: 2 | 3 | 4,
): Html {
  const heading =
    level === 2
      ? html`<h2 class="app-timeline__title">${title}</h2>`
      : level === 3
        ? html`<h3 class="app-timeline__title">${title}</h3>`
        : html`<h4 class="app-timeline__title">${title}</h4>`
  return html`<li class="app-timeline__item${tone && ` app-timeline__item--${tone}`}"${id && html` id="${id}"`}>
${heading}
<p class="app-timeline__meta">${moment({ lang, tenant }, at)}${by && html` <span class="app-timeline__by">${t('ui.separator')}${by}</span>`}</p>
${body && html`<div class="app-timeline__body">${body}</div>`}
</li>`
}

/** Date and time for people, with the exact instant for machines. */
export function moment({ lang, tenant }: Pick<PageContext, 'lang' | 'tenant'>, at: Temporal.Instant): Html {
  return html`<time datetime="${at.toString({ smallestUnit: 'second' })}">${formatDateTime(at, lang, tenant.timeZone)}</time>`
}
