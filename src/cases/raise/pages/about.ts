import type { Organisation } from '../../../org/reads.ts'
import type { T } from '../../../platform/i18n/translator.ts'
import { checkbox, radios } from '../../../ui/form/choices.ts'
import type { FormState } from '../../../ui/form/form-state.ts'
import { type SelectOption, select } from '../../../ui/form/select.ts'
import { textInput } from '../../../ui/form/text-input.ts'
import { html } from '../../../ui/html.ts'
import type { Asked, Question } from './question.ts'

/** Whether it concerns the institution's own conduct, and whether somebody is made to suffer for complaining (promise 9). */
export function aboutQuestion(
  { ctx: { t }, choices: { organisation }, answers }: Question,
  state: FormState,
): Asked {
  const title = t('raise.about.title')
  const which = html`${select(t, {
    ...state.field('unit'),
    label: t('raise.about.unit'),
    options: [
      { value: '', text: t('raise.about.unit.none') },
      { value: 'unsure', text: t('raise.about.unit.unsure') },
      ...unitOptions(t, organisation),
    ],
  })}${textInput(t, { ...state.field('named'), label: t('raise.about.named'), hint: t('raise.about.named.hint'), autocomplete: 'off' })}`
  return {
    title,
    fields: html`${radios(t, {
      ...state.field('own'),
      label: title,
      isHeading: true,
      hint: t('raise.about.hint'),
      choices: [
        { value: 'no', label: t('raise.about.no') },
        { value: 'yes', label: t('raise.about.yes'), reveals: which },
      ],
    })}${checkbox(t, {
      ...state.field('retaliation'),
      label: t('raise.about.retaliation'),
      hint: t('raise.about.retaliation.hint'),
      value: 'yes',
      checked: answers.retaliation === 'yes',
    })}`,
  }
}

/** Every unit, each under the one above it. */
function unitOptions(t: T, { units }: Organisation): SelectOption[] {
  const under = Map.groupBy(
    [...units.values()].filter(unit => unit.active),
    unit => unit.parentId,
  )
  const list = (parent: string | null, depth: number): SelectOption[] =>
    (under.get(parent) ?? []).flatMap(unit => [
      { value: unit.id, text: `${'– '.repeat(depth)}${unit.name[t.lang]}` },
      ...list(unit.id, depth + 1),
    ])
  return list(null, 0)
}
