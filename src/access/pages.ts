import { orgNavigation } from '../org/pages/frame.ts'
import type { Fault } from '../platform/errors.ts'
import { formatShortDate } from '../platform/i18n/dates.ts'
import { v7 } from '../platform/uuid.ts'
import { details, emptyState, insetText } from '../ui/content/callouts.ts'
import { table } from '../ui/content/table.ts'
import { tag } from '../ui/content/tag.ts'
import { button } from '../ui/form/button.ts'
import { checkboxes } from '../ui/form/choices.ts'
import { form } from '../ui/form/form.ts'
import { formState, type Typed } from '../ui/form/form-state.ts'
import { textInput } from '../ui/form/text-input.ts'
import { type Html, html } from '../ui/html.ts'
import type { Page } from '../ui/layout.ts'
import type { PageContext } from '../ui/page-context.ts'
import { ownScopes } from './forms.ts'
import type { ListedToken } from './reads.ts'

/** Every token, and the form that makes one. */
export function tokensPage(
  ctx: PageContext,
  view: { tokens: readonly ListedToken[]; typed?: Typed; faults?: readonly Fault[] },
): Page {
  const { t } = ctx
  const state = formState(t, view.typed, view.faults)
  const choices = ownScopes.map(value => ({ value, label: t(`access.scope.${value}`) }))
  return {
    title: t('access.title'),
    invalid: state.invalid,
    before: orgNavigation(ctx, 'tokens'),
    main: html`${state.summary}
<h1 class="govuk-heading-l">${t('access.title')}</h1>
<p class="govuk-body">${t('access.intro')} <a class="govuk-link" href="/api/v1/">${t('access.reference')}</a></p>
${view.tokens.length === 0 ? emptyState({ title: t('access.none') }) : list(ctx, view.tokens)}
<h2 class="govuk-heading-m">${t('access.add')}</h2>
<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${form({
      action: '/organisation/tokens',
      hidden: { id: v7() },
      content: html`${textInput(t, {
        ...state.field('name'),
        label: t('access.name'),
        hint: t('access.name.hint'),
      })}${checkboxes(t, {
        ...state.list('scopes'),
        label: t('access.scopes'),
        labelSize: 's',
        choices,
      })}${button({ text: t('access.add') })}`,
    })}<p class="govuk-body">${t('access.for-staff')}</p>
<p class="govuk-body app-typed"><code>answerable token add "…" --scope cases:read,cases:write --staff …</code></p></div></div>`,
  }
}

/** A new token, shown once. */
export function madeTokenPage(ctx: PageContext, token: string): Page {
  const { t } = ctx
  return {
    title: t('access.made'),
    once: true,
    before: orgNavigation(ctx, 'tokens'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
<h1 class="govuk-heading-l">${t('access.made')}</h1>
${insetText(html`<code class="app-typed">${token}</code>`)}
<p class="govuk-body">${t('access.once')}</p>
<p class="govuk-body"><a class="govuk-link" href="/organisation/tokens">${t('access.back')}</a></p></div></div>`,
  }
}

function list(ctx: PageContext, tokens: readonly ListedToken[]): Html {
  const { t } = ctx
  return table({
    caption: t('access.title'),
    captionHidden: true,
    columns: [
      { text: t('access.list.name') },
      { text: t('access.list.scopes') },
      { text: t('access.list.staff') },
      { text: t('access.list.made'), fit: true },
      { text: t('access.list.state') },
      { text: t('access.list.step') },
    ],
    rows: tokens.map(token => [
      token.name,
      html`${token.scopes.map(scope => html`<div>${t(`access.scope.${scope}`)}</div>`)}`,
      token.staffName ?? t('access.nobody'),
      formatShortDate(token.createdAt, ctx.lang, ctx.tenant.timeZone),
      standing(ctx, token),
      !token.revokedAt &&
        details({
          summary: html`${t('access.revoke')}<span class="govuk-visually-hidden"> ${token.name}</span>`,
          content: html`<p class="govuk-body">${t('access.revoke.text')}</p>${form({
            action: `/organisation/tokens/${token.id}/revoke`,
            content: button({ text: t('access.revoke'), kind: 'warning' }),
          })}`,
        }),
    ]),
  })
}

function standing({ t, lang, tenant, now }: PageContext, { revokedAt, expiresAt }: ListedToken): Html {
  const day = (at: Temporal.Instant) => ({ date: formatShortDate(at, lang, tenant.timeZone) })
  if (revokedAt) return tag(t('access.state.revoked', day(revokedAt)), 'grey')
  if (!expiresAt) return tag(t('access.state.valid'), 'green')
  return Temporal.Instant.compare(expiresAt, now) <= 0
    ? tag(t('access.state.expired', day(expiresAt)), 'grey')
    : tag(t('access.state.until', day(expiresAt)), 'green')
}
