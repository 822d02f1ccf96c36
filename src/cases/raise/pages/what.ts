import type { FormState } from '../../../ui/form/form-state.ts'
import { textarea } from '../../../ui/form/textarea.ts'
import { html } from '../../../ui/html.ts'
import { questionsOf } from '../../category-answers.ts'
import { limits } from '../forms.ts'
import { categoryQuestion } from './category-questions.ts'
import type { Asked, Question } from './question.ts'

/** What happened, what would put it right, and what the category asks besides. */
export function whatQuestion({ ctx: { t }, choices, answers }: Question, state: FormState): Asked {
  const title = t('raise.what.title')
  return {
    title,
    fields: html`${textarea(t, {
      ...state.field('what'),
      label: title,
      isHeading: true,
      hint: t('raise.what.hint'),
      rows: 7,
      limit: limits.what,
    })}${textarea(t, {
      ...state.field('wanted'),
      label: t('raise.what.wanted'),
      labelSize: 'm',
      rows: 3,
      limit: limits.wanted,
    })}${questionsOf(choices.pack, answers.category ?? '').map(question => categoryQuestion(t, question, state, answers))}`,
  }
}
