import { orgNavigation } from '../../org/pages/frame.ts'
import type { Fault } from '../../platform/errors.ts'
import { formatDateTime } from '../../platform/i18n/dates.ts'
import { details, emptyState, warningText } from '../../ui/content/callouts.ts'
import { card, summaryList } from '../../ui/content/summary-list.ts'
import { table } from '../../ui/content/table.ts'
import { button, buttonGroup } from '../../ui/form/button.ts'
import { form } from '../../ui/form/form.ts'
import { formState, type Typed } from '../../ui/form/form-state.ts'
import { textInput } from '../../ui/form/text-input.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { Connection, Copy, Counts } from '../reads.ts'
import { refusalText, whyText } from '../why.ts'
import { keyInput } from './connections.ts'
import { copyTag, standing } from './parts.ts'

/** What the page of a connection shows; `older` is where its list goes on. */
export type ConnectionView = {
  connection: Connection
  counts: Counts
  copies: readonly Copy[]
  older?: string | undefined
  typed?: Typed
  faults?: readonly Fault[]
}

/** One connection: how it stands, what may be done, its settings and its cases. */
export function connectionPage(ctx: PageContext, view: ConnectionView): Page {
  const { t } = ctx
  const { connection, typed, faults } = view
  const state = formState(t, typed ?? settingsOf(connection), faults)
  const here = `/organisation/connections/${connection.id}`
  const text = (name: string, label: string) => textInput(t, { ...state.field(name), label })
  return {
    title: connection.name,
    invalid: state.invalid,
    before: html`${orgNavigation(ctx, 'connections')}${backLink(t, '/organisation/connections')}`,
    main: html`${state.summary}
<h1 class="govuk-heading-l app-typed">${connection.name}</h1>
${facts(ctx, view)}
${steps(ctx, here, view)}
<h2 class="govuk-heading-m">${t('connectors.log')}</h2>
${log(ctx, here, view)}
${card({
  title: t('connectors.change'),
  content: form({
    action: here,
    content: html`${text('name', t('connectors.name'))}${text('jurisdiction', t('connectors.jurisdiction'))}${keyInput(ctx, state.field('apiKey').error, t('connectors.key.hint.change'))}${
      connection.direction === 'from'
        ? textInput(t, {
            ...state.field('everyMinutes'),
            label: t('connectors.every'),
            inputmode: 'numeric',
            width: 4,
          })
        : html`<input type="hidden" name="everyMinutes" value="${String(connection.everyMinutes)}">`
    }${button({ text: t('connectors.save'), kind: 'secondary' })}`,
  }),
})}`,
  }
}

function settingsOf({ name, jurisdiction, everyMinutes }: Connection): Typed {
  return { name, jurisdiction: jurisdiction ?? '', everyMinutes: String(everyMinutes) }
}

function facts(ctx: PageContext, { connection, counts }: ConnectionView): Html {
  const { t, lang, tenant } = ctx
  const { direction, url, services, pausedAt, pausedBecause, failingSince, fault, succeededAt } = connection
  const when = (at: Temporal.Instant) => formatDateTime(at, lang, tenant.timeZone)
  const row = (key: string, value: Html | string) => ({ key, value })
  const isTo = direction === 'to'
  const takes =
    connection.takesUpdates === null
      ? 'unknown'
      : connection.takesUpdates
        ? ('yes' as const)
        : ('no' as const)
  return summaryList([
    row(t('connectors.standing'), standing(ctx, connection)),
    ...(pausedAt && pausedBecause
      ? [row(t('connectors.paused'), t(`connectors.paused.${pausedBecause}`, { when: when(pausedAt) }))]
      : []),
    ...(failingSince ? [row(t('connectors.failing-since'), when(failingSince))] : []),
    ...(fault ? [row(t('connectors.fault'), whyText(t, fault))] : []),
    ...(failingSince && !pausedAt ? [row(t('connectors.next'), when(connection.nextAt))] : []),
    row(t('connectors.succeeded'), succeededAt ? when(succeededAt) : t('connectors.succeeded.never')),
    row(t('connectors.direction'), t(`connectors.direction.${direction}`)),
    row(t('connectors.url'), html`<span class="app-typed">${url}</span>`),
    row(
      t('connectors.mapped'),
      html`${t('connectors.mapped.count', { n: services.length })} <a class="govuk-link" href="/organisation/connections/${connection.id}/services">${t('connectors.services.edit')}</a>`,
    ),
    row(t('connectors.updates'), t(`connectors.updates.${takes}`)),
    ...(isTo ? [row(t('connectors.waiting'), String(counts.waiting))] : []),
    row(t('connectors.copied'), String(counts.copied)),
    ...(isTo ? [row(t('connectors.steps'), String(counts.steps))] : []),
    ...(isTo ? [row(t('connectors.there'), String(counts.there))] : []),
    ...(isTo ? [row(t('connectors.refused'), String(counts.refused))] : []),
    row(t('connectors.added'), when(connection.createdAt)),
  ])
}

function steps({ t }: PageContext, here: string, { connection, counts }: ConnectionView): Html {
  const step = (name: string, text: string, kind: 'primary' | 'secondary' | 'warning' = 'secondary') =>
    form({ action: `${here}/${name}`, content: button({ text, kind }) })
  return html`${buttonGroup(
    connection.pausedAt
      ? step('resume', t('connectors.resume'), 'primary')
      : [step('run', t('connectors.run'), 'primary'), step('pause', t('connectors.pause'))],
    counts.refused > 0 && step('retry', t('connectors.retry')),
  )}${details({
    summary: t('connectors.remove'),
    content: html`${warningText(t, t('connectors.remove.text'))}${step('remove', t('connectors.remove.do'), 'warning')}`,
  })}`
}

function log(ctx: PageContext, here: string, { copies, older }: ConnectionView): Html {
  const { t, lang, tenant } = ctx
  if (copies.length === 0) return emptyState({ title: t('connectors.log.none') })
  return html`${table({
    caption: t('connectors.log'),
    captionHidden: true,
    columns: [
      { text: t('connectors.log.number'), fit: true },
      { text: t('connectors.log.remote') },
      { text: t('connectors.standing'), fit: true },
      { text: t('connectors.log.when'), fit: true },
      { text: t('connectors.log.why') },
    ],
    rows: copies.map(copy => [
      copy.number,
      copy.remoteId && html`<span class="app-typed">${copy.remoteId}</span>`,
      copyTag(ctx, copy),
      formatDateTime(copy.createdAt, lang, tenant.timeZone),
      copy.fault && html`<span class="app-typed">${refusalText(t, copy.fault)}</span>`,
    ]),
  })}${older && html`<p class="govuk-body"><a class="govuk-link" href="${here}?before=${older}">${t('connectors.log.older')}</a></p>`}`
}
