import type { Fault } from '../../../platform/errors.ts'
import { details, insetText, warningText } from '../../../ui/content/callouts.ts'
import { button } from '../../../ui/form/button.ts'
import { form } from '../../../ui/form/form.ts'
import { formState, type Typed } from '../../../ui/form/form-state.ts'
import { textInput } from '../../../ui/form/text-input.ts'
import { type Content, html } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import type { PageContext } from '../../../ui/page-context.ts'

/** What the page that asks for number and code is shown with. */
export type Entry = {
  typed: Typed
  faults: readonly Fault[]
  /** How long to wait, where there were too many tries. */
  wait?: string | undefined
  /** What was being done when the time on the page ran out; it is gone on with afterwards. */
  kept?: { act: string; fields: readonly (readonly [string, string])[] } | undefined
}

/** Asks for the case number and the receipt code. */
export function entryPage(ctx: PageContext, { typed, faults, wait, kept }: Entry): Page {
  const { t } = ctx
  const state = formState(t, typed, faults)
  const title = t('follow.entry.title')
  return {
    title,
    invalid: state.invalid || wait !== undefined,
    keepForm: { id: 'follow', action: '/follow' },
    before: backLink(t, '/'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
${wait ? html`<div class="govuk-error-summary" tabindex="-1" data-focus><div role="alert"><h2 class="govuk-error-summary__title">${t('rate-limit.title')}</h2><div class="govuk-error-summary__body"><p class="govuk-body">${wait}</p></div></div></div>` : state.summary}
<h1 class="govuk-heading-l">${title}</h1>
${kept ? warningText(t, t('follow.entry.expired')) : html`<p class="govuk-body">${t('follow.entry.text')}</p>`}
${form({
  id: 'follow',
  action: '/follow',
  content: html`${keptFields(kept)}
${textInput(t, { ...state.field('number'), label: t('raise.receipt.number'), labelSize: 's', hint: t('follow.entry.number.hint'), inputmode: 'numeric', width: 20, autocomplete: 'off', spellcheck: false })}
${textInput(t, { ...state.field('code'), label: t('raise.receipt.code'), labelSize: 's', hint: t('follow.entry.code.hint'), inputmode: 'numeric', width: 20, autocomplete: 'off', spellcheck: false })}
${button({ text: t('follow.entry.do') })}`,
})}
<p class="govuk-body"><a class="govuk-link" href="/follow/link">${t('follow.link.title')}</a></p>
${details({ summary: t('follow.entry.lost'), content: html`<p class="govuk-body">${t('follow.entry.lost.text')}</p>` })}
</div></div>`,
  }
}

function keptFields(kept: Entry['kept']): Content {
  return (
    kept &&
    html`<input type="hidden" name="act" value="${kept.act}">${kept.fields.map(
      ([name, value]) => html`<input type="hidden" name="kept_${name}" value="${value}">`,
    )}`
  )
}

/** Asks for the number and the address in the case, to send a link there. */
export function linkPage(
  ctx: PageContext,
  { typed, faults, wait }: Pick<Entry, 'typed' | 'faults' | 'wait'>,
): Page {
  const { t } = ctx
  const state = formState(t, typed, faults)
  const title = t('follow.link.title')
  return {
    title,
    invalid: state.invalid,
    keepForm: { id: 'link', action: '/follow/link' },
    before: backLink(t, '/follow'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
${state.summary}
<h1 class="govuk-heading-l">${title}</h1>
${wait && warningText(t, wait)}
<p class="govuk-body">${t('follow.link.text')}</p>
${form({
  id: 'link',
  action: '/follow/link',
  content: html`${textInput(t, { ...state.field('number'), label: t('raise.receipt.number'), labelSize: 's', hint: t('follow.entry.number.hint'), inputmode: 'numeric', width: 20, autocomplete: 'off', spellcheck: false })}
${textInput(t, { ...state.field('email'), label: t('follow.link.email'), labelSize: 's', type: 'email', autocomplete: 'email', spellcheck: false })}
${button({ text: t('follow.link.do') })}`,
})}
</div></div>`,
  }
}

/** Says the same whether or not such a case and address exist. */
export function linkSentPage({ t }: PageContext): Page {
  const title = t('follow.link.sent.title')
  return {
    title,
    before: backLink(t, '/follow'),
    main: html`<h1 class="govuk-heading-l">${title}</h1>${insetText(t('follow.link.sent.text'))}<p class="govuk-body">${t('follow.link.sent.none')}</p>`,
  }
}

/** A link whose day is over, or that was cut in two by a mail program. */
export function linkOverPage({ t }: PageContext): Page {
  const title = t('follow.link.over.title')
  return {
    title,
    before: backLink(t, '/follow'),
    main: html`<h1 class="govuk-heading-l">${title}</h1><p class="govuk-body">${t('follow.link.over.text')}</p><p class="govuk-body"><a class="govuk-link" href="/follow/link">${t('follow.link.title')}</a></p>`,
  }
}
