import { inLang } from '../../../obligations/wording.ts'
import type { T } from '../../../platform/i18n/translator.ts'
import { checkboxes, radios } from '../../../ui/form/choices.ts'
import type { FormState } from '../../../ui/form/form-state.ts'
import { textInput } from '../../../ui/form/text-input.ts'
import { textarea } from '../../../ui/form/textarea.ts'
import type { Html } from '../../../ui/html.ts'
import type { CategoryQuestion } from '../../category-answers.ts'
import { answerLimit, fieldOf, givenTo } from '../category-fields.ts'
import type { Answers } from '../draft.ts'

/** A question of the category's own, with the field that its kind of answer needs. A time may be said in words. */
export function categoryQuestion(t: T, question: CategoryQuestion, state: FormState, answers: Answers): Html {
  const { text, required, datatype, values = [] } = question
  const name = fieldOf(question)
  const asked = inLang(t, text)
  const label = required ? asked : t('raise.what.optional', { question: asked })
  const field = { ...state.field(name), label, labelSize: 's' as const }
  const choices = values.map(value => ({ value: value.code, label: inLang(t, value.name) }))
  switch (datatype) {
    case 'singlevaluelist':
      return radios(t, { ...field, choices })
    case 'multivaluelist':
      return checkboxes(t, { ...field, values: givenTo(question, answers), choices })
    case 'text':
      return textarea(t, { ...field, rows: 3, limit: answerLimit })
    case 'number':
      return textInput(t, { ...field, inputmode: 'decimal', width: 10, autocomplete: 'off' })
    default:
      return textInput(t, { ...field, autocomplete: 'off' })
  }
}
