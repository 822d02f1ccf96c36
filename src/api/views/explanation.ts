import { z } from 'zod'
import type { Context } from '../../cases/rules/decision.ts'
import type { CaseState } from '../../cases/rules/state.ts'
import { explainObligation } from '../../obligations/explain.ts'
import { findDeadline } from '../../packs/rules.ts'
import { NotFound } from '../../platform/errors.ts'
import type { T } from '../../platform/i18n/translator.ts'
import { instant } from './common.ts'

const rule = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  source: z.object({ rule: z.string(), article: z.string().nullable() }).nullable(),
})

/** How a due date came about. */
export const explanationSchema = z
  .object({
    rule,
    owedBy: z.enum(['institution', 'resident', 'unit']),
    length: z.object({ n: z.int(), unit: z.string() }),
    trigger: z.object({ code: z.string(), at: instant }),
    due: instant,
    firstDue: instant,
    provisional: z.boolean(),
    calendar: z.string(),
    timeZone: z.string(),
    steps: z.array(z.looseObject({ type: z.string() })).meta({ description: 'api.field.explanation.steps' }),
  })
  .meta({ id: 'DueExplanation' })

/** Explains a due date of a case. @throws NotFound where it has none of this id. */
export function viewExplanation(
  t: T,
  state: CaseState,
  context: Context,
  id: string,
): z.input<typeof explanationSchema> {
  const one = state.obligations.find(obligation => obligation.id === id)
  const deadline = one && findDeadline(context.pack, one.rule)
  if (!one || !deadline) throw new NotFound('due date')
  const { rule, result, ...told } = explainObligation(one, deadline, context.timing)
  const { source } = rule
  return {
    rule: {
      id: rule.id,
      kind: rule.kind,
      name: rule.name[t.lang],
      source:
        source === 'local example'
          ? null
          : { rule: source.rule[t.lang], article: source.article?.[t.lang] ?? null },
    },
    owedBy: told.owedBy,
    length: told.length,
    trigger: told.trigger,
    due: result.due,
    firstDue: result.firstDue,
    provisional: result.provisional,
    calendar: result.calendar,
    timeZone: result.timeZone,
    steps: told.steps,
  }
}
