import { isOpenOutside } from '../cases/rules/outside.ts'
import type { CaseState } from '../cases/rules/state.ts'
import { isOwed, type Obligation } from '../obligations/rules.ts'

/** An obligation as a calendar shows it. */
export type Entry = {
  state: CaseState
  obligation: Obligation
  due: Temporal.Instant
  /** The day, where it is due at the end of one: then it takes up the day and no hour. */
  day: Temporal.PlainDate | undefined
  standing: 'open' | 'paused' | 'done' | 'cancelled'
  /** How often it has changed since it was made; programs take the entry with the higher number. */
  sequence: number
  /** When it changed last. */
  changedAt: Temporal.Instant
  /** Whether more than number and date may be told. */
  isOpen: boolean
}

/** What an institution owes in these cases, as its staff see it: what is to be done, and what has just been called off. */
export function entriesOfStaff(
  states: readonly CaseState[],
  timeZone: string,
  since: Temporal.Instant,
): Entry[] {
  return states.flatMap(state =>
    state.obligations
      .filter(one => one.owedBy !== 'resident' && (isOwed(one) || isCancelledSince(one, since)))
      .map(one => entryOf(state, one, timeZone)),
  )
}

/** Every date of one case, as its resident sees it: the institution's and their own. */
export function entriesOfCase(state: CaseState, timeZone: string): Entry[] {
  return state.obligations.filter(one => one.owedBy !== 'unit').map(one => entryOf(state, one, timeZone))
}

function isCancelledSince({ cancelledAt }: Obligation, since: Temporal.Instant): boolean {
  return cancelledAt !== undefined && Temporal.Instant.compare(Temporal.Instant.from(cancelledAt), since) >= 0
}

function entryOf(state: CaseState, obligation: Obligation, timeZone: string): Entry {
  const due = Temporal.Instant.from(obligation.due)
  const local = due.toZonedDateTimeISO(timeZone)
  const wholeDay = local.hour === 23 && local.minute === 59
  const changes = changesOf(obligation)
  return {
    state,
    obligation,
    due,
    day: wholeDay ? local.toPlainDate() : undefined,
    standing: standingOf(obligation),
    sequence: changes.length - 1,
    changedAt: Temporal.Instant.from(changes.at(-1) ?? obligation.due),
    isOpen: isOpenOutside(state),
  }
}

function standingOf(obligation: Obligation): Entry['standing'] {
  if (obligation.cancelledAt !== undefined || obligation.status === 'cancelled') return 'cancelled'
  if (obligation.metAt !== undefined || !isOwed(obligation)) return 'done'
  return obligation.status === 'paused' ? 'paused' : 'open'
}

// Each instant at which anything about it changed, once, in order; the first is when it was made.
function changesOf({ history, pauses, extensions, metAt, cancelledAt }: Obligation): string[] {
  const all = [
    ...history.map(one => one.at),
    ...pauses.flatMap(({ from, to }) => [from, ...(to ? [to] : [])]),
    ...extensions.map(one => one.at),
    ...(metAt ? [metAt] : []),
    ...(cancelledAt ? [cancelledAt] : []),
  ]
  return [...new Set(all)].toSorted()
}
