import type { Fault } from '../../platform/errors.ts'
import { button } from '../../ui/form/button.ts'
import { form } from '../../ui/form/form.ts'
import { formState, type Typed } from '../../ui/form/form-state.ts'
import { textInput } from '../../ui/form/text-input.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'

/** What a form of signing in carries along unseen, and what is wrong with it. */
export type SignInState = {
  next?: string | undefined
  /** A form that was sent after the session had ended, sealed. */
  kept?: string | undefined
  typed?: Typed
  faults?: readonly Fault[]
}

/** E-mail address and password. */
export function signInPage({ t, tenant }: PageContext, { next, kept, typed, faults }: SignInState): Page {
  const state = formState(t, typed, faults)
  return {
    title: t('identity.sign-in.title'),
    invalid: state.invalid,
    // Changing the language must not drop the form that is carried.
    ...(kept && { keepForm: { id: 'sign-in', action: '/sign-in' } }),
    main: narrow(html`${state.summary}
<h1 class="govuk-heading-l">${t('identity.sign-in.title')}</h1>
${kept && html`<div class="govuk-inset-text">${t('identity.sign-in.kept')}</div>`}
<p class="govuk-body">${t('identity.sign-in.for-staff', { institution: tenant.name })}</p>
${form({
  id: 'sign-in',
  action: '/sign-in',
  hidden: { next, kept },
  content: html`${textInput(t, {
    ...state.field('email'),
    label: t('identity.email'),
    type: 'email',
    autocomplete: 'username',
    spellcheck: false,
  })}${textInput(t, {
    ...state.field('password'),
    value: undefined,
    label: t('identity.password'),
    type: 'password',
    autocomplete: 'current-password',
  })}${button({ text: t('identity.sign-in.button') })}`,
})}
<p class="govuk-body"><a class="govuk-link" href="/sign-in/forgotten">${t('identity.sign-in.forgotten')}</a></p>`),
  }
}

/** The second step: a code from the phone, or a recovery code. */
export function codePage({ t }: PageContext, { next, kept, typed, faults }: SignInState): Page {
  const state = formState(t, typed, faults)
  return {
    title: t('identity.code.title'),
    invalid: state.invalid,
    before: backLink(t, '/sign-in'),
    main: narrow(html`${state.summary}
<h1 class="govuk-heading-l">${t('identity.code.title')}</h1>
${form({
  action: '/sign-in/code',
  hidden: { next, kept },
  content: html`${textInput(t, {
    ...state.field('code'),
    value: undefined,
    label: t('identity.code'),
    hint: t('identity.code.hint'),
    width: 20,
    autocomplete: 'one-time-code',
    spellcheck: false,
  })}${button({ text: t('identity.code.button') })}`,
})}
<p class="govuk-body">${t('identity.code.lost')}</p>`),
  }
}

/** Asking for a link by e-mail. */
export function forgottenPage({ t }: PageContext, typed?: Typed, faults?: readonly Fault[]): Page {
  const state = formState(t, typed, faults)
  return {
    title: t('identity.forgotten.title'),
    invalid: state.invalid,
    before: backLink(t, '/sign-in'),
    main: narrow(html`${state.summary}
<h1 class="govuk-heading-l">${t('identity.forgotten.title')}</h1>
<p class="govuk-body">${t('identity.forgotten.text')}</p>
${form({
  action: '/sign-in/forgotten',
  content: html`${textInput(t, {
    ...state.field('email'),
    label: t('identity.email'),
    type: 'email',
    autocomplete: 'username',
    spellcheck: false,
  })}${button({ text: t('identity.forgotten.button') })}`,
})}`),
  }
}

/** What is said after a link was asked for, whether or not there is such an account. */
export function forgottenSentPage({ t }: PageContext): Page {
  return {
    title: t('identity.forgotten.sent.title'),
    main: narrow(html`<h1 class="govuk-heading-l">${t('identity.forgotten.sent.title')}</h1>
<p class="govuk-body">${t('identity.forgotten.sent.text')}</p>
<p class="govuk-body">${t('identity.forgotten.sent.else')}</p>
<p class="govuk-body"><a class="govuk-link" href="/sign-in">${t('identity.sign-in.title')}</a></p>`),
  }
}

/** Choosing a password by a link. */
export function linkPage(
  { t }: PageContext,
  { token, name, faults }: { token: string; name: string; faults?: readonly Fault[] },
): Page {
  const state = formState(t, {}, faults)
  return {
    title: t('identity.link.title'),
    invalid: state.invalid,
    main: narrow(html`${state.summary}
<h1 class="govuk-heading-l">${t('identity.link.title')}</h1>
<p class="govuk-body">${t('identity.link.text', { name })}</p>
${form({
  action: '/sign-in/link',
  hidden: { token },
  content: html`${newPassword({ t }, state.field('password'))}${button({ text: t('identity.link.button') })}`,
})}`),
  }
}

/** What is said where a link was used, has run out, or never was. */
export function deadLinkPage({ t }: PageContext): Page {
  return {
    title: t('identity.link.dead.title'),
    main: narrow(html`<h1 class="govuk-heading-l">${t('identity.link.dead.title')}</h1>
<p class="govuk-body">${t('identity.link.dead.text')}</p>
<p class="govuk-body"><a class="govuk-link" href="/sign-in">${t('identity.sign-in.title')}</a></p>`),
  }
}

/** The field for a new password, with what makes a good one. */
export function newPassword(
  { t }: Pick<PageContext, 't'>,
  field: { name: string; id?: string; error: string | undefined },
): Html {
  return textInput(t, {
    name: field.name,
    id: field.id,
    error: field.error,
    label: t('identity.password.new'),
    hint: t('identity.password.hint'),
    type: 'password',
    autocomplete: 'new-password',
  })
}

/** Two thirds of the page, as lines of text are best read. */
export const narrow = (content: Html): Html =>
  html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${content}</div></div>`
