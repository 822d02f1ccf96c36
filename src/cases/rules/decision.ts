import type { Timing } from '../../obligations/rules.ts'
import type { Organisation } from '../../org/reads.ts'
import type { Pack } from '../../packs/schema.ts'
import type { NewEvent } from '../../platform/perform.ts'
import { type CommandName, possible } from '../lifecycle.ts'
import type { CaseState } from './state.ts'

/** What a decision may look at besides the case itself. */
export type Context = {
  pack: Pack
  /** What dates are counted by. */
  timing: Timing
  organisation: Organisation
  now: Temporal.Instant
}

/** Why a command is not carried out. `field` names the input to mend, where there is one. */
export type Refusal = { refused: string; field?: string; values?: Record<string, string | number> }

/** What a command comes to: the facts that follow, or a refusal that changes nothing. */
export type Decision = { events: [NewEvent, ...NewEvent[]] } | Refusal

/** Whether a decision is a refusal. */
export function isRefusal<T extends object>(decision: T | Refusal): decision is Refusal {
  return 'refused' in decision
}

/** The refusal of a command that the lifecycle does not have from where the case stands; undefined where it has. */
export function notNow(command: CommandName, state: CaseState): Refusal | undefined {
  if (possible(command, state.status)) return undefined
  return { refused: 'cases.refused.not-now', values: { status: state.status } }
}
