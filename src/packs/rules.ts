import type { Category, DeadlineRule, Kind, ObligationKind, Pack, Trigger, Urgency } from './schema.ts'

/** What a case is about, as far as choosing a deadline goes. */
export type About = { kind: Kind; urgency: Urgency; category: string }

/** The key a case keeps: the pack's id and version, as in `generic@1`. */
export type PackKey = `${string}@${number}`

/** The key of a pack. */
export function packKey(pack: { id: string; version: number }): PackKey {
  return `${pack.id}@${pack.version}`
}

/** The category with this code, or undefined. */
export function findCategory(pack: Pack, code: string): Category | undefined {
  return pack.categories.find(category => category.code === code)
}

/** The category and those above it, nearest first; empty when the code is unknown. */
export function categoryPath(pack: Pack, code: string): Category[] {
  const path: Category[] = []
  let next = findCategory(pack, code)
  // A pack whose parents form a circle is refused when loaded; the length guards a pack being checked.
  while (next !== undefined && path.length <= pack.categories.length) {
    path.push(next)
    next = next.parent === undefined ? undefined : findCategory(pack, next.parent)
  }
  return path
}

/** The categories a person may choose: those with nothing below them. */
export function leafCategories(pack: Pack): Category[] {
  const parents = new Set(pack.categories.map(category => category.parent))
  return pack.categories.filter(category => !parents.has(category.code))
}

/** How pressing a case is: a question is an enquiry, anything else as its category says. */
export function urgencyOf(pack: Pack, kind: Kind, category: string): Urgency {
  if (kind === 'question') return 'enquiry'
  return findCategory(pack, category)?.urgency ?? 'ordinary'
}

/** The rule with this id, or undefined. */
export function findDeadline(pack: Pack, id: string): DeadlineRule | undefined {
  return pack.deadlines.find(rule => rule.id === id)
}

/**
 * The rule for an obligation: the most specific one, category before urgency before kind; undefined when the pack owes
 * no such thing. Without a trigger the pack's first decides where two triggers start the same obligation.
 */
export function deadlineFor(
  pack: Pack,
  obligation: ObligationKind,
  about: About,
  trigger?: Trigger,
): DeadlineRule | undefined {
  return pack.deadlines
    .filter(rule => rule.obligation === obligation && (trigger === undefined || rule.trigger === trigger))
    .filter(rule => applies(pack, rule, about))
    .toSorted((a, b) => specificity(b) - specificity(a))[0]
}

/** The rules whose clocks start at a trigger, the most specific one for each obligation, in the pack's order. */
export function deadlinesOn(pack: Pack, trigger: Trigger, about: About): DeadlineRule[] {
  return pack.deadlines.filter(
    rule => rule.trigger === trigger && deadlineFor(pack, rule.obligation, about, trigger) === rule,
  )
}

/** Whether a rule is meant for such a case; a category includes those below it. */
export function applies(pack: Pack, rule: DeadlineRule, about: About): boolean {
  const only = rule.appliesTo
  if (only === undefined) return true
  if (only.kinds !== undefined && !only.kinds.includes(about.kind)) return false
  if (only.urgency !== undefined && !only.urgency.includes(about.urgency)) return false
  if (only.categories === undefined) return true
  const codes = categoryPath(pack, about.category).map(category => category.code)
  return only.categories.some(code => codes.includes(code))
}

/** How specific a rule is: 4 for a category, 2 for an urgency, 1 for a kind, added up. */
export function specificity(rule: DeadlineRule): number {
  const only = rule.appliesTo
  return (only?.categories ? 4 : 0) + (only?.urgency ? 2 : 0) + (only?.kinds ? 1 : 0)
}
