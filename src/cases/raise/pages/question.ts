import type { Fault } from '../../../platform/errors.ts'
import { button, buttonGroup } from '../../../ui/form/button.ts'
import { form } from '../../../ui/form/form.ts'
import { type FormState, formState } from '../../../ui/form/form-state.ts'
import { type Content, html } from '../../../ui/html.ts'
import type { Page } from '../../../ui/layout.ts'
import { backLink, progress } from '../../../ui/navigation/links.ts'
import type { PageContext } from '../../../ui/page-context.ts'
import type { Draft } from '../draft.ts'
import type { Choices } from '../reads.ts'
import { type Step, stepBefore, stepsFor } from '../steps.ts'

/** What the page of a question is made from. */
export type Question = {
  ctx: PageContext
  choices: Choices
  answers: Draft['answers']
  files: Draft['files']
  faults: readonly Fault[]
  /** Whether "check your answers" is where to return to. */
  toCheck: boolean
}

/** What one question adds to its page. `title` is what the page is called, `fields` what is asked. */
export type Asked = { title: string; before?: Content; fields: Content; after?: Content; button?: Content }

/** A question with its frame: where one is, what is wrong, the way back, and that nothing is lost. */
export function questionPage(
  question: Question,
  step: Step,
  ask: (question: Question, state: FormState) => Asked,
): Page {
  const { ctx, answers, faults, toCheck } = question
  const { t } = ctx
  const state = formState(t, answers, faults)
  const { title, before, fields, after, button: mainButton } = ask(question, state)
  const asked = stepsFor(answers)
  const previous = stepBefore(step, answers)
  const action = `/raise/${step}`
  return {
    title,
    invalid: state.invalid,
    keepForm: { id: 'question', action },
    before: toCheck ? backLink(t, '/raise/check') : backLink(t, previous ? `/raise/${previous}` : '/'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">
${state.summary}
${progress(t, { step: asked.indexOf(step) + 1, of: asked.length })}
${before}
${form({
  id: 'question',
  action,
  files: step === 'files',
  hidden: { _back: toCheck ? 'check' : undefined },
  content: html`${fields}${mainButton ?? buttonGroup(button({ text: t('raise.continue') }))}`,
})}
${after}
${step === 'kind' && html`<p class="govuk-hint">${t('raise.saved')}</p>`}
</div></div>`,
  }
}
