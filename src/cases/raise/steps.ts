import type { Answers, FieldName } from './draft.ts'

/** The questions, one a page, in the order they are asked. */
const steps = ['kind', 'category', 'what', 'where', 'files', 'you', 'contact', 'about'] as const
export type Step = (typeof steps)[number]

/** Which fields a question asks for. */
export const fieldsOf = {
  kind: ['kind'],
  category: ['category'],
  what: ['what', 'wanted'],
  where: ['address', 'area', 'latitude', 'longitude'],
  files: [],
  you: ['protection'],
  contact: ['name', 'email', 'phone'],
  about: ['own', 'unit', 'named', 'retaliation'],
} as const satisfies Record<Step, readonly FieldName[]>

/** Whether a word in an address names a question. */
export const isStep = (text: string): text is Step => (steps as readonly string[]).includes(text)

/** The questions that are asked given what was answered: who stays anonymous is not asked for a name. */
export function stepsFor(answers: Answers): Step[] {
  return steps.filter(step => step !== 'contact' || answers.protection !== 'anonymous')
}

/** The question after this one; undefined after the last. */
export function stepAfter(step: Step, answers: Answers): Step | undefined {
  const asked = stepsFor(answers)
  return asked[asked.indexOf(step) + 1]
}

/** The question before this one; undefined before the first. */
export function stepBefore(step: Step, answers: Answers): Step | undefined {
  const asked = stepsFor(answers)
  return asked[asked.indexOf(step) - 1]
}
