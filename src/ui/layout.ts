import { assetUrl } from '../platform/http/static.ts'
import { languageNames, languages } from '../platform/i18n/languages.ts'
import { notificationBanner } from './content/callouts.ts'
import { type Content, type Html, html } from './html.ts'
import { navigationLink } from './navigation/links.ts'
import type { PageContext } from './page-context.ts'

/** A page without its frame. */
export type Page = {
  /** What the page is about, as in its heading; the institution's name is added. */
  title: string
  main: Content
  /** Above the main part: a back link, breadcrumbs, a sub-navigation. */
  before?: Content
  /** Set when the page shows an error summary: the title then begins with "Error:". */
  invalid?: boolean
  /** Uses the whole width of a desk screen, for queues and case pages. */
  wide?: boolean
  /**
   * A form whose fields the language switch takes along. It then posts the form to its action with `lang` in the
   * address and `_language` among the fields: the route keeps what was typed, unchecked, and shows the page again.
   */
  keepForm?: { id: string; action: string }
  /** Shows what is shown this once: the language switch would lose it, and is not offered. */
  once?: boolean
}

/** Puts a page into its frame: a whole HTML document without inline script or style. */
export function page(ctx: PageContext, { title, main, before, invalid, wide, keepForm, once }: Page): Html {
  const { t, lang, tenant } = ctx
  const width = wide ? 'govuk-width-container app-width-container--wide' : 'govuk-width-container'
  return html`<!DOCTYPE html>
<html lang="${lang}" class="govuk-template">
<head>
<meta charset="utf-8">
<title>${invalid && t('ui.error-prefix')}${title} – ${tenant.name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="theme-color" content="#10313f">
<link rel="icon" href="${assetUrl('icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrl('main.css')}">
<script type="module" src="${assetUrl('main.js')}"></script>
</head>
<body class="govuk-template__body">
<a href="#main-content" class="govuk-skip-link">${t('ui.skip-link')}</a>
<header>
<div class="app-header"><div class="${width} app-header__row">
<a class="app-header__home" href="/"><span class="app-header__institution">${tenant.name}</span> <span class="app-header__product">${t('ui.product')}</span></a>
${!once && languageSwitch(ctx, keepForm)}
</div></div>
${ctx.staff && staffNavigation(ctx, ctx.staff, width)}
${ctx.demo && demoBanner(ctx, width)}
</header>
<div class="${width}">
<main>
${before}
<div class="govuk-main-wrapper" id="main-content" tabindex="-1">
${ctx.flash && notificationBanner(t, { kind: ctx.flash.kind, id: 'flash', content: html`<p class="govuk-notification-banner__heading">${ctx.flash.text}</p>` })}
${main}
</div>
</main>
</div>
${footer(ctx, width)}
</body>
</html>
`
}

function languageSwitch({ t, lang, path }: PageContext, keepForm: Page['keepForm']): Html {
  // Enter in a field presses the first button of its form, which would be one of these: so there is one before them that
  // sends the form as its own button does. It cannot be `hidden`, because then it is passed over.
  const first =
    keepForm &&
    html`<button class="govuk-visually-hidden" type="submit" form="${keepForm.id}" tabindex="-1" aria-hidden="true"></button>`
  return html`<nav class="app-language" aria-label="${t('ui.language')}">${first}<ul class="app-language__list">${languages.map(
    one =>
      html`<li>${
        one === lang
          ? html`<span lang="${one}" aria-current="true">${languageNames[one]}</span>`
          : keepForm
            ? html`<button class="app-language__button" type="submit" form="${keepForm.id}" formaction="${withLanguage(keepForm.action, one)}" formnovalidate name="_language" value="${one}" lang="${one}">${languageNames[one]}</button>`
            : html`<a href="${withLanguage(path, one)}" lang="${one}" hreflang="${one}" rel="alternate">${languageNames[one]}</a>`
      }</li>`,
  )}</ul></nav>`
}

/** The same address with `lang` set; the server then remembers the choice in a cookie. */
function withLanguage(path: string, lang: string): string {
  const [address = '/', query = ''] = path.split('?', 2)
  const parameters = new URLSearchParams(query)
  parameters.set('lang', lang)
  return `${address}?${parameters}`
}

function staffNavigation({ t }: PageContext, staff: NonNullable<PageContext['staff']>, width: string): Html {
  return html`<div class="app-nav"><div class="${width} app-nav__row">
<nav aria-label="${t('ui.navigation')}"><ul class="app-nav__list">${staff.nav.map(
    item => html`<li>${navigationLink(item, 'app-nav__link')}</li>`,
  )}</ul></nav>
<div class="app-account"><a class="govuk-link" href="/account">${t('ui.signed-in-as', { name: staff.name })}</a><form method="post" action="/sign-out"><button class="app-link-button">${t('ui.sign-out')}</button></form></div>
</div></div>`
}

function demoBanner({ t }: PageContext, width: string): Html {
  return html`<div class="govuk-phase-banner ${width}"><p class="govuk-phase-banner__content"><strong class="govuk-tag govuk-phase-banner__content__tag">${t('ui.demo')}</strong><span class="govuk-phase-banner__text">${t('ui.demo.text')}</span></p></div>`
}

function footer({ t, tenant }: PageContext, width: string): Html {
  const links = [
    ['/promises', t('ui.footer.promises')],
    ['/verify', t('ui.footer.verify')],
    ['/accessibility', t('ui.footer.accessibility')],
    ['/contact', t('ui.footer.contact')],
  ] as const
  return html`<footer class="app-footer"><div class="${width}"><h2 class="govuk-visually-hidden">${t('ui.footer.title')}</h2><ul class="app-footer__list">${links.map(
    ([href, text]) => html`<li><a href="${href}">${text}</a></li>`,
  )}</ul><p class="app-footer__note">${tenant.name} · ${t('ui.product')}</p></div></footer>`
}
