import { newPassword } from '../identity/pages/sign-in.ts'
import { newestPack } from '../packs/load.ts'
import { listPacks } from '../packs/reads.ts'
import type { Pack } from '../packs/schema.ts'
import type { Fault } from '../platform/errors.ts'
import { languageNames, languages } from '../platform/i18n/languages.ts'
import { button } from '../ui/form/button.ts'
import { checkboxes, radios } from '../ui/form/choices.ts'
import { fieldset } from '../ui/form/field.ts'
import { form } from '../ui/form/form.ts'
import { formState, type Typed } from '../ui/form/form-state.ts'
import { select } from '../ui/form/select.ts'
import { textInput } from '../ui/form/text-input.ts'
import { html } from '../ui/html.ts'
import type { Page } from '../ui/layout.ts'
import type { PageContext } from '../ui/page-context.ts'
import { timeZoneGroups } from './time-zones.ts'

/** The one page of set-up. */
export function setUpPage(
  { t, lang }: PageContext,
  {
    token,
    typed,
    faults,
    offersDemo,
  }: { token: string; typed: Typed; faults?: readonly Fault[]; offersDemo: boolean },
): Page {
  const state = formState(t, typed, faults)
  const institution = html`${textInput(t, { ...state.field('name-zh-CN'), label: t('setup.name-zh'), spellcheck: false })}${textInput(
    t,
    { ...state.field('name-en'), label: t('setup.name-en'), hint: t('setup.name.hint'), spellcheck: false },
  )}${radios(t, {
    ...state.field('language'),
    label: t('setup.language'),
    hint: t('setup.language.hint'),
    labelSize: 's',
    inline: true,
    choices: languages.map(value => ({ value, label: languageNames[value] })),
  })}${select(t, { ...state.field('timeZone'), label: t('setup.time-zone'), hint: t('setup.time-zone.hint'), options: timeZoneGroups() })}${radios(
    t,
    {
      ...state.field('pack'),
      label: t('setup.pack'),
      hint: t('setup.pack.hint'),
      labelSize: 's',
      choices: packs().map(pack => ({
        value: pack.id,
        label: pack.name[lang],
        hint: pack.description[lang],
      })),
    },
  )}`
  const administrator = html`${textInput(t, {
    ...state.field('administrator'),
    label: t('setup.administrator.name'),
    autocomplete: 'name',
    spellcheck: false,
  })}${textInput(t, {
    ...state.field('email'),
    label: t('setup.email'),
    type: 'email',
    autocomplete: 'username',
    spellcheck: false,
  })}${newPassword({ t }, state.field('password'))}${checkboxes(t, {
    ...state.list('handlesCases'),
    label: t('setup.handles-cases'),
    labelSize: 's',
    choices: [{ value: 'yes', label: t('setup.handles-cases.yes'), hint: t('setup.handles-cases.hint') }],
  })}`
  const demo = checkboxes(t, {
    ...state.list('demo'),
    label: t('setup.demo'),
    labelSize: 's',
    choices: [{ value: 'yes', label: t('setup.demo.yes'), hint: t('setup.demo.hint') }],
  })
  return {
    title: t('setup.title'),
    invalid: state.invalid,
    keepForm: { id: 'set-up', action: '/set-up' },
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${state.summary}
<h1 class="govuk-heading-l">${t('setup.title')}</h1>
<p class="govuk-body">${t('setup.text')}</p>
${form({
  id: 'set-up',
  action: '/set-up',
  hidden: { token },
  content: html`${fieldset({ legend: t('setup.institution'), size: 'm', content: institution })}
${fieldset({ legend: t('setup.administrator'), size: 'm', content: administrator })}
${offersDemo && demo}
${button({ text: t('setup.button') })}`,
})}</div></div>`,
  }
}

function packs(): Pack[] {
  const all = listPacks()
  return [...new Set([...all.values()].map(pack => pack.id))].flatMap(id => newestPack(all, id) ?? [])
}

/** What every address shows until set-up is done. */
export function awaitingPage({ t }: PageContext): Page {
  return {
    title: t('setup.awaiting.title'),
    main: html`<h1 class="govuk-heading-l">${t('setup.awaiting.title')}</h1><p class="govuk-body">${t('setup.awaiting.text')}</p>`,
  }
}

/** What a set-up link shows that was used, or never was. */
export function deadSetUpPage({ t }: PageContext): Page {
  return {
    title: t('setup.dead.title'),
    main: html`<h1 class="govuk-heading-l">${t('setup.dead.title')}</h1><p class="govuk-body">${t('setup.dead.text')}</p><p class="govuk-body"><a class="govuk-link" href="/sign-in">${t('setup.dead.sign-in')}</a></p>`,
  }
}
