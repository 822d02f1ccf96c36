import type { Fault } from '../../platform/errors.ts'
import { formatDateTime } from '../../platform/i18n/dates.ts'
import { qrSvg } from '../../platform/qr.ts'
import { details, warningText } from '../../ui/content/callouts.ts'
import { summaryList } from '../../ui/content/summary-list.ts'
import { tag } from '../../ui/content/tag.ts'
import { button } from '../../ui/form/button.ts'
import { form } from '../../ui/form/form.ts'
import { formState } from '../../ui/form/form-state.ts'
import { textInput } from '../../ui/form/text-input.ts'
import { type Html, html, trustedHtml } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { TwoStepOffer } from '../actions/account.ts'
import { browserName } from '../browser-name.ts'
import type { AccountState, ListedSession } from '../reads.ts'
import { narrow, newPassword } from './sign-in.ts'

/** What the account page shows, and which of its forms was refused for what. */
export type AccountView = {
  name: string
  email: string
  account: AccountState
  sessions: readonly ListedSession[]
  currentSession: string
  refused?: { form: 'password' | 'two-step' | 'codes'; faults: readonly Fault[] }
}

/** One's own account: password, second step, sessions. */
export function accountPage(ctx: PageContext, view: AccountView): Page {
  const { t } = ctx
  const { refused } = view
  return {
    title: t('identity.account.title'),
    invalid: refused !== undefined,
    main: narrow(html`${
      refused &&
      formState(
        t,
        {},
        refused.faults.map(fault => ({ ...fault, field: idIn(refused.form, fault.field) })),
      ).summary
    }
<h1 class="govuk-heading-l">${t('identity.account.title')}</h1>
${summaryList([
  { key: t('identity.name'), value: view.name },
  { key: t('identity.email'), value: view.email },
])}
<p class="govuk-body"><a class="govuk-link" href="/account/calendars">${t('feeds.account.link')}</a></p>
${twoStepPart(ctx, view)}
${passwordPart(ctx, view)}
${sessionsPart(ctx, view)}`),
  }
}

const idIn = (formName: string, field: string) => `${formName}-${field}`

function twoStepPart({ t }: PageContext, { account, refused }: AccountView): Html {
  const state = formState(t, {}, refused?.form === 'two-step' ? refused.faults : [])
  const heading = html`<h2 class="govuk-heading-m">${t('identity.two-step')} ${account.twoStep ? tag(t('identity.two-step.is-on'), 'green') : tag(t('identity.two-step.is-off'), 'grey')}</h2>`
  if (!account.twoStep)
    return html`${heading}<p class="govuk-body">${t('identity.two-step.text')}</p>${form({
      action: '/account/two-step',
      content: html`${askPassword({ t }, 'two-step', state.field('password').error)}${button({ text: t('identity.two-step.switch-on') })}`,
    })}`
  const codes = formState(t, {}, refused?.form === 'codes' ? refused.faults : [])
  return html`${heading}${details({
    summary: t('identity.recovery.renew'),
    open: codes.invalid,
    content: html`<p class="govuk-body">${t('identity.recovery.renew.text')}</p>${form({
      action: '/account/recovery-codes',
      content: html`${askPassword({ t }, 'codes', codes.field('password').error)}${button({ text: t('identity.recovery.renew'), kind: 'secondary' })}`,
    })}`,
  })}${details({
    summary: t('identity.two-step.switch-off'),
    open: state.invalid,
    content: html`<p class="govuk-body">${t('identity.two-step.switch-off.text')}</p>${form({
      action: '/account/two-step/off',
      content: html`${askPassword({ t }, 'two-step', state.field('password').error)}${button({ text: t('identity.two-step.switch-off'), kind: 'warning' })}`,
    })}`,
  })}`
}

function passwordPart({ t }: PageContext, { refused }: AccountView): Html {
  const state = formState(t, {}, refused?.form === 'password' ? refused.faults : [])
  return html`<h2 class="govuk-heading-m">${t('identity.account.password')}</h2>
<p class="govuk-body">${t('identity.account.password.text')}</p>
${form({
  action: '/account/password',
  content: html`${textInput(t, {
    name: 'current',
    id: 'password-current',
    error: state.field('current').error,
    label: t('identity.password.now'),
    type: 'password',
    autocomplete: 'current-password',
  })}${newPassword({ t }, { ...state.field('password'), id: 'password-password' })}${button({ text: t('identity.account.password.button'), kind: 'secondary' })}`,
})}`
}

function sessionsPart({ t, lang, tenant }: PageContext, { sessions, currentSession }: AccountView): Html {
  const time = (instant: Temporal.Instant) => formatDateTime(instant, lang, tenant.timeZone)
  return html`<h2 class="govuk-heading-m">${t('identity.sessions')}</h2>
<p class="govuk-body">${t('identity.sessions.text')}</p>
${summaryList(
  sessions.map(({ id, browser, begunAt, seenAt }) => ({
    key: browserName(browser) ?? t('identity.sessions.unknown'),
    value: html`<p class="govuk-body">${t('identity.sessions.times', { begun: time(begunAt), seen: time(seenAt) })}</p>${
      id === currentSession
        ? tag(t('identity.sessions.this'))
        : form({
            action: '/account/sessions/end',
            hidden: { session: id },
            content: html`<button class="app-link-button" type="submit">${t('identity.sessions.end')}</button>`,
          })
    }`,
  })),
)}`
}

function askPassword({ t }: Pick<PageContext, 't'>, formName: string, error: string | undefined): Html {
  return textInput(t, {
    name: 'password',
    id: idIn(formName, 'password'),
    error,
    label: t('identity.password.now'),
    type: 'password',
    autocomplete: 'current-password',
  })
}

/** Setting up an authenticator app: the QR code, the recovery codes, and the first code. */
export function twoStepPage(
  { t }: PageContext,
  { uri, recoveryCodes }: TwoStepOffer,
  offer: string,
  faults: readonly Fault[] = [],
): Page {
  const state = formState(t, {}, faults)
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  return {
    title: t('identity.two-step.set-up.title'),
    invalid: state.invalid,
    main: narrow(html`${state.summary}
<h1 class="govuk-heading-l">${t('identity.two-step.set-up.title')}</h1>
<h2 class="govuk-heading-m">${t('identity.two-step.scan')}</h2>
<p class="govuk-body">${t('identity.two-step.scan.text')}</p>
<div class="govuk-form-group">${trustedHtml(qrSvg(uri, t('identity.two-step.qr')))}</div>
<p class="govuk-body">${t('identity.two-step.by-hand')}<br><code>${secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></p>
<h2 class="govuk-heading-m">${t('identity.recovery.step')}</h2>
${recoveryList(t, recoveryCodes)}
<h2 class="govuk-heading-m">${t('identity.two-step.first-code')}</h2>
${form({
  action: '/account/two-step/confirm',
  hidden: { offer },
  content: html`${textInput(t, {
    ...state.field('totp'),
    value: undefined,
    label: t('identity.two-step.code'),
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    width: 10,
  })}${button({ text: t('identity.two-step.switch-on') })}`,
})}`),
  }
}

/** New recovery codes, shown once. */
export function recoveryCodesPage({ t }: PageContext, codes: readonly string[]): Page {
  return {
    title: t('identity.recovery'),
    main: narrow(html`<h1 class="govuk-heading-l">${t('identity.recovery')}</h1>
${recoveryList(t, codes)}
<p class="govuk-body"><a class="govuk-link" href="/account">${t('identity.account.back')}</a></p>`),
  }
}

function recoveryList(t: PageContext['t'], codes: readonly string[]): Html {
  return html`${warningText(t, t('identity.recovery.once'))}<p class="govuk-body">${t('identity.recovery.text')}</p><ul class="govuk-list">${codes.map(code => html`<li><code>${code}</code></li>`)}</ul>`
}
