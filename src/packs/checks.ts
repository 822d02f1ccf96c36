import { applies, leafCategories, specificity, urgencyOf } from './rules.ts'
import { type DeadlineRule, type Length, type ObligationKind, type Pack, TEMPLATES } from './schema.ts'
import { PLACEHOLDERS, placeholdersOf } from './templates.ts'

/** Faults of a pack that no single field shows, each with its path; an empty list when there are none. */
export function packFaults(pack: Pack): string[] {
  return [
    ...doubleCodes(pack),
    ...categoryFaults(pack),
    ...pack.deadlines.flatMap((rule, n) => deadlineFaults(pack, rule, `deadlines[${n}]`)),
    ...coverageFaults(pack),
    ...referenceFaults(pack),
    ...escalationFaults(pack),
    ...templateFaults(pack),
  ]
}

function doubleCodes(pack: Pack): string[] {
  const lists: [string, string, readonly string[]][] = [
    ['kinds', 'code', pack.kinds.map(kind => kind.code)],
    ['categories', 'code', pack.categories.map(category => category.code)],
    ['deadlines', 'id', pack.deadlines.map(rule => rule.id)],
    ['outcomes', 'code', pack.outcomes.map(outcome => outcome.code)],
    ['notOurs', 'code', pack.notOurs.map(reason => reason.code)],
    ['notAccepted', 'code', pack.notAccepted.map(reason => reason.code)],
    ['whereElse', 'code', pack.whereElse.map(place => place.code)],
    ['feedbackRights', 'code', pack.feedbackRights.map(right => right.code)],
  ]
  return lists.flatMap(([list, field, codes]) =>
    codes.flatMap((code, n) =>
      codes.indexOf(code) < n ? [`${list}[${n}].${field}: ${code} is used twice`] : [],
    ),
  )
}

function categoryFaults(pack: Pack): string[] {
  const faults: string[] = []
  const byCode = new Map(pack.categories.map(category => [category.code, category]))
  for (const [n, category] of pack.categories.entries()) {
    if (category.parent !== undefined && !byCode.has(category.parent)) {
      faults.push(`categories[${n}].parent: no category is called ${category.parent}`)
    }
    const seen = new Set<string>()
    let next = category.parent
    while (next !== undefined && next !== category.code && !seen.has(next)) {
      seen.add(next)
      next = byCode.get(next)?.parent
    }
    if (next === category.code) faults.push(`categories[${n}].parent: ${category.code} is above itself`)
    for (const [q, question] of (category.questions ?? []).entries()) {
      const needs = question.datatype.endsWith('list')
      const has = (question.values?.length ?? 0) > 0
      const path = `categories[${n}].questions[${q}].values`
      if (needs && !has) faults.push(`${path}: a list needs values`)
      if (!needs && has) faults.push(`${path}: only a list has values`)
    }
  }
  for (const kind of pack.kinds) {
    if (!leafCategories(pack).some(category => category.kinds.includes(kind.code))) {
      faults.push(`categories: none may be chosen for ${kind.code}`)
    }
  }
  return faults
}

function deadlineFaults(pack: Pack, rule: DeadlineRule, path: string): string[] {
  const faults: string[] = []
  for (const [n, code] of (rule.appliesTo?.categories ?? []).entries()) {
    if (!pack.categories.some(category => category.code === code)) {
      faults.push(`${path}.appliesTo.categories[${n}]: no category is called ${code}`)
    }
  }
  if (rule.owedBy !== 'institution' && rule.extension) faults.push(`${path}.extension: a window has none`)
  if (rule.owedBy !== 'institution' && rule.pauses) faults.push(`${path}.pauses: a window has none`)
  if (rule.owedBy === 'institution' && rule.reminders) {
    faults.push(`${path}.reminders: the institution is warned, not reminded`)
  }
  const causes = rule.pauses?.map(pause => pause.cause) ?? []
  for (const [n, cause] of causes.entries()) {
    if (causes.indexOf(cause) < n) faults.push(`${path}.pauses[${n}].cause: ${cause} is used twice`)
  }
  if (rule.reminders) faults.push(...reminderFaults(rule.reminders, rule.length, `${path}.reminders`))
  for (const [n, other] of pack.deadlines.entries()) {
    const clash = other !== rule && other.obligation === rule.obligation && other.trigger === rule.trigger
    if (
      clash &&
      `deadlines[${n}]` < path &&
      specificity(other) === specificity(rule) &&
      overlap(other, rule)
    ) {
      faults.push(`${path}.appliesTo: ${rule.id} and ${other.id} apply to the same cases`)
    }
  }
  return faults
}

function reminderFaults([first, second]: readonly Length[], whole: Length, path: string): string[] {
  if (first === undefined || second === undefined) return []
  if (first.unit !== whole.unit || second.unit !== whole.unit) return [`${path}: must be in ${whole.unit}`]
  if (first.n >= second.n) return [`${path}[1].n: must be later than the first`]
  return second.n >= whole.n ? [`${path}[1].n: must be before the window ends`] : []
}

function overlap(a: DeadlineRule, b: DeadlineRule): boolean {
  const meet = (one?: readonly string[], other?: readonly string[]) =>
    one === undefined || other === undefined || one.some(code => other.includes(code))
  return (
    meet(a.appliesTo?.kinds, b.appliesTo?.kinds) &&
    meet(a.appliesTo?.urgency, b.appliesTo?.urgency) &&
    meet(a.appliesTo?.categories, b.appliesTo?.categories)
  )
}

// What every case must come to, whatever it is about; an answer also where none was sent back.
const PROMISED = [
  'answer',
  'silence',
  'ask-review',
  'review',
  'ask-final-review',
  'final-review',
  'remedy',
] as const

function coverageFaults(pack: Pack): string[] {
  const faults = new Set<string>()
  for (const category of leafCategories(pack)) {
    for (const kind of category.kinds) {
      const urgency = urgencyOf(pack, kind, category.code)
      for (const obligation of PROMISED) {
        const found = pack.deadlines.some(
          rule =>
            rule.obligation === obligation &&
            rule.trigger !== 'sent-back' &&
            applies(pack, rule, { kind, urgency, category: category.code }),
        )
        if (!found) faults.add(`deadlines: no ${obligation} for ${urgency} ${kind} in ${category.code}`)
      }
    }
  }
  return [...faults]
}

function referenceFaults(pack: Pack): string[] {
  const faults: string[] = []
  const expect = (path: string, id: string, obligation: ObligationKind) => {
    const rule = pack.deadlines.find(one => one.id === id)
    if (rule === undefined) faults.push(`${path}: no deadline is called ${id}`)
    else if (rule.obligation !== obligation) faults.push(`${path}: ${id} is not about ${obligation}`)
  }
  expect('silence.deadline', pack.silence.deadline, 'silence')
  for (const [n, expected] of (['review', 'final-review'] as const).entries()) {
    const tier = pack.review.tiers[n]
    if (tier === undefined) continue
    const path = `review.tiers[${n}]`
    if (tier.tier !== expected) faults.push(`${path}.tier: must be ${expected}`)
    expect(`${path}.ask`, tier.ask, `ask-${expected}`)
    expect(`${path}.decide`, tier.decide, expected)
    for (const language of ['en', 'zh-CN'] as const) {
      if (!tier.right[language].includes('{until}')) faults.push(`${path}.right.${language}: lacks {until}`)
    }
  }
  return faults
}

function escalationFaults(pack: Pack): string[] {
  const { morning, afternoon } = pack.hours
  const times = [...morning, ...afternoon]
  const faults = times.some((time, n) => n > 0 && time <= (times[n - 1] ?? ''))
    ? ['hours: each time must be later than the one before it']
    : []
  for (const kind of ['days', 'minutes'] as const) {
    const { unitHead, supervisor, unitAbove } = pack.escalation[kind]
    const steps = [unitHead, supervisor, unitAbove]
    for (const [n, step] of steps.entries()) {
      const before = steps[n - 1]
      if (before && before.unit === step.unit && before.n > step.n) {
        faults.push(`escalation.${kind}: each step must not be before the one that precedes it`)
      }
    }
  }
  return faults
}

function templateFaults(pack: Pack): string[] {
  return TEMPLATES.flatMap(code => {
    const { required, optional } = PLACEHOLDERS[code]
    const { subject, body } = pack.templates[code]
    return (['en', 'zh-CN'] as const).flatMap(language => {
      const used = placeholdersOf(`${subject[language]} ${body[language]}`)
      const path = `templates.${code}`
      return [
        ...required.filter(name => !used.includes(name)).map(name => `${path}.${language}: lacks {${name}}`),
        ...used
          .filter(name => !required.includes(name) && !optional.includes(name))
          .map(name => `${path}.${language}: {${name}} has no meaning here`),
      ]
    })
  })
}
