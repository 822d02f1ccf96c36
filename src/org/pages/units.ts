import type { Pack } from '../../packs/schema.ts'
import type { Fault } from '../../platform/errors.ts'
import { downloads } from '../../ui/content/downloads.ts'
import { tag } from '../../ui/content/tag.ts'
import { button, linkButton } from '../../ui/form/button.ts'
import { checkboxes } from '../../ui/form/choices.ts'
import { form } from '../../ui/form/form.ts'
import { formState, type Typed } from '../../ui/form/form-state.ts'
import { textarea } from '../../ui/form/textarea.ts'
import { type Html, html, join } from '../../ui/html.ts'
import type { Page } from '../../ui/layout.ts'
import { backLink } from '../../ui/navigation/links.ts'
import type { PageContext } from '../../ui/page-context.ts'
import { writeBilingual } from '../calendar-days.ts'
import type { Organisation, Unit } from '../reads.ts'
import { orgNavigation } from './frame.ts'
import { nameInputs } from './names.ts'

/** The tree of units. */
export function unitsPage(ctx: PageContext, { units }: Organisation): Page {
  const { t } = ctx
  const below = Map.groupBy(units.values(), unit => unit.parentId)
  return {
    title: t('org.units.title'),
    before: orgNavigation(ctx, 'units'),
    main: html`<h1 class="govuk-heading-l">${t('org.units.title')}</h1>
<p class="govuk-body">${t('org.units.text')}</p>
${tree(ctx, below, null)}
${downloads(t, 'units')}`,
  }
}

function tree(
  ctx: PageContext,
  below: ReadonlyMap<string | null, readonly Unit[]>,
  parent: string | null,
): Html {
  // The institution itself first, then those beside it.
  const units = (below.get(parent) ?? []).toSorted((a, b) => Number(b.intake) - Number(a.intake))
  return html`${
    units.length > 0 &&
    html`<ul class="govuk-list govuk-list--bullet">${units.map(unit => html`<li>${branch(ctx, unit)}${tree(ctx, below, unit.id)}</li>`)}</ul>`
  }`
}

function branch({ t, lang }: PageContext, unit: Unit): Html {
  const facts = [
    unit.functions.length > 0 && t('org.units.functions', { n: unit.functions.length }),
    unit.areas.length > 0 && unit.areas.map(area => area[lang]).join(lang === 'en' ? ', ' : '、'),
  ]
  return html`<a class="govuk-link" href="/organisation/units/${unit.id}">${unit.name[lang]}</a> ${
    unit.intake && tag(t('org.units.is-intake'), 'teal')
  } ${!unit.active && tag(t('org.units.is-closed'), 'grey')} <span class="govuk-hint">${join(facts, t('ui.separator'))}</span> <a class="govuk-link" href="/organisation/units/new?below=${unit.id}">${t('org.units.add-below')}<span class="govuk-visually-hidden"> ${unit.name[lang]}</span></a>`
}

/** One unit, new below `parent` or to be changed. */
export function unitPage(
  ctx: PageContext,
  view: { unit?: Unit; parent?: Unit | undefined; pack: Pack; typed?: Typed; faults?: readonly Fault[] },
): Page {
  const { t, lang } = ctx
  const { unit, parent, pack } = view
  const state = formState(t, view.typed ?? (unit ? typedOf(unit) : {}), view.faults)
  const title = unit ? unit.name[lang] : t('org.unit.new', { parent: parent?.name[lang] ?? '' })
  return {
    title,
    invalid: state.invalid,
    before: html`${orgNavigation(ctx, 'units')}${backLink(t, '/organisation')}`,
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${state.summary}
<h1 class="govuk-heading-l">${title}</h1>
${form({
  action: unit ? `/organisation/units/${unit.id}` : '/organisation/units',
  hidden: { below: unit ? undefined : parent?.id },
  content: html`${nameInputs(t, state, 'name')}${checkboxes(t, {
    ...state.list('functions'),
    label: t('org.unit.functions'),
    hint: t('org.unit.functions.hint'),
    labelSize: 's',
    small: true,
    choices: functionsOf(pack, lang),
  })}${textarea(t, { ...state.field('areas'), label: t('org.unit.areas'), hint: t('org.unit.areas.hint'), rows: 4 })}${checkboxes(
    t,
    {
      ...state.list('intake'),
      label: t('org.unit.intake'),
      labelSize: 's',
      choices: [{ value: 'yes', label: t('org.unit.intake.yes'), hint: t('org.unit.intake.hint') }],
    },
  )}${
    unit &&
    checkboxes(t, {
      ...state.list('active'),
      label: t('org.unit.active'),
      labelSize: 's',
      choices: [{ value: 'yes', label: t('org.unit.active.yes'), hint: t('org.unit.active.hint') }],
    })
  }${button({ text: t('org.save') })}`,
})}
${unit && linkButton({ text: t('org.units.add-below'), href: `/organisation/units/new?below=${unit.id}`, kind: 'secondary' })}</div></div>`,
  }
}

function typedOf(unit: Unit): Typed {
  return {
    'name-en': unit.name.en,
    'name-zh-CN': unit.name['zh-CN'],
    functions: unit.functions,
    areas: unit.areas.map(writeBilingual).join('\n'),
    ...(unit.intake && { intake: 'yes' }),
    ...(unit.active && { active: 'yes' }),
  }
}

/** The functions that a pack's categories ask for, each with the categories that ask for it. */
function functionsOf(pack: Pack, lang: 'en' | 'zh-CN') {
  const categories = Map.groupBy(pack.categories, category => category.function)
  return [...categories]
    .map(([value, asking]) => ({
      value,
      label: asking.map(category => category.name[lang]).join(lang === 'en' ? '; ' : '；'),
    }))
    .toSorted((a, b) => a.label.localeCompare(b.label, lang))
}
