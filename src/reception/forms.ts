import type { Answers } from '../cases/raise/draft.ts'
import { faultsOf, filingFrom } from '../cases/raise/forms.ts'
import type { Choices } from '../cases/raise/reads.ts'
import { typedAnswers, typedQuestions } from '../cases/raise/sealed-draft.ts'
import { fieldsOf, stepsFor } from '../cases/raise/steps.ts'
import type { Filing } from '../cases/rules/filing.ts'
import { BadInput, type Fault } from '../platform/errors.ts'
import { isLang, type Lang } from '../platform/i18n/languages.ts'
import type { TextKey } from '../platform/i18n/text-key.ts'
import type { Typed } from '../ui/form/form-state.ts'

/** How a person is here: present, or on the phone. */
export const channels = ['visit', 'phone'] as const

/** What the desk asks besides what every resident is asked. */
export type DeskFiling = Omit<Filing, 'id' | 'number' | 'files'>

const allFields = Object.values(fieldsOf).flat()

/** The answers a desk form holds, by the names that a resident's form has. */
export function answersOf(body: unknown): Answers {
  return { ...typedAnswers(body, allFields), ...typedQuestions(body) }
}

/** Reads a desk form. @throws BadInput with every fault, in words for who sits at the desk. */
export function readDeskForm(typed: Typed, choices: Choices, tenantLanguage: Lang): DeskFiling {
  const answers = answersOf(typed)
  const channel = channels.find(one => one === typed.channel)
  const language = typeof typed.language === 'string' && isLang(typed.language) ? typed.language : undefined
  const faults: Fault[] = [
    ...(channel ? [] : [{ field: 'channel', text: 'reception.fault.channel' }]),
    ...stepsFor(answers)
      .flatMap(step => faultsOf(step, answers, choices))
      .map(forDesk),
  ]
  if (faults.length > 0 || !channel) throw new BadInput(faults)
  return { ...filingFrom(answers, choices), channel, language: language ?? tenantLanguage }
}

// Where a question is put to the resident as "you", the desk has words of its own.
const deskTexts: Readonly<Record<string, TextKey>> = {
  'raise.fault.kind': 'reception.fault.kind',
  'raise.fault.category': 'reception.fault.category',
  'raise.fault.category-kind': 'reception.fault.category-kind',
  'raise.fault.what': 'reception.fault.what',
  'raise.fault.protection': 'reception.fault.protection',
  'raise.fault.name': 'reception.fault.name',
  'raise.fault.own': 'reception.fault.own',
}

const forDesk = (fault: Fault): Fault => ({ ...fault, text: deskTexts[fault.text] ?? fault.text })
