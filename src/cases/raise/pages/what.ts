import type { FormState } from '../../../ui/form/form-state.ts'
import { textarea } from '../../../ui/form/textarea.ts'
import { html } from '../../../ui/html.ts'
import { limits } from '../forms.ts'
import type { Asked, Question } from './question.ts'

/** What happened, and what would put it right. */
export function whatQuestion({ ctx: { t } }: Question, state: FormState): Asked {
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
    })}`,
  }
}
