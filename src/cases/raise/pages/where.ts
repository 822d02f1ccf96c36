import type { Organisation } from '../../../org/reads.ts'
import type { T } from '../../../platform/i18n/translator.ts'
import { details } from '../../../ui/content/callouts.ts'
import type { FormState } from '../../../ui/form/form-state.ts'
import { locateButton } from '../../../ui/form/locate-button.ts'
import { type SelectOption, select } from '../../../ui/form/select.ts'
import { textInput } from '../../../ui/form/text-input.ts'
import { html } from '../../../ui/html.ts'
import type { Asked, Question } from './question.ts'

/** Where the problem is; never where a person is (promise 3). */
export function whereQuestion({ ctx: { t }, choices, answers, faults }: Question, state: FormState): Asked {
  const title = t('raise.where.title')
  const areas = areaOptions(t, choices.organisation)
  const isPinned = Boolean(answers.latitude || answers.longitude)
  const pinFaulty = faults.some(({ field }) => field === 'latitude' || field === 'longitude')
  return {
    title,
    fields: html`<h1 class="govuk-heading-l">${title}</h1>
<p class="govuk-hint">${t('raise.where.hint')}</p>
${textInput(t, {
  ...state.field('address'),
  label: t('raise.where.address'),
  labelSize: 's',
  hint: t('raise.where.address.hint'),
})}
${
  areas.length > 0 &&
  select(t, {
    ...state.field('area'),
    label: t('raise.where.area'),
    labelSize: 's',
    options: [
      { value: '', text: t('raise.where.area.none') },
      ...areas,
      { value: 'unsure', text: t('raise.where.area.unsure') },
    ],
  })
}
${details({
  summary: t('raise.where.pin'),
  open: isPinned || pinFaulty,
  content: html`<p class="govuk-body">${t('raise.where.pin.hint')}</p>
${locateButton(t, { latitudeId: 'latitude', longitudeId: 'longitude' })}
${textInput(t, { ...state.field('latitude'), label: t('raise.where.latitude'), inputmode: 'decimal', width: 10, autocomplete: 'off' })}
${textInput(t, { ...state.field('longitude'), label: t('raise.where.longitude'), inputmode: 'decimal', width: 10, autocomplete: 'off' })}`,
})}`,
  }
}

function areaOptions(t: T, { units }: Organisation): SelectOption[] {
  return [...units.values()]
    .filter(unit => unit.active)
    .flatMap(unit => unit.areas.map((area, i) => ({ value: `${unit.id}.${i}`, text: area[t.lang] })))
    .toSorted((a, b) => a.text.localeCompare(b.text, t.lang))
}
