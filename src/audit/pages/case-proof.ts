import { formatDateTime } from '../../platform/i18n/dates.ts'
import { insetText } from '../../ui/content/callouts.ts'
import { summaryList } from '../../ui/content/summary-list.ts'
import { type Html, html } from '../../ui/html.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { rich } from '../../ui/rich-text.ts'
import type { CaseProof } from '../case-proof.ts'

/**
 * What a resident is told of the proof of their case, without its heading; `download` is where they get it as a file.
 * Without a proof the case waits for its first checkpoint, a minute at most.
 */
export function caseProof(
  { t, lang, tenant }: Pick<PageContext, 't' | 'lang' | 'tenant'>,
  proof: CaseProof | undefined,
  download: string,
): Html {
  if (!proof) return insetText(t('audit.proof.waits'))
  const { checkpoint, events, later } = proof
  const at = formatDateTime(Temporal.Instant.from(checkpoint.at), lang, tenant.timeZone)
  return html`<p class="govuk-body">${t('audit.proof.text', { events: events.length, at })}</p>
${summaryList([
  {
    key: t('audit.proof.checkpoint'),
    value: html`<a class="govuk-link" href="/audit/checkpoints/${checkpoint.no}">${checkpoint.no}</a>`,
  },
  { key: t('audit.proof.later'), value: later },
])}
<p class="govuk-body"><a class="govuk-link" href="${download}" download="proof.json">${t('audit.proof.download')}</a></p>
<p class="govuk-body">${rich(t, 'audit.proof.how', { link: html`<a class="govuk-link" href="/verify">${t('audit.about.title')}</a>` })}</p>`
}
