import { inLang, lengthText, sourceText, triggerText } from '../obligations/wording.ts'
import type { ObligationKind, Pack } from '../packs/schema.ts'
import type { T } from '../platform/i18n/translator.ts'
import { insetText } from '../ui/content/callouts.ts'
import { type Html, html } from '../ui/html.ts'
import type { Page } from '../ui/layout.ts'
import { tiles } from '../ui/navigation/links.ts'
import type { PageContext } from '../ui/page-context.ts'
import type { Measured } from './reads.ts'

/** The front page: what this is, the two things one may do here, and how long answers take. */
export function frontPage(ctx: PageContext, pack: Pack, measured: Measured | undefined): Page {
  const { t, tenant } = ctx
  return {
    title: t('front.title'),
    main: html`<h1 class="govuk-heading-xl">${t('front.title')}</h1>
<p class="govuk-body-l">${t('front.what', { institution: tenant.name })}</p>
${tiles([
  { href: '/raise', title: t('front.raise'), text: t('front.raise.text') },
  { href: '/follow', title: t('front.follow'), text: t('front.follow.text') },
])}
${insetText(t('front.danger'))}
<h2 class="govuk-heading-m">${t('front.times')}</h2>
${measured && measuredText(t, measured)}
${times(t, pack)}
<p class="govuk-body">${t('front.times.yours')}</p>
<h2 class="govuk-heading-m">${t('front.rights')}</h2>
<ul class="govuk-list govuk-list--bullet">${pack.feedbackRights.map(one => html`<li>${inLang(t, one.text)}</li>`)}</ul>
<p class="govuk-body"><a class="govuk-link" href="/promises">${t('front.promises.link')}</a></p>`,
  }
}

function measuredText(t: T, { cases, medianDays, inTime }: Measured): Html {
  const days = Math.round(medianDays)
  // Rounded down, so that no more is said than is so; a bound from above is rounded up.
  const round = inTime.is === 'at-most' ? Math.ceil : Math.floor
  const percent = new Intl.NumberFormat(t.lang, { style: 'percent' }).format(round(inTime.share * 100) / 100)
  const share = t(`front.measured.${inTime.is}`, { share: percent })
  return html`<p class="govuk-body">${t('front.measured', { days, share, cases })}</p>`
}

const shown: readonly ObligationKind[] = ['acknowledge', 'accept', 'answer', 'review']

/** The rules of the pack about a case's way to its answer, each with its source. */
function times(t: T, pack: Pack): Html {
  const rules = pack.deadlines.filter(rule => shown.includes(rule.obligation) && rule.trigger !== 'sent-back')
  return html`<ul class="govuk-list govuk-list--spaced">${rules.map(rule => {
    const length = t('obligations.length.from', {
      length: lengthText(t, rule.length),
      trigger: triggerText(t, rule.trigger),
    })
    return html`<li><strong>${inLang(t, rule.name)}</strong><br>${length} · ${sourceText(t, rule.source)}</li>`
  })}</ul>`
}

const promises = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const

/** The ten promises, in plain words. */
export function promisesPage({ t }: PageContext, pack: Pack): Page {
  const years = pack.retention.years
  return {
    title: t('front.promises.title'),
    main: html`<h1 class="govuk-heading-l">${t('front.promises.title')}</h1>
<p class="govuk-body-l">${t('front.promises.text')}</p>
<ol class="govuk-list govuk-list--number govuk-list--spaced">${promises.map(
      n =>
        html`<li><strong>${t(`front.promise.${n}`)}</strong><br>${t(`front.promise.${n}.text`, { years })}</li>`,
    )}</ol>
<p class="govuk-body">${t('front.promises.broken')} <a class="govuk-link" href="/raise">${t('front.raise')}</a></p>`,
  }
}

/** How well everybody can use the pages, and what to do where one cannot. */
export function accessibilityPage({ t }: PageContext): Page {
  return {
    title: t('front.accessibility.title'),
    main: html`<h1 class="govuk-heading-l">${t('front.accessibility.title')}</h1>
${(['1', '2', '3'] as const).map(n => html`<p class="govuk-body">${t(`front.accessibility.${n}`)}</p>`)}
<ul class="govuk-list govuk-list--bullet">${(['a', 'b', 'c', 'd', 'e'] as const).map(one => html`<li>${t(`front.accessibility.list.${one}`)}</li>`)}</ul>
<p class="govuk-body">${t('front.accessibility.other')} <a class="govuk-link" href="/contact">${t('ui.footer.contact')}</a></p>`,
  }
}

/** How the institution, and those who oversee it, can be reached. */
export function contactPage({ t, tenant }: PageContext, pack: Pack): Page {
  return {
    title: t('front.contact.title'),
    main: html`<h1 class="govuk-heading-l">${t('front.contact.title')}</h1>
<p class="govuk-body">${t('front.contact.online', { institution: tenant.name })}</p>
<ul class="govuk-list govuk-list--bullet"><li><a class="govuk-link" href="/raise">${t('front.raise')}</a></li><li><a class="govuk-link" href="/follow">${t('front.follow')}</a></li></ul>
<p class="govuk-body">${t('front.contact.desk')}</p>
${insetText(t('front.danger'))}
<h2 class="govuk-heading-m">${t('follow.where-else')}</h2>
<p class="govuk-body">${t('follow.where-else.text')}</p>
<ul class="govuk-list govuk-list--bullet">${pack.whereElse.map(
      one => html`<li><strong>${inLang(t, one.name)}</strong><br>${inLang(t, one.how)}</li>`,
    )}</ul>`,
  }
}
