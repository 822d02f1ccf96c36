import { button, buttonGroup, linkButton } from '../../ui/form/button.ts'
import { html, nothing } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { hiddenFields, typedTexts } from '../../ui/typed-texts.ts'
import type { KeptForm } from '../kept-form.ts'
import { narrow } from './sign-in.ts'

/** Shows the form that was sent while nobody was signed in, to be sent once more or let go. */
export function keptFormPage({ t }: PageContext, kept: KeptForm, name: string, home: string): Page {
  const texts = typedTexts(kept.fields)
  return {
    title: t('identity.kept.title'),
    main: narrow(html`<h1 class="govuk-heading-l">${t('identity.kept.title')}</h1>
<p class="govuk-body">${t('identity.kept.text', { name })}</p>
${texts !== nothing && html`<h2 class="govuk-heading-m">${t('identity.kept.typed')}</h2>${texts}`}
${kept.files && html`<p class="govuk-body">${t('identity.kept.files')}</p>`}
<form method="post" action="${kept.path}"${kept.files && html` enctype="multipart/form-data"`} data-once>${hiddenFields(kept.fields)}${buttonGroup(
      button({ text: t('identity.kept.send') }),
      linkButton({ text: t('identity.kept.discard'), href: home, kind: 'secondary' }),
    )}</form>`),
  }
}
