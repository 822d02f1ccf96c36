import type { T } from '../../platform/i18n/translator.ts'
import { type Content, type Html, html, nothing } from '../html.ts'
import type { NavItem } from '../page-context.ts'

/** A link to the page before this one; goes into `before` of a page. */
export function backLink(t: T, href: string): Html {
  return html`<a href="${href}" class="govuk-back-link">${t('ui.back')}</a>`
}

/** A link of a menu, with its count, marked when it leads to this page. */
export function navigationLink({ href, text, current, count }: NavItem, look: string): Html {
  return html`<a class="${look}" href="${href}"${current && html` aria-current="page"`}>${text}${count !== undefined && html` <span class="app-count">${count}</span>`}</a>`
}

/** Views of one thing, such as the queues, with how many each holds; goes into `before` of a page. */
export function subNavigation({ label, items }: { label: string; items: readonly NavItem[] }): Html {
  return html`<nav class="app-subnav" aria-label="${label}"><ul class="app-subnav__list">${items.map(
    item => html`<li>${navigationLink(item, 'app-subnav__link')}</li>`,
  )}</ul></nav>`
}

/** Parts of one page as tabs; each tab is an address, so that it can be opened, sent and gone back to. */
export function tabs(options: { label: string; items: readonly NavItem[]; content: Content }): Html {
  return html`<div class="app-tabs">${subNavigation(options)}<div class="app-tabs__panel">${options.content}</div></div>`
}

/** Ways to the neighbours of a page of a list, which is read by key and so knows no page numbers. */
export function pagination(t: T, links: { previous?: string | undefined; next?: string | undefined }): Html {
  const { previous, next } = links
  if (!previous && !next) return nothing
  return html`<nav class="govuk-pagination" aria-label="${t('ui.pages')}">${
    previous &&
    html`<div class="govuk-pagination__prev"><a class="govuk-link govuk-pagination__link" href="${previous}" rel="prev">${arrow('prev')}<span class="govuk-pagination__link-title">${t('ui.pages.previous')}</span></a></div>`
  }${
    next &&
    html`<div class="govuk-pagination__next"><a class="govuk-link govuk-pagination__link" href="${next}" rel="next"><span class="govuk-pagination__link-title">${t('ui.pages.next')}</span>${arrow('next')}</a></div>`
  }</nav>`
}

const arrow = (direction: 'prev' | 'next'): Html =>
  html`<svg class="govuk-pagination__icon govuk-pagination__icon--${direction}" xmlns="http://www.w3.org/2000/svg" height="13" width="15" aria-hidden="true" focusable="false" viewBox="0 0 15 13"><path d="${
    direction === 'prev' ? 'M7 0 .5 6.5 7 13M1 6.5h14' : 'M8 0l6.5 6.5L8 13M14 6.5H0'
  }" fill="none" stroke="currentColor" stroke-width="2"/></svg>`

/** Where one is in a row of questions: "Question 3 of 8", with a bar. Stands above the heading. */
export function progress(t: T, { step, of }: { step: number; of: number }): Html {
  return html`<div class="app-progress"><p class="govuk-caption-m">${t('ui.progress', { step, of })}</p><progress class="app-progress__bar" value="${step}" max="${of}" aria-hidden="true"></progress></div>`
}

/** Large links to the few things one may begin here. */
export function tiles(items: readonly { href: string; title: Content; text?: Content }[]): Html {
  return html`<ul class="app-tiles">${items.map(
    ({ href, title, text }) =>
      html`<li class="app-tile"><h2 class="app-tile__title"><a class="app-tile__link" href="${href}">${title}</a></h2>${text && html`<p class="app-tile__text">${text}</p>`}</li>`,
  )}</ul>`
}
