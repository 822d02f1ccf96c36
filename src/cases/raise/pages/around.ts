import { warningText } from '../../../ui/content/callouts.ts'
import { button, buttonGroup, linkButton } from '../../../ui/form/button.ts'
import { form } from '../../../ui/form/form.ts'
import { html } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import type { PageContext } from '../../../ui/page-context.ts'

/** A draft is there: go on with it, or begin anew. */
export function resumePage({ t }: PageContext, next: string): Page {
  const title = t('raise.resume.title')
  return {
    title,
    before: backLink(t, '/'),
    main: html`<h1 class="govuk-heading-l">${title}</h1><p class="govuk-body">${t('raise.resume.text')}</p>
${buttonGroup(
  linkButton({ text: t('raise.resume.continue'), href: next }),
  html`<a class="govuk-link" href="/raise/start-again">${t('raise.start-again')}</a>`,
)}`,
  }
}

/** Asks before a draft is deleted. */
export function startAgainPage({ t }: PageContext): Page {
  const title = t('raise.again.title')
  return {
    title,
    before: backLink(t, '/raise'),
    main: html`<h1 class="govuk-heading-l">${title}</h1>${warningText(t, t('raise.again.text'))}
${form({
  action: '/raise/start-again',
  content: buttonGroup(
    button({ text: t('raise.again.do'), kind: 'warning' }),
    html`<a class="govuk-link" href="/raise">${t('raise.again.keep')}</a>`,
  ),
})}`,
  }
}

/** There is no draft where one was expected, and why that may be. */
export function lostPage({ t }: PageContext): Page {
  const title = t('raise.lost.title')
  return {
    title,
    before: backLink(t, '/'),
    main: html`<h1 class="govuk-heading-l">${title}</h1><p class="govuk-body">${t('raise.lost.text')}</p>
${linkButton({ text: t('raise.lost.start'), href: '/raise/kind' })}`,
  }
}

/** The receipt was shown, and its hour is over. */
export function receiptGonePage({ t }: PageContext): Page {
  const title = t('raise.receipt.gone.title')
  return {
    title,
    main: html`<h1 class="govuk-heading-l">${title}</h1><p class="govuk-body">${t('raise.receipt.gone.text')}</p>
${linkButton({ text: t('raise.receipt.follow'), href: '/follow' })}`,
  }
}
