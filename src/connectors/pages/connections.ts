import { orgNavigation } from '../../org/pages/frame.ts'
import type { Fault } from '../../platform/errors.ts'
import { emptyState } from '../../ui/content/callouts.ts'
import { table } from '../../ui/content/table.ts'
import { button } from '../../ui/form/button.ts'
import { radios } from '../../ui/form/choices.ts'
import { form } from '../../ui/form/form.ts'
import { formState, type Typed } from '../../ui/form/form-state.ts'
import { textInput } from '../../ui/form/text-input.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { Connection, Counts } from '../reads.ts'
import { standing } from './parts.ts'

/** What the page of all connections shows. */
export type ConnectionsView = {
  connections: readonly Connection[]
  counts: ReadonlyMap<string, Counts>
  typed?: Typed
  faults?: readonly Fault[]
}

/** Every connection, and the form that adds one. */
export function connectionsPage(ctx: PageContext, view: ConnectionsView): Page {
  const { t } = ctx
  const state = formState(t, view.typed, view.faults)
  const text = (name: string, label: string, hint?: string) =>
    textInput(t, { ...state.field(name), label, hint, spellcheck: false })
  return {
    title: t('connectors.title'),
    invalid: state.invalid,
    before: orgNavigation(ctx, 'connections'),
    main: html`${state.summary}
<h1 class="govuk-heading-l">${t('connectors.title')}</h1>
<p class="govuk-body">${t('connectors.intro')}</p>
${view.connections.length === 0 ? emptyState({ title: t('connectors.none') }) : list(ctx, view)}
<h2 class="govuk-heading-m">${t('connectors.add')}</h2>
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${form({
      action: '/organisation/connections',
      content: html`${text('name', t('connectors.name'), t('connectors.name.hint'))}${radios(t, {
        ...state.field('direction'),
        label: t('connectors.direction'),
        labelSize: 's',
        choices: [
          { value: 'to', label: t('connectors.direction.to') },
          { value: 'from', label: t('connectors.direction.from') },
        ],
      })}${text('url', t('connectors.url'), t('connectors.url.hint'))}${text('jurisdiction', t('connectors.jurisdiction'))}${keyInput(ctx, state.field('apiKey').error, t('connectors.key.hint'))}${button({ text: t('connectors.add') })}`,
    })}</div></div>`,
  }
}

/** The field for a key: what was typed into it is never sent back. */
export function keyInput({ t }: PageContext, error: string | undefined, hint: string): Html {
  const field = { name: 'apiKey', error, label: t('connectors.key'), hint }
  return textInput(t, { ...field, type: 'password', autocomplete: 'off', spellcheck: false })
}

function list(ctx: PageContext, { connections, counts }: ConnectionsView): Html {
  const { t } = ctx
  return table({
    caption: t('connectors.title'),
    captionHidden: true,
    columns: [
      { text: t('connectors.name') },
      { text: t('connectors.direction') },
      { text: t('connectors.standing'), fit: true },
      { text: t('connectors.waiting'), numeric: true },
      { text: t('connectors.copied'), numeric: true },
      { text: t('connectors.refused'), numeric: true },
    ],
    rows: connections.map(one => {
      const { waiting = 0, copied = 0, refused = 0 } = counts.get(one.id) ?? {}
      return [
        html`<a class="govuk-link" href="/organisation/connections/${one.id}">${one.name}</a>`,
        t(`connectors.direction.${one.direction}`),
        standing(ctx, one),
        String(waiting),
        String(copied),
        String(refused),
      ]
    }),
  })
}
