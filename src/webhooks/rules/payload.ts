import { isOpenOutside } from '../../cases/rules/outside.ts'
import { type CaseState, standingAnswer } from '../../cases/rules/state.ts'
import type { Name } from '../../org/reads.ts'
import type { Json } from '../../platform/json.ts'
import type { WebhookType } from './event-types.ts'

/** An event that is told, with the case as it stood right after it. */
export type Told = { type: WebhookType; seq: number; at: string; state: CaseState }

/**
 * The body of a webhook, as it is signed and sent: what happened to which case, and how the case stood then. Never who
 * it is from or what it says. A case that is protected, anonymous, about somebody or about retaliation is a number and
 * a status.
 */
export function payloadOf({ type, seq, at, state }: Told, unitName: Name | undefined): string {
  const { number, status } = state
  const data = { number, status, sequence: seq, ...(isOpenOutside(state) && detailsOf(state, unitName)) }
  return JSON.stringify({ type, timestamp: at, data })
}

function detailsOf(state: CaseState, unitName: Name | undefined): Record<string, Json> {
  const answer = standingAnswer(state)
  return {
    kind: state.kind,
    category: state.category,
    urgency: state.urgency,
    channel: state.channel,
    unit: state.unitId === '' ? null : { id: state.unitId, name: unitName ? { ...unitName } : null },
    tier: state.tier,
    outcome: answer?.outcome || null,
    remedyBy: answer?.remedyBy ?? null,
    rating: state.rating,
    filedAt: state.filedAt,
    acceptedAt: state.acceptedAt,
    closedAt: state.closedAt,
    closedBecause: state.closedBecause,
    due: state.obligations
      .filter(one => one.owedBy === 'institution')
      .map(({ kind, status, due, provisional }) => ({ kind, status, dueAt: due, provisional })),
  }
}
