import type { Pack } from '../../packs/schema.ts'
import type { Fault } from '../../platform/errors.ts'
import { type CategoryAnswers, type CategoryQuestion, questionsOf } from '../category-answers.ts'
import type { Answers, QuestionField } from './draft.ts'

/** Most characters of an answer to a category's question. */
export const answerLimit = 300

/** The field of a category's question. */
export const fieldOf = ({ code }: CategoryQuestion): QuestionField => `q-${code}`

/** What was chosen or typed for a question; several choices of one question are kept with commas between their codes. */
export function givenTo(question: CategoryQuestion, answers: Answers): string[] {
  const typed = answers[fieldOf(question)]?.trim() ?? ''
  if (!question.values) return typed === '' ? [] : [typed]
  const known = question.values.map(value => value.code)
  return typed.split(',').filter(one => known.includes(one))
}

/** What is wrong with the answers to a category's questions; most may be left out. */
export function questionFaults(pack: Pack, answers: Answers): Fault[] {
  return questionsOf(pack, answers.category ?? '').flatMap(question => {
    const given = givenTo(question, answers)
    const over = [...(given[0] ?? '')].length - answerLimit
    const field = fieldOf(question)
    if (over > 0) return [{ field, text: 'raise.fault.too-long', values: { limit: answerLimit, over } }]
    return question.required && given.length === 0 ? [{ field, text: 'raise.fault.question' }] : []
  })
}

/** The answers as they are filed; undefined where nothing was answered. */
export function categoryAnswers(pack: Pack, answers: Answers): CategoryAnswers | undefined {
  const given = questionsOf(pack, answers.category ?? '')
    .map(question => [question.code, givenTo(question, answers)] as const)
    .filter(([, answer]) => answer.length > 0)
  return given.length > 0 ? Object.fromEntries(given) : undefined
}
