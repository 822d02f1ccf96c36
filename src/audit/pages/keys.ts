import { formatDateTime } from '../../platform/i18n/dates.ts'
import { emptyState } from '../../ui/content/callouts.ts'
import { card, summaryList } from '../../ui/content/summary-list.ts'
import { html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { PublicKey } from '../reads.ts'
import { hashText } from './hash.ts'

/** The public halves of the keys that sign, oldest first. */
export function keysPage({ t, lang, tenant }: PageContext, keys: readonly PublicKey[]): Page {
  const at = (instant: Temporal.Instant) => formatDateTime(instant, lang, tenant.timeZone)
  return {
    title: t('audit.keys.title'),
    before: backLink(t, '/verify'),
    main: html`<h1 class="govuk-heading-l">${t('audit.keys.title')}</h1>
<p class="govuk-body-l">${t('audit.keys.text')}</p>
${keys.length > 0 && html`<p class="govuk-body"><a class="govuk-link" href="/audit/keys.json" download>${t('audit.download.keys')}</a></p>`}
${keys.length === 0 && emptyState({ title: t('audit.keys.none') })}
${keys.map(
  ({ id, pem, since, until }) =>
    html`<div id="${id}">${card({
      title: hashText(id),
      content: summaryList([
        { key: t('audit.keys.since'), value: at(since) },
        { key: t('audit.keys.until'), value: until ? at(until) : t('audit.keys.now') },
        {
          key: t('audit.keys.pem'),
          value: html`<code>${pem
            .trim()
            .split('\n')
            .map((line, i) => [i > 0 && html`<br>`, hashText(line)])}</code>`,
        },
      ]),
    })}</div>`,
)}`,
  }
}
