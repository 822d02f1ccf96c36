import { orgNavigation } from '../../org/pages/frame.ts'
import type { Fault } from '../../platform/errors.ts'
import { formatDateTime } from '../../platform/i18n/dates.ts'
import { details, emptyState, warningText } from '../../ui/content/callouts.ts'
import { card, summaryList } from '../../ui/content/summary-list.ts'
import { table } from '../../ui/content/table.ts'
import { button, buttonGroup } from '../../ui/form/button.ts'
import { checkbox } from '../../ui/form/choices.ts'
import { dateInput } from '../../ui/form/date-input.ts'
import { form } from '../../ui/form/form.ts'
import { type FormState, formState, type Typed } from '../../ui/form/form-state.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { Delivery, Endpoint } from '../reads.ts'
import { attemptText, deliveryTag, standing, typesChoice, typeText } from './parts.ts'

/** What the page of an endpoint shows; `older` is where its log goes on. */
export type EndpointView = {
  endpoint: Endpoint
  deliveries: readonly Delivery[]
  older?: string | undefined
  typed?: Typed
  faults?: readonly Fault[]
}

/** One endpoint: how it stands, what may be done, and its log. */
export function endpointPage(ctx: PageContext, view: EndpointView): Page {
  const { t } = ctx
  const { endpoint, typed, faults } = view
  const state = formState(t, typed ?? { types: endpoint.types }, faults)
  const here = `/organisation/webhooks/${endpoint.id}`
  return {
    title: endpoint.url,
    invalid: state.invalid,
    before: html`${orgNavigation(ctx, 'webhooks')}${backLink(t, '/organisation/webhooks')}`,
    main: html`${state.summary}
<h1 class="govuk-heading-l app-typed">${endpoint.url}</h1>
${facts(ctx, endpoint)}
${steps(ctx, here, endpoint)}
<h2 class="govuk-heading-m">${t('webhooks.log')}</h2>
${log(ctx, here, view)}
${!endpoint.disabledAt && card({ title: t('webhooks.replay.title'), content: stretch(ctx, here, state, typed) })}
${card({
  title: t('webhooks.change'),
  content: form({
    action: here,
    content: html`${typesChoice(t, state)}${button({ text: t('webhooks.save'), kind: 'secondary' })}`,
  }),
})}`,
  }
}

function facts(ctx: PageContext, endpoint: Endpoint): Html {
  const { t, lang, tenant } = ctx
  const { types, createdAt, failingSince, disabledBecause, disabledAt, earlierUntil } = endpoint
  const when = (at: Temporal.Instant) => formatDateTime(at, lang, tenant.timeZone)
  const row = (key: string, value: Html | string) => ({ key, value })
  const signsTwice = earlierUntil && Temporal.Instant.compare(ctx.now, earlierUntil) < 0
  return summaryList([
    row(t('webhooks.standing'), standing(ctx, endpoint)),
    ...(disabledAt && disabledBecause
      ? [row(t('webhooks.disabled'), t(`webhooks.disabled.${disabledBecause}`, { when: when(disabledAt) }))]
      : []),
    ...(failingSince && !disabledAt ? [row(t('webhooks.failing-since'), when(failingSince))] : []),
    ...(signsTwice
      ? [row(t('webhooks.secret'), t('webhooks.secret.until', { when: when(earlierUntil) }))]
      : []),
    row(
      t('webhooks.types'),
      types.length === 0
        ? t('webhooks.types.all')
        : html`${types.map(type => html`<div>${typeText(t, type)}</div>`)}`,
    ),
    row(t('webhooks.added'), when(createdAt)),
  ])
}

function steps({ t }: PageContext, here: string, { disabledAt, earlierUntil }: Endpoint): Html {
  const step = (name: string, text: string, kind: 'primary' | 'secondary' | 'warning' = 'secondary') =>
    form({ action: `${here}/${name}`, content: button({ text, kind }) })
  return html`${buttonGroup(
    disabledAt
      ? step('enable', t('webhooks.enable'), 'primary')
      : [step('test', t('webhooks.test'), 'primary'), step('disable', t('webhooks.disable'))],
    form({
      action: `${here}/rotate`,
      hidden: { earlier: String(earlierUntil ?? '') },
      content: button({ text: t('webhooks.rotate'), kind: 'secondary' }),
    }),
  )}${details({
    summary: t('webhooks.remove'),
    content: html`${warningText(t, t('webhooks.remove.text'))}${step('remove', t('webhooks.remove.do'), 'warning')}`,
  })}`
}

function log(ctx: PageContext, here: string, { endpoint, deliveries, older }: EndpointView): Html {
  const { t, lang, tenant } = ctx
  if (deliveries.length === 0) return emptyState({ title: t('webhooks.log.none') })
  const when = (at: Temporal.Instant) => formatDateTime(at, lang, tenant.timeZone)
  return html`${table({
    caption: t('webhooks.log'),
    captionHidden: true,
    columns: [
      { text: t('webhooks.log.message') },
      { text: t('webhooks.log.when'), fit: true },
      { text: t('webhooks.standing'), fit: true },
      { text: t('webhooks.log.attempts') },
      { text: t('webhooks.log.step'), fit: true },
    ],
    rows: deliveries.map(delivery => [
      html`<div>${typeText(t, delivery.type)}</div><div class="govuk-hint govuk-!-margin-bottom-0 app-typed">${delivery.messageId}</div>`,
      when(delivery.createdAt),
      deliveryTag(ctx, delivery),
      attempts(ctx, delivery),
      !endpoint.disabledAt &&
        form({
          action: `${here}/replay`,
          hidden: { message: delivery.messageId },
          content: html`<button class="app-link-button" type="submit">${t('webhooks.replay')}<span class="govuk-visually-hidden"> ${delivery.messageId}</span></button>`,
        }),
    ]),
  })}${older && html`<p class="govuk-body"><a class="govuk-link" href="${here}?before=${older}">${t('webhooks.log.older')}</a></p>`}`
}

function attempts(ctx: PageContext, { attempts, nextAt }: Delivery): Html {
  const { t, lang, tenant } = ctx
  const last = attempts.at(-1)
  const next = nextAt && t('webhooks.next', { when: formatDateTime(nextAt, lang, tenant.timeZone) })
  return html`<div>${last && html`<div>${attemptText(ctx, last)}</div>`}${next && html`<div>${next}</div>`}${
    attempts.length > 1 &&
    details({
      summary: t('webhooks.log.all', { n: attempts.length }),
      content: html`<ol class="govuk-list">${attempts.map(one => html`<li>${attemptText(ctx, one)}</li>`)}</ol>`,
    })
  }</div>`
}

function stretch({ t }: PageContext, here: string, state: FormState, typed: Typed | undefined): Html {
  const day = (name: string, label: string) =>
    dateInput(t, { name, label, labelSize: 's', error: state.field(name).error, typed })
  return form({
    action: `${here}/replay-days`,
    content: html`<p class="govuk-body">${t('webhooks.replay.text')}</p>${day('since', t('webhooks.replay.since'))}${day('until', t('webhooks.replay.until'))}${checkbox(
      t,
      {
        name: 'failed',
        value: 'yes',
        checked: typed === undefined || typed['failed'] !== undefined,
        label: t('webhooks.replay.failed'),
      },
    )}${button({ text: t('webhooks.replay'), kind: 'secondary' })}`,
  })
}
