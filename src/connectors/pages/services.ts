import { isAboutConduct } from '../../cases/rules/about.ts'
import { orgNavigation } from '../../org/pages/frame.ts'
import { leafCategories } from '../../packs/rules.ts'
import type { Pack } from '../../packs/schema.ts'
import type { Fault } from '../../platform/errors.ts'
import { warningText } from '../../ui/content/callouts.ts'
import { button } from '../../ui/form/button.ts'
import { form } from '../../ui/form/form.ts'
import { formState } from '../../ui/form/form-state.ts'
import { select } from '../../ui/form/select.ts'
import { textarea } from '../../ui/form/textarea.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { Connection } from '../reads.ts'
import { categoryOf, serviceOf } from '../rules/mapping.ts'
import type { RemoteService } from '../rules/remote.ts'
import { whyText } from '../why.ts'

/** What the page needs: the connection, our rules, and the services of the other side or why there are none. */
export type ServicesView = {
  connection: Connection
  pack: Pack
  services: readonly RemoteService[] | { fault: string }
  faults?: readonly Fault[]
  /** What was typed where the services could not be fetched. */
  typed?: string | undefined
  /** Whether what has no pair yet is shown with the code that both sides have, if they do. */
  same?: boolean
}

/** Which categories a connection copies: a choice for each, of what the other side has. */
export function servicesPage(ctx: PageContext, view: ServicesView): Page {
  const { t } = ctx
  const { connection } = view
  const state = formState(t, {}, view.faults)
  const here = `/organisation/connections/${connection.id}`
  return {
    title: t('connectors.services'),
    invalid: state.invalid,
    before: html`${orgNavigation(ctx, 'connections')}${backLink(t, here)}`,
    main: html`${state.summary}<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
<span class="govuk-caption-l app-typed">${connection.name}</span><h1 class="govuk-heading-l">${t('connectors.services')}</h1>
${form({
  action: `${here}/services`,
  content: html`${'fault' in view.services ? asCodes(ctx, view, view.services.fault, state.field('services').error) : asChoices(ctx, view, view.services)}${button({ text: t('connectors.save') })}`,
})}</div></div>`,
  }
}

function asChoices(
  ctx: PageContext,
  { connection, pack, same }: ServicesView,
  services: readonly RemoteService[],
): Html {
  const { t, lang } = ctx
  const { direction, services: pairs } = connection
  const none = { value: '', text: t('connectors.services.not') }
  // What is about somebody in office is in no list, and so is never sent.
  const copied = leafCategories(pack).filter(one => direction === 'from' || !isAboutConduct(one))
  const ours = copied.map(one => ({ value: one.code, text: `${one.name[lang]} (${one.code})` }))
  const theirs = services.map(one => ({
    value: one.code,
    text: `${[one.group, one.name].filter(Boolean).join(': ')} (${one.code})`,
  }))
  const isTo = direction === 'to'
  const [sources, targets] = isTo ? [ours, theirs] : [theirs, ours]
  const codes = new Set(targets.map(({ value }) => value))
  const paired = (code: string) => (isTo ? serviceOf(pairs, code) : categoryOf(pairs, code))
  const options = [none, ...targets]
  // What the other side no longer has is shown, so that saving does not drop it unseen.
  const withChosen = (code: string | undefined) =>
    code === undefined || codes.has(code)
      ? options
      : [...options, { value: code, text: t('connectors.services.gone', { code }) }]
  const offer = sources.some(({ value }) => codes.has(value) && paired(value) === undefined)
  const choices = sources.map(({ value, text }) =>
    select(t, {
      name: `pair-${value}`,
      label: text,
      value: paired(value) ?? (same && codes.has(value) ? value : ''),
      options: withChosen(paired(value)),
    }),
  )
  return html`<p class="govuk-body">${t(`connectors.services.${direction}`)}</p>${
    offer &&
    !same &&
    html`<p class="govuk-body"><a class="govuk-link" href="?same=1">${t('connectors.services.same')}</a></p>`
  }<div class="app-pairs">${choices}</div>`
}

function asCodes(
  { t }: PageContext,
  { connection, typed }: ServicesView,
  fault: string,
  error: string | undefined,
): Html {
  const written = connection.services.map(pair => `${pair.category}=${pair.service}`).join(',\n')
  return html`${warningText(t, t('connectors.services.unreachable', { fault: whyText(t, fault) }))}<p class="govuk-body"><a class="govuk-link" href="/organisation/connections/${connection.id}">${t('connectors.services.settings')}</a></p>${textarea(
    t,
    {
      name: 'services',
      label: t('connectors.services.pairs'),
      hint: t('connectors.services.pairs.hint'),
      value: typed ?? written,
      error,
      rows: 8,
    },
  )}`
}
