import type { Answers } from '../cases/raise/draft.ts'
import { filingFrom } from '../cases/raise/forms.ts'
import type { Choices } from '../cases/raise/reads.ts'
import { aboutOf } from '../cases/rules/about.ts'
import { headOf, route, type Why } from '../cases/rules/routing.ts'
import { deadlineFor, findCategory, urgencyOf } from '../packs/rules.ts'
import type { DeadlineRule } from '../packs/schema.ts'

/** Where a case would go by rule, before it is registered, and what would then be owed for how long. */
export type Belonging = {
  unitId: string
  leadId?: string | undefined
  why: Why
  category: string
  answer?: DeadlineRule | undefined
}

/** Where it belongs, from what was typed so far; undefined until a category is chosen. */
export function belongingOf(answers: Answers, choices: Choices): Belonging | undefined {
  const { pack, organisation } = choices
  const category = findCategory(pack, answers.category ?? '')
  if (!category) return undefined
  const { place, about: said, kind } = filingFrom(answers, choices)
  const about = aboutOf({ ...said, units: said.units.filter(id => id !== '') }, category, organisation)
  const routed = route(
    {
      function: category.function,
      address: place.address,
      areaUnitId: place.areaUnitId,
      aboutUnits: about.units,
      retaliation: about.retaliation,
    },
    organisation,
  )
  if (!routed) return undefined
  const { unitId, why } = routed
  const urgency = urgencyOf(pack, kind, category.code)
  return {
    unitId,
    why,
    category: category.code,
    leadId: headOf(unitId, organisation, about.staff),
    answer: deadlineFor(pack, 'answer', { kind, urgency, category: category.code }),
  }
}
