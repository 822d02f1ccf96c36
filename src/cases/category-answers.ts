import { findCategory } from '../packs/rules.ts'
import type { Category, Pack } from '../packs/schema.ts'
import type { T } from '../platform/i18n/translator.ts'

/** A question that a category asks besides what every filing says. */
export type CategoryQuestion = NonNullable<Category['questions']>[number]

/** What was answered to a category's questions, by the question's code; chosen answers are codes. Sealed with the words. */
export type CategoryAnswers = Readonly<Record<string, string[]>>

/** What a category asks; nothing for an unknown one. */
export function questionsOf(pack: Pack, category: string): readonly CategoryQuestion[] {
  return findCategory(pack, category)?.questions ?? []
}

/** The questions that were answered, with the answers in words. */
export function answeredQuestions(
  t: T,
  pack: Pack,
  category: string,
  answers: CategoryAnswers | undefined,
): { question: string; answer: string }[] {
  return questionsOf(pack, category).flatMap(({ code, text, values }) => {
    const given = answers?.[code] ?? []
    if (given.length === 0) return []
    const words = given.map(one => values?.find(value => value.code === one)?.name[t.lang] ?? one)
    return [
      { question: text[t.lang], answer: new Intl.ListFormat(t.lang, { type: 'conjunction' }).format(words) },
    ]
  })
}
