import { formatDateTime } from '../platform/i18n/dates.ts'
import { insetText } from '../ui/content/callouts.ts'
import { button, buttonGroup } from '../ui/form/button.ts'
import { form } from '../ui/form/form.ts'
import { type Html, html } from '../ui/html.ts'
import type { Page } from '../ui/layout.ts'
import { backLink } from '../ui/navigation/links.ts'
import type { PageContext } from '../ui/page-context.ts'

/** A member of staff's calendars, and how to be rid of their address. */
export function staffCalendarsPage(
  ctx: PageContext,
  address: { mine: string; unit: string; createdAt: Temporal.Instant } | undefined,
): Page {
  const { t, lang, tenant } = ctx
  const here = '/account/calendars'
  return {
    title: t('feeds.title'),
    before: backLink(t, '/account'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
<h1 class="govuk-heading-l">${t('feeds.title')}</h1>
<p class="govuk-body">${t('feeds.intro')}</p>
${
  address
    ? html`<h2 class="govuk-heading-m">${t('feeds.mine')}</h2>${shown(ctx, address.mine)}
<h2 class="govuk-heading-m">${t('feeds.unit')}</h2>${shown(ctx, address.unit)}
<p class="govuk-body">${t('feeds.made', { when: formatDateTime(address.createdAt, lang, tenant.timeZone) })} ${t('feeds.secret')}</p>
${buttonGroup(
  form({ action: `${here}/renew`, content: button({ text: t('feeds.renew'), kind: 'secondary' }) }),
  form({ action: `${here}/end`, content: button({ text: t('feeds.end'), kind: 'warning' }) }),
)}`
    : form({ action: `${here}/renew`, content: button({ text: t('feeds.make') }) })
}</div></div>`,
  }
}

/** The calendar of one case, for its resident, and how to be rid of its address. */
export function caseCalendarPage(ctx: PageContext, number: string, address: string): Page {
  const { t } = ctx
  return {
    title: t('feeds.case.title'),
    before: backLink(t, `/follow/${number}`),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
<h1 class="govuk-heading-l">${t('feeds.case.title')}</h1>
<p class="govuk-body">${t('feeds.case.intro')}</p>
${shown(ctx, address)}
<p class="govuk-body">${t('feeds.case.secret')}</p>
${form({ action: `/follow/${number}/calendar/renew`, content: button({ text: t('feeds.renew'), kind: 'secondary' }) })}</div></div>`,
  }
}

// A phone or a desktop program takes the link; a web calendar wants the address pasted.
function shown({ t }: PageContext, address: string): Html {
  const subscribe = address.replace(/^https?:/, 'webcal:')
  return html`${insetText(html`<code class="app-typed">${address}</code>`)}<p class="govuk-body"><a class="govuk-link" href="${subscribe}">${t('feeds.subscribe')}</a></p>`
}
