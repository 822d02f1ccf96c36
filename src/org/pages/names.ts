import type { T } from '../../platform/i18n/translator.ts'
import type { FormState } from '../../ui/form/form-state.ts'
import { textInput } from '../../ui/form/text-input.ts'
import { type Html, html } from '../../ui/html.ts'

/** The two fields of a name, which may be left empty in one language. */
export function nameInputs(t: T, state: FormState, field: 'name' | 'title'): Html {
  return html`${textInput(t, { ...state.field(`${field}-zh-CN`), label: t(`org.${field}.zh`), spellcheck: false })}${textInput(
    t,
    {
      ...state.field(`${field}-en`),
      label: t(`org.${field}.en`),
      hint: t('org.name.hint'),
      spellcheck: false,
    },
  )}`
}
