import { orgNavigation } from '../../org/pages/frame.ts'
import { insetText } from '../../ui/content/callouts.ts'
import { html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import type { PageContext } from '../../ui/page-context.ts'

/** The signing secret of an endpoint, shown once. */
export function secretPage(
  ctx: PageContext,
  { id, secret, added }: { id: string; secret: string; added: boolean },
): Page {
  const { t } = ctx
  const title = added ? t('webhooks.secret.added') : t('webhooks.secret.rotated')
  return {
    title,
    once: true,
    before: orgNavigation(ctx, 'webhooks'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
<h1 class="govuk-heading-l">${title}</h1>
${insetText(html`<code>${secret}</code>`)}
<p class="govuk-body">${t('webhooks.secret.once')}</p>
${!added && html`<p class="govuk-body">${t('webhooks.secret.both')}</p>`}
<p class="govuk-body"><a class="govuk-link" href="/organisation/webhooks/${id}">${t('webhooks.secret.back')}</a></p></div></div>`,
  }
}
