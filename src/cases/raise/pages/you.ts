import { insetText } from '../../../ui/content/callouts.ts'
import { radios } from '../../../ui/form/choices.ts'
import type { FormState } from '../../../ui/form/form-state.ts'
import { textInput } from '../../../ui/form/text-input.ts'
import { html } from '../../../ui/html.ts'
import type { Asked, Question } from './question.ts'

/** With name, protected, or anonymous, and what follows from each. */
export function youQuestion({ ctx: { t } }: Question, state: FormState): Asked {
  const title = t('raise.you.title')
  return {
    title,
    fields: radios(t, {
      ...state.field('protection'),
      label: title,
      isHeading: true,
      choices: (['named', 'protected', 'anonymous'] as const).map(value => ({
        value,
        label: t(`raise.you.${value}`),
        hint: t(`raise.you.${value}.hint`),
      })),
    }),
  }
}

/** Name and contact, for who does not stay anonymous. */
export function contactQuestion({ ctx: { t } }: Question, state: FormState): Asked {
  const title = t('raise.contact.title')
  return {
    title,
    fields: html`<h1 class="govuk-heading-l">${title}</h1>
${insetText(t('raise.contact.sealed'))}
${textInput(t, { ...state.field('name'), label: t('raise.contact.name'), labelSize: 's', autocomplete: 'name', spellcheck: false })}
<p class="govuk-body">${t('raise.contact.hint')}</p>
${textInput(t, { ...state.field('email'), label: t('raise.contact.email'), labelSize: 's', hint: t('raise.contact.email.hint'), type: 'email', autocomplete: 'email', spellcheck: false })}
${textInput(t, { ...state.field('phone'), label: t('raise.contact.phone'), labelSize: 's', type: 'tel', autocomplete: 'tel', width: 20 })}`,
  }
}
