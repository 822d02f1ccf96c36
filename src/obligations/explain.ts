import type { DeadlineRule, Length, ObligationKind, Source, Trigger } from '../packs/schema.ts'
import { iso } from './due.ts'
import type { DueChange, Obligation, ObligationStatus, Timing } from './obligation.ts'
import { count, countSteps } from './recount.ts'
import type { Step } from './steps.ts'

/** How a due time came about, free of language: a page says it in the reader's. */
export type Explanation = {
  rule: {
    id: string
    kind: ObligationKind
    name: DeadlineRule['name']
    source: Source
    lastDay: DeadlineRule['lastDay']
    lastDaySource?: Source
  }
  owedBy: DeadlineRule['owedBy']
  length: Length
  trigger: { code: Trigger; at: string }
  steps: Step[]
  pauses: (Obligation['pauses'][number] & { source?: Source })[]
  extensions: (Obligation['extensions'][number] & { source?: Source })[]
  history: DueChange[]
  result: {
    status: ObligationStatus
    due: string
    firstDue: string
    provisional: boolean
    calendar: string
    timeZone: string
    metAt?: string
    /** What a count on today's calendar comes to, where it differs from the date that holds. */
    counted?: string
  }
}

/** Explains a due time by counting it again, step by step; `timing` is that of the tenant and the case's pack. */
export function explainObligation(obligation: Obligation, rule: DeadlineRule, timing: Timing): Explanation {
  const counted = iso(count(obligation, rule, timing).due)
  const steps = countSteps(obligation, rule, timing)
  const { status, firstDue, provisional, metAt, calendarVersion } = obligation
  return {
    rule: {
      id: rule.id,
      kind: rule.obligation,
      name: rule.name,
      source: rule.source,
      lastDay: rule.lastDay,
      ...(rule.lastDaySource !== undefined && { lastDaySource: rule.lastDaySource }),
    },
    owedBy: rule.owedBy,
    length: rule.length,
    trigger: { code: rule.trigger, at: obligation.trigger },
    steps: counted === obligation.due ? steps : kept(steps, counted, obligation),
    pauses: obligation.pauses.map(pause => {
      const source = rule.pauses?.find(one => one.cause === pause.cause)?.source
      return { ...pause, ...(source !== undefined && { source }) }
    }),
    extensions: obligation.extensions.map(extension => {
      const source = rule.extension?.source
      return { ...extension, ...(source !== undefined && { source }) }
    }),
    history: obligation.history,
    result: {
      status,
      due: obligation.due,
      firstDue,
      provisional,
      calendar: calendarVersion,
      timeZone: timing.timeZone,
      ...(metAt !== undefined && { metAt }),
      ...(counted !== obligation.due && { counted }),
    },
  }
}

// A calendar may have changed since, or after the obligation was done: the date that holds is the one on record.
function kept(steps: Step[], counted: string, { due, provisional }: Obligation): Step[] {
  return [...steps.slice(0, -1), { type: 'held', due, counted }, { type: 'due', at: due, provisional }]
}
