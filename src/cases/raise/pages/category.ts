import { inLang } from '../../../obligations/wording.ts'
import { categoryPath } from '../../../packs/rules.ts'
import type { Category, Pack } from '../../../packs/schema.ts'
import type { T } from '../../../platform/i18n/translator.ts'
import { button } from '../../../ui/form/button.ts'
import { radios } from '../../../ui/form/choices.ts'
import type { FormState } from '../../../ui/form/form-state.ts'
import { searchableChoices } from '../../../ui/form/searchable-choices.ts'
import { textInput } from '../../../ui/form/text-input.ts'
import { type Content, html } from '../../../ui/html.ts'
import { categoryGroups, searchCategories, wordsOf } from '../category-search.ts'
import type { Asked, Question } from './question.ts'

/**
 * What it is about: the tree of the kind that was chosen, with a search. Where scripts run the search filters the tree
 * as one types; without, it is a form of its own that shows what it found.
 */
export function categoryQuestion(find: string): (question: Question, state: FormState) => Asked {
  return ({ ctx: { t }, choices: { pack }, answers, toCheck }, state) => {
    const title = t('raise.category.title')
    const found = find === '' ? undefined : searchCategories(pack, answers.kind, find)
    // The heading stands above the search, so the legend is for those who hear the list alone.
    const label = html`<span class="govuk-visually-hidden">${title}</span>`
    const field = { ...state.field('category'), label }
    const heading = html`<h1 class="govuk-heading-l">${title}</h1>`
    const search = searchForm(t, find, toCheck)
    if (found && found.length > 0)
      return {
        title,
        before: [heading, search, foundText(t, find, found.length)],
        fields: radios(t, {
          ...field,
          choices: found.map(leaf => ({ ...choice(t, leaf), hint: above(t, pack, leaf) })),
        }),
        after: html`<p class="govuk-body"><a class="govuk-link" href="/raise/category${toCheck && '?back=check'}">${t('raise.category.all')}</a></p>`,
      }
    return {
      title,
      before: [heading, found ? [search, foundText(t, find, 0)] : html`<noscript>${search}</noscript>`],
      fields: searchableChoices(t, {
        ...field,
        hint: t('raise.category.hint'),
        groups: categoryGroups(pack, answers.kind).map(({ top, leaves }) => ({
          title: inLang(t, top.name),
          choices: leaves.map(leaf => ({ ...choice(t, leaf), words: wordsOf(pack, leaf) })),
        })),
      }),
    }
  }
}

function choice(t: T, { code, name, hint }: Category): { value: string; label: string; hint?: string } {
  return { value: code, label: inLang(t, name), ...(hint && { hint: inLang(t, hint) }) }
}

/** Where in the tree it stands, so that two of a name can be told apart. */
function above(t: T, pack: Pack, leaf: Category): string | undefined {
  const path = categoryPath(pack, leaf.code).slice(1).toReversed()
  return path.length > 0 ? path.map(one => inLang(t, one.name)).join(' › ') : undefined
}

function foundText(t: T, words: string, n: number): Content {
  return html`<p class="govuk-body" role="status">${t('raise.category.found', { n, words })}</p>`
}

function searchForm(t: T, find: string, toCheck: boolean): Content {
  return html`<form method="get" action="/raise/category" class="app-search">${toCheck && html`<input type="hidden" name="back" value="check">`}${textInput(
    t,
    {
      name: 'find',
      type: 'search',
      label: t('raise.category.find'),
      hint: t('raise.category.find.hint'),
      value: find,
    },
  )}${button({ text: t('raise.category.find.do'), kind: 'secondary' })}</form>`
}
