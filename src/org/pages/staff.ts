import type { AccountState } from '../../identity/reads.ts'
import type { Fault } from '../../platform/errors.ts'
import { insetText, warningText } from '../../ui/content/callouts.ts'
import { downloads } from '../../ui/content/downloads.ts'
import { card } from '../../ui/content/summary-list.ts'
import { table } from '../../ui/content/table.ts'
import { tag } from '../../ui/content/tag.ts'
import { button, linkButton } from '../../ui/form/button.ts'
import { checkbox } from '../../ui/form/choices.ts'
import { form } from '../../ui/form/form.ts'
import { type FormState, formState, type Typed } from '../../ui/form/form-state.ts'
import { select } from '../../ui/form/select.ts'
import { textInput } from '../../ui/form/text-input.ts'
import { type Html, html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { roles } from '../may.ts'
import type { Officer, Organisation, Unit } from '../reads.ts'
import { orgNavigation } from './frame.ts'
import { nameInputs } from './names.ts'

/** Everybody on the staff. */
export function staffPage(
  ctx: PageContext,
  { officers, units }: Organisation,
  accounts: ReadonlyMap<string, AccountState>,
): Page {
  const { t } = ctx
  const rows = [...officers.values()].map(officer => [
    html`<a class="govuk-link" href="/organisation/staff/${officer.id}">${officer.name}</a>`,
    officer.email,
    // One element: on a phone the parts of a cell would stand side by side.
    html`<div>${officer.grants.map(grant => html`<div>${describe(ctx, units, grant)}</div>`)}</div>`,
    standing(ctx, officer, accounts.get(officer.id)),
  ])
  return {
    title: t('org.staff.title'),
    before: orgNavigation(ctx, 'staff'),
    main: html`<h1 class="govuk-heading-l">${t('org.staff.title')}</h1>
${linkButton({ text: t('org.staff.add'), href: '/organisation/staff/new' })}
${table({
  caption: t('org.staff.title'),
  captionHidden: true,
  columns: [
    { text: t('org.staff.name') },
    { text: t('org.staff.email') },
    { text: t('org.staff.roles') },
    { text: t('org.staff.standing') },
  ],
  rows,
})}
${downloads(t, 'staff')}`,
  }
}

function describe(
  { t, lang }: PageContext,
  units: ReadonlyMap<string, Unit>,
  grant: Officer['grants'][number],
): string {
  return t('org.grant', {
    role: t(`org.role.${grant.role}`),
    unit: units.get(grant.unitId)?.name[lang] ?? '',
  })
}

function standing({ t }: PageContext, { active }: Officer, account: AccountState | undefined): Html {
  if (!active) return tag(t('org.staff.ended'), 'grey')
  if (!account?.hasPassword) return tag(t('org.staff.no-password'), 'amber')
  return account.twoStep ? tag(t('org.staff.two-step'), 'green') : tag(t('org.staff.active'), 'teal')
}

/** A new member of staff. */
export function newStaffPage(
  ctx: PageContext,
  { units }: Organisation,
  typed?: Typed,
  faults?: readonly Fault[],
): Page {
  const { t } = ctx
  const state = formState(t, typed, faults)
  return {
    title: t('org.staff.add'),
    invalid: state.invalid,
    before: html`${orgNavigation(ctx, 'staff')}${backLink(t, '/organisation/staff')}`,
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${state.summary}
<h1 class="govuk-heading-l">${t('org.staff.add')}</h1>
${form({
  action: '/organisation/staff',
  content: html`${personInputs(ctx, state)}${grantInputs(ctx, state, units)}${button({ text: t('org.staff.add') })}`,
})}</div></div>`,
  }
}

function personInputs({ t }: PageContext, state: FormState): Html {
  return html`${textInput(t, { ...state.field('name'), label: t('org.staff.name'), spellcheck: false })}${nameInputs(t, state, 'title')}${textInput(
    t,
    {
      ...state.field('email'),
      label: t('org.staff.email'),
      hint: t('org.staff.email.hint'),
      type: 'email',
      spellcheck: false,
    },
  )}`
}

function grantInputs({ t, lang }: PageContext, state: FormState, units: ReadonlyMap<string, Unit>): Html {
  const choose = { value: '', text: t('org.choose') }
  const open = [...units.values()].filter(unit => unit.active)
  return html`${select(t, {
    ...state.field('role'),
    label: t('org.grant.role'),
    options: [choose, ...roles.map(value => ({ value, text: t(`org.role.${value}`) }))],
  })}${select(t, {
    ...state.field('unit'),
    label: t('org.grant.unit'),
    hint: t('org.grant.unit.hint'),
    // The place in the tree shows as dashes, since a list of choices has no levels.
    options: [
      choose,
      ...open.map(unit => ({
        value: unit.id,
        text: `${'– '.repeat(unit.path.length - 1)}${unit.name[lang]}`,
      })),
    ],
  })}`
}

/** What the page of one member of staff shows, and which of its forms was refused for what. */
export type StaffView = {
  officer: Officer
  organisation: Organisation
  account: AccountState
  refused?: { form: 'person' | 'grant'; typed: Typed; faults: readonly Fault[] }
}

/** One member of staff: their name, roles and sign-in. */
export function staffMemberPage(
  ctx: PageContext,
  { officer, organisation, account, refused }: StaffView,
): Page {
  const { t } = ctx
  const here = `/organisation/staff/${officer.id}`
  const own: Typed = {
    name: officer.name,
    email: officer.email,
    'title-en': officer.title.en,
    'title-zh-CN': officer.title['zh-CN'],
  }
  const person = formState(
    t,
    refused?.form === 'person' ? refused.typed : own,
    refused?.form === 'person' ? refused.faults : [],
  )
  const grant = formState(
    t,
    refused?.form === 'grant' ? refused.typed : {},
    refused?.form === 'grant' ? refused.faults : [],
  )
  return {
    title: officer.name,
    invalid: person.invalid || grant.invalid,
    before: html`${orgNavigation(ctx, 'staff')}${backLink(t, '/organisation/staff')}`,
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${person.summary}${grant.summary}
<h1 class="govuk-heading-l">${officer.name} ${standing(ctx, officer, account)}</h1>
${officer.active && card({ title: t('org.staff.sign-in'), content: signInPart(ctx, here, account) })}
${card({ title: t('org.staff.roles'), content: rolesPart(ctx, here, officer, organisation, grant) })}
${card({
  title: t('org.staff.person'),
  content: form({
    action: here,
    content: html`${personInputs(ctx, person)}${button({ text: t('org.save'), kind: 'secondary' })}`,
  }),
})}
${endPart(ctx, here, officer)}</div></div>`,
  }
}

function signInPart({ t }: PageContext, here: string, account: AccountState): Html {
  const text = account.hasPassword ? t('org.link.reset') : t('org.link.invite')
  return html`<p class="govuk-body">${text}</p>${form({
    action: `${here}/link`,
    content: html`${
      account.twoStep &&
      checkbox(t, {
        name: 'endTwoStep',
        value: 'yes',
        checked: false,
        label: t('org.link.end-two-step'),
        hint: t('org.link.end-two-step.hint'),
      })
    }${button({ text: t('org.link.make'), kind: account.hasPassword ? 'secondary' : 'primary' })}`,
  })}`
}

function rolesPart(
  ctx: PageContext,
  here: string,
  officer: Officer,
  { units }: Organisation,
  state: FormState,
): Html {
  const { t } = ctx
  return html`<ul class="govuk-list">${officer.grants.map(
    grant =>
      html`<li>${describe(ctx, units, grant)} ${form({
        action: `${here}/revoke`,
        hidden: { role: grant.role, unit: grant.unitId },
        content: html`<button class="app-link-button" type="submit">${t('org.grant.revoke')}<span class="govuk-visually-hidden"> ${describe(ctx, units, grant)}</span></button>`,
      })}</li>`,
  )}</ul>${form({
    action: `${here}/grant`,
    content: html`${grantInputs(ctx, state, units)}${button({ text: t('org.grant.give'), kind: 'secondary' })}`,
  })}`
}

function endPart({ t }: PageContext, here: string, { active }: Officer): Html {
  if (!active)
    return form({
      action: `${here}/restore`,
      content: button({ text: t('org.staff.restore'), kind: 'secondary' }),
    })
  return html`${warningText(t, t('org.staff.end.text'))}${form({ action: `${here}/end`, content: button({ text: t('org.staff.end'), kind: 'warning' }) })}`
}

/** The link to sign in with, shown once to the administrator who made it. */
export function linkMadePage(ctx: PageContext, officer: Officer, link: string): Page {
  const { t } = ctx
  return {
    title: t('org.link.made', { name: officer.name }),
    before: orgNavigation(ctx, 'staff'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
<h1 class="govuk-heading-l">${t('org.link.made', { name: officer.name })}</h1>
${insetText(html`<code>${link}</code>`)}
<p class="govuk-body">${t('org.link.hand-over', { email: officer.email })}</p>
<p class="govuk-body"><a class="govuk-link" href="/organisation/staff/${officer.id}">${t('org.link.back')}</a></p></div></div>`,
  }
}
