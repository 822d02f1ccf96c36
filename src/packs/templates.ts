import type { Pack, TemplateCode, Text } from './schema.ts'

type Placeholders = { required: readonly string[]; optional: readonly string[] }

const always = ['number', 'institution', 'link']

// Review and "where else you can turn" stand on every decision (promise 4): a pack cannot leave them out.
const decision = ['number', 'link', 'reviewRight', 'whereElse']

/** What a notice must and may say; a pack that leaves out what is required is refused. */
export const PLACEHOLDERS: Record<TemplateCode, Placeholders> = {
  acknowledged: { required: ['number', 'link', 'due'], optional: [...always, 'unit', 'rule'] },
  routed: { required: ['number', 'link', 'unit'], optional: [...always, 'due', 'rule'] },
  accepted: { required: ['number', 'link', 'due'], optional: [...always, 'unit', 'lead', 'rule'] },
  declined: { required: [...decision, 'reason', 'remedy', 'authority'], optional: always },
  'information-asked': { required: ['number', 'link', 'due'], optional: always },
  message: { required: ['number', 'link'], optional: always },
  extended: { required: ['number', 'link', 'oldDue', 'due', 'reason'], optional: [...always, 'rule'] },
  answered: { required: [...decision, 'lead'], optional: [...always, 'outcome'] },
  'answer-corrected': { required: decision, optional: [...always, 'lead'] },
  reminder: { required: ['number', 'link', 'due'], optional: always },
  'review-decided': { required: [...decision, 'outcome'], optional: [...always, 'unit', 'lead'] },
  closed: { required: ['number', 'link', 'until'], optional: always },
  reopened: { required: ['number', 'link', 'due'], optional: [...always, 'unit', 'rule'] },
  'due-date-changed': { required: ['number', 'link', 'oldDue', 'due'], optional: [...always, 'rule'] },
  'identity-opened': { required: ['number', 'link', 'date', 'purpose'], optional: [...always, 'unit'] },
}

/** The placeholders in a text, in order, each once. */
export function placeholdersOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(match => match[1] ?? ''))]
}

/** Fills the placeholders of a text; throws RangeError for one that has no value, so that none is ever sent. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new RangeError(`a notice lacks {${name}}`)
    return value
  })
}

/**
 * Subject and body of a notice in one language. `whereElse` is the pack's own list; `reviewRight` comes from
 * `reviewRight()`; dates come written out for the reader.
 */
export function notice(
  pack: Pack,
  code: TemplateCode,
  language: keyof Text,
  values: Readonly<Record<string, string>>,
): { subject: string; body: string } {
  const all = { whereElse: whereElse(pack, language), ...values }
  const { subject, body } = pack.templates[code]
  return { subject: fill(subject[language], all), body: fill(body[language], all) }
}

/** The sentence that says how and until when a decision of a tier can be reviewed; after the last, that it was that. */
export function reviewRight(
  pack: Pack,
  decided: 'answer' | 'review' | 'final-review',
  language: keyof Text,
  until: string,
): string {
  const [review, finalReview] = pack.review.tiers
  if (decided === 'final-review') return pack.review.afterFinal[language]
  return fill((decided === 'answer' ? review : finalReview).right[language], { until })
}

function whereElse(pack: Pack, language: keyof Text): string {
  const colon = language === 'zh-CN' ? '：' : ': '
  return pack.whereElse.map(({ name, how }) => `- ${name[language]}${colon}${how[language]}`).join('\n')
}
