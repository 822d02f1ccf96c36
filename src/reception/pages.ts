import { questionsOf } from '../cases/category-answers.ts'
import { wordsOf } from '../cases/raise/category-search.ts'
import { categoryQuestion } from '../cases/raise/pages/category-questions.ts'
import type { Choices } from '../cases/raise/reads.ts'
import { whyHere } from '../cases/why-here.ts'
import { inLang, lengthText, sourceText, triggerText } from '../obligations/wording.ts'
import type { Organisation } from '../org/reads.ts'
import { categoryPath, leafCategories } from '../packs/rules.ts'
import type { Fault } from '../platform/errors.ts'
import { languageNames, languages } from '../platform/i18n/languages.ts'
import type { T } from '../platform/i18n/translator.ts'
import { notificationBanner } from '../ui/content/callouts.ts'
import { button, buttonGroup, linkButton } from '../ui/form/button.ts'
import { checkbox, radios } from '../ui/form/choices.ts'
import { form } from '../ui/form/form.ts'
import { type FormState, formState, type Typed } from '../ui/form/form-state.ts'
import { searchableChoices } from '../ui/form/searchable-choices.ts'
import { type SelectOption, select } from '../ui/form/select.ts'
import { textInput } from '../ui/form/text-input.ts'
import { textarea } from '../ui/form/textarea.ts'
import { type Content, type Html, html } from '../ui/html.ts'
import type { Page } from '../ui/layout.ts'
import type { PageContext } from '../ui/page-context.ts'
import type { Belonging } from './belonging.ts'
import { answersOf, channels } from './forms.ts'

/** What the desk's form is drawn from. `id` and `slip` make the same form sent twice one case with one receipt. */
export type Desk = {
  choices: Choices
  typed: Typed
  faults?: readonly Fault[]
  belonging?: Belonging | undefined
  /** Whether where it belongs was asked for, so that it is said also when it cannot be told yet. */
  asked?: boolean
  id: string
  slip: string
}

/** All questions on one page, in the order of a conversation, with where the case belongs beside them. */
export function deskPage(ctx: PageContext, desk: Desk): Page {
  const { t } = ctx
  const state = formState(t, desk.typed, desk.faults ?? [])
  const content = html`<div class="app-desk__form">
${how(t, state)}
${what(ctx, state, desk.choices)}
${where(t, state, desk.choices.organisation)}
${who(t, state)}
${about(t, state, desk.choices.organisation)}
</div>
<aside class="app-desk__side" aria-labelledby="belongs"><div class="app-desk__sticky"><h2 class="govuk-heading-m" id="belongs">${t('reception.belongs')}</h2>
<div id="where" role="status">${belongs(ctx, desk)}</div>
${buttonGroup(
  button({ text: t('reception.register'), name: '_step', value: 'register' }),
  button({ text: t('reception.belongs.ask'), kind: 'secondary', name: '_step', value: 'where' }),
)}</div></aside>`
  return {
    title: t('reception.title'),
    wide: true,
    invalid: state.invalid,
    keepForm: { id: 'desk', action: '/desk' },
    main: html`${state.summary}<h1 class="govuk-heading-l">${t('reception.title')}</h1>
<div class="app-desk" data-live="/desk/where" data-live-target="where" data-live-fields="kind category address area own unit named retaliation">${form(
      { id: 'desk', action: '/desk', hidden: { _id: desk.id, _slip: desk.slip }, content },
    )}</div>`,
  }
}

/**
 * Where it belongs by rule, why, who answers for it and how long an answer may take, with what the category asks
 * besides; also sent by itself while somebody types.
 */
export function belongs(ctx: PageContext, desk: Omit<Desk, 'id' | 'slip'>): Html {
  const { t } = ctx
  const { belonging, choices, asked } = desk
  const { organisation, pack } = choices
  if (!belonging)
    return html`<p class="govuk-body">${t(asked ? 'reception.belongs.not-yet' : 'reception.belongs.hint')}</p>`
  const { unitId, leadId, answer } = belonging
  const lead = organisation.officers.get(leadId ?? '')
  return html`<p class="govuk-body-l app-desk__unit"><strong>${organisation.units.get(unitId)?.name[t.lang]}</strong></p>
<p class="govuk-body">${whyHere(t, belonging, { pack, organisation })}</p>
${lead && html`<p class="govuk-body">${t('reception.belongs.lead', { lead: [lead.name, lead.title[t.lang]].filter(Boolean).join(' · ') })}</p>`}
${
  answer &&
  html`<p class="govuk-body">${t('reception.belongs.answer', {
    length: lengthText(t, answer.length),
    trigger: triggerText(t, answer.trigger),
    source: sourceText(t, answer.source),
  })}</p>`
}${questions(ctx, desk, belonging.category)}`
}

function questions(
  { t }: PageContext,
  { choices, typed, faults }: Omit<Desk, 'id' | 'slip'>,
  category: string,
): Content {
  const state = formState(t, typed, faults ?? [])
  const asked = questionsOf(choices.pack, category)
  return asked.map(one => categoryQuestion(t, one, state, answersOf(typed)))
}

/** The receipt for the person, in their language, with the way to the next one for who sits here. */
export function registeredPage(
  { t }: PageContext,
  { number, receipt, lang }: { number: string; receipt: Content; lang: string },
): Page {
  return {
    title: t('reception.registered.title', { number }),
    main: html`<div class="app-no-print">${notificationBanner(t, {
      kind: 'success',
      content: html`<p class="govuk-notification-banner__heading">${t('reception.registered.title', { number })}</p><p class="govuk-body">${t('reception.registered.text')}</p>${buttonGroup(
        linkButton({ text: t('reception.next'), href: '/desk' }),
        html`<a class="govuk-link" href="/cases/${number}">${t('reception.open')}</a>`,
      )}`,
    })}</div>
<div lang="${lang}" class="app-desk-receipt">${receipt}</div>`,
  }
}

function how(t: T, state: FormState): Html {
  const { value, ...channel } = state.field('channel')
  const { value: language, ...spoken } = state.field('language')
  return html`<div class="app-desk__row">${radios(t, {
    ...channel,
    value: value || 'visit',
    label: t('reception.channel'),
    labelSize: 's',
    small: true,
    inline: true,
    choices: channels.map(one => ({ value: one, label: t(`cases.channel.${one}`) })),
  })}${radios(t, {
    ...spoken,
    value: language || t.lang,
    label: t('reception.language'),
    labelSize: 's',
    small: true,
    inline: true,
    choices: languages.map(one => ({
      value: one,
      label: html`<span lang="${one}">${languageNames[one]}</span>`,
    })),
  })}</div>`
}

function what({ t }: PageContext, state: FormState, { pack }: Choices): Html {
  const groups = Map.groupBy(leafCategories(pack), leaf => categoryPath(pack, leaf.code).at(-1) ?? leaf)
  return html`${radios(t, {
    ...state.field('kind'),
    label: t('reception.kind'),
    labelSize: 's',
    small: true,
    inline: true,
    choices: pack.kinds.map(one => ({ value: one.code, label: inLang(t, one.name) })),
  })}${textarea(t, { ...state.field('what'), label: t('reception.what'), labelSize: 's', hint: t('reception.what.hint'), rows: 4 })}${textarea(
    t,
    { ...state.field('wanted'), label: t('reception.wanted'), labelSize: 's', rows: 2 },
  )}${searchableChoices(t, {
    ...state.field('category'),
    label: t('reception.category'),
    labelSize: 's',
    groups: [...groups].map(([top, leaves]) => ({
      title: inLang(t, top.name),
      choices: leaves.map(leaf => ({
        value: leaf.code,
        label: inLang(t, leaf.name),
        words: wordsOf(pack, leaf),
      })),
    })),
  })}`
}

function where(t: T, state: FormState, { units }: Organisation): Html {
  const areas = [...units.values()]
    .filter(unit => unit.active)
    .flatMap(unit => unit.areas.map((area, i) => ({ value: `${unit.id}.${i}`, text: area[t.lang] })))
    .toSorted((a, b) => a.text.localeCompare(b.text, t.lang))
  return html`${textInput(t, { ...state.field('address'), label: t('reception.address'), labelSize: 's', hint: t('reception.address.hint'), autocomplete: 'off' })}${
    areas.length > 0 &&
    select(t, {
      ...state.field('area'),
      label: t('reception.area'),
      labelSize: 's',
      options: [{ value: '', text: t('reception.area.none') }, ...areas],
    })
  }`
}

function who(t: T, state: FormState): Html {
  const contact = html`${textInput(t, { ...state.field('name'), label: t('reception.name'), autocomplete: 'off', width: 30 })}${textInput(
    t,
    { ...state.field('phone'), label: t('reception.phone'), type: 'tel', autocomplete: 'off', width: 20 },
  )}${textInput(t, { ...state.field('email'), label: t('reception.email'), type: 'email', autocomplete: 'off', width: 30, spellcheck: false })}`
  return html`${radios(t, {
    ...state.field('protection'),
    label: t('reception.who'),
    labelSize: 's',
    hint: t('reception.who.hint'),
    small: true,
    choices: (['named', 'protected', 'anonymous'] as const).map(one => ({
      value: one,
      label: t(`reception.who.${one}`),
      hint: t(`reception.who.${one}.hint`),
    })),
  })}<div class="app-desk__contact">${contact}</div>`
}

function about(t: T, state: FormState, organisation: Organisation): Html {
  const which = html`${select(t, {
    ...state.field('unit'),
    label: t('reception.about.unit'),
    options: [
      { value: '', text: t('reception.choose') },
      { value: 'unsure', text: t('reception.about.unsure') },
      ...unitOptions(t, organisation),
    ],
  })}${textInput(t, { ...state.field('named'), label: t('reception.about.named'), autocomplete: 'off' })}`
  return html`${radios(t, {
    ...state.field('own'),
    label: t('reception.about'),
    labelSize: 's',
    hint: t('reception.about.hint'),
    small: true,
    choices: [
      { value: 'no', label: t('reception.about.no') },
      { value: 'yes', label: t('reception.about.yes'), reveals: which },
    ],
  })}${checkbox(t, {
    ...state.field('retaliation'),
    label: t('reception.retaliation'),
    hint: t('reception.retaliation.hint'),
    value: 'yes',
    checked: state.field('retaliation').value === 'yes',
  })}`
}

function unitOptions(t: T, { units }: Organisation): SelectOption[] {
  return [...units.values()].map(unit => ({
    value: unit.id,
    text: `${'\u2003'.repeat(unit.path.length - 1)}${unit.name[t.lang]}`,
  }))
}
