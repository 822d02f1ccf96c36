import { orgNavigation } from '../../org/pages/frame.ts'
import type { Fault } from '../../platform/errors.ts'
import { emptyState } from '../../ui/content/callouts.ts'
import { table } from '../../ui/content/table.ts'
import { button } from '../../ui/form/button.ts'
import { form } from '../../ui/form/form.ts'
import { formState, type Typed } from '../../ui/form/form-state.ts'
import { textInput } from '../../ui/form/text-input.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { Endpoint } from '../reads.ts'
import { standing, typesChoice } from './parts.ts'

/** Every address that is told of events, and the form that adds one. */
export function endpointsPage(
  ctx: PageContext,
  view: { endpoints: readonly Endpoint[]; typed?: Typed; faults?: readonly Fault[] },
): Page {
  const { t } = ctx
  const state = formState(t, view.typed, view.faults)
  return {
    title: t('webhooks.title'),
    invalid: state.invalid,
    before: orgNavigation(ctx, 'webhooks'),
    main: html`${state.summary}
<h1 class="govuk-heading-l">${t('webhooks.title')}</h1>
<p class="govuk-body">${t('webhooks.intro')}</p>
${view.endpoints.length === 0 ? emptyState({ title: t('webhooks.none') }) : list(ctx, view.endpoints)}
<h2 class="govuk-heading-m">${t('webhooks.add')}</h2>
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${form({
      action: '/organisation/webhooks',
      content: html`${textInput(t, {
        ...state.field('url'),
        label: t('webhooks.url'),
        hint: t('webhooks.url.hint'),
        type: 'url',
        spellcheck: false,
      })}${typesChoice(t, state)}${button({ text: t('webhooks.add') })}`,
    })}</div></div>`,
  }
}

function list(ctx: PageContext, endpoints: readonly Endpoint[]): Html {
  const { t } = ctx
  return table({
    caption: t('webhooks.title'),
    captionHidden: true,
    columns: [{ text: t('webhooks.url') }, { text: t('webhooks.types') }, { text: t('webhooks.standing') }],
    rows: endpoints.map(endpoint => [
      html`<a class="govuk-link" href="/organisation/webhooks/${endpoint.id}">${endpoint.url}</a>`,
      endpoint.types.length === 0
        ? t('webhooks.types.all')
        : t('webhooks.types.count', { n: endpoint.types.length }),
      standing(ctx, endpoint),
    ]),
  })
}
