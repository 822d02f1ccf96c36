import { listPacks } from '../../packs/reads.ts'
import type { Fault } from '../../platform/errors.ts'
import { languageNames, languages } from '../../platform/i18n/languages.ts'
import type { Tenant } from '../../platform/office.ts'
import { notificationBanner } from '../../ui/content/callouts.ts'
import { summaryList } from '../../ui/content/summary-list.ts'
import { button } from '../../ui/form/button.ts'
import { radios } from '../../ui/form/choices.ts'
import { form } from '../../ui/form/form.ts'
import { formState, type Typed } from '../../ui/form/form-state.ts'
import { html } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { orgNavigation } from './frame.ts'
import { nameInputs } from './names.ts'

/** The settings of the institution, and how e-mail leaves. */
export function settingsPage(
  ctx: PageContext,
  view: {
    tenant: Tenant
    mail: { mode: 'smtp' | 'file'; folder: string }
    typed?: Typed
    faults?: readonly Fault[]
  },
): Page {
  const { t, lang } = ctx
  const { tenant, mail } = view
  const own = {
    'name-en': tenant.name.en,
    'name-zh-CN': tenant.name['zh-CN'],
    language: tenant.language,
    pack: `${tenant.packId}@${tenant.packVersion}`,
  }
  const state = formState(t, view.typed ?? own, view.faults)
  return {
    title: t('org.settings.title'),
    invalid: state.invalid,
    before: orgNavigation(ctx, 'settings'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${state.summary}
<h1 class="govuk-heading-l">${t('org.settings.title')}</h1>
${
  mail.mode === 'file' &&
  notificationBanner(t, {
    kind: 'information',
    id: 'mail',
    content: html`<p class="govuk-body">${t('org.settings.mail-file', { folder: mail.folder })}</p>`,
  })
}
${summaryList([
  { key: t('org.settings.time-zone'), value: tenant.timeZone },
  {
    key: t('org.settings.mail'),
    value: t(mail.mode === 'smtp' ? 'org.settings.mail.smtp' : 'org.settings.mail.file'),
  },
])}
${form({
  action: '/organisation/settings',
  content: html`${nameInputs(t, state, 'name')}${radios(t, {
    ...state.field('language'),
    label: t('org.settings.language'),
    labelSize: 's',
    inline: true,
    choices: languages.map(value => ({ value, label: languageNames[value] })),
  })}${radios(t, {
    ...state.field('pack'),
    label: t('org.settings.pack'),
    hint: t('org.settings.pack.hint'),
    labelSize: 's',
    choices: [...listPacks()].map(([value, pack]) => ({
      value,
      label: t('org.settings.pack.version', { name: pack.name[lang], version: pack.version }),
      hint: pack.description[lang],
    })),
  })}${button({ text: t('org.save') })}`,
})}</div></div>`,
  }
}
