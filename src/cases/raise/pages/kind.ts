import { inLang } from '../../../obligations/wording.ts'
import { insetText } from '../../../ui/content/callouts.ts'
import { radios } from '../../../ui/form/choices.ts'
import type { FormState } from '../../../ui/form/form-state.ts'
import type { Asked, Question } from './question.ts'

/** What kind of thing it is. */
export function kindQuestion({ ctx: { t }, choices }: Question, state: FormState): Asked {
  const title = t('raise.kind.title')
  return {
    title,
    before: insetText(t('raise.kind.danger')),
    fields: radios(t, {
      ...state.field('kind'),
      label: title,
      isHeading: true,
      choices: choices.pack.kinds.map(({ code, name, hint }) => ({
        value: code,
        label: inLang(t, name),
        hint: inLang(t, hint),
      })),
    }),
  }
}
