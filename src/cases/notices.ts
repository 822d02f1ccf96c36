import type { TemplateCode } from '../packs/schema.ts'
import type { Job, NewEvent } from '../platform/perform.ts'
import type { CaseState } from './rules/state.ts'

/** What the job `send-notice` is given: which event of which case the resident is told of, by which of the pack's texts. */
export type NoticePayload = { tenant: number; caseId: string; seq: number; template: TemplateCode }

/** The notices that a case's new events call for; none where nobody left an address. `from` is the chain's length before them. */
export function noticesFor(
  tenant: number,
  state: CaseState,
  events: readonly NewEvent[],
  from: number,
): Job[] {
  if (!state.contact) return []
  return events.flatMap((event, at) => {
    const template = templateFor(event)
    if (!template) return []
    const payload: NoticePayload = { tenant, caseId: state.id, seq: from + at + 1, template }
    return [{ task: 'send-notice', payload }]
  })
}

function templateFor({ type, data }: NewEvent): TemplateCode | undefined {
  const facts = data as { from?: string; tier?: string; obligation?: { owedBy: string } }
  switch (type) {
    case 'message.sent':
      return facts.from === 'staff' ? 'message' : undefined
    case 'answer.given':
      return facts.tier === 'answer' ? 'answered' : 'review-decided'
    case 'obligation.recomputed':
      return facts.obligation?.owedBy === 'institution' ? 'due-date-changed' : undefined
    default:
      return templates[type]
  }
}

const templates: Record<string, TemplateCode> = {
  'case.filed': 'acknowledged',
  'redirect.confirmed': 'routed',
  'case.accepted': 'accepted',
  'case.declined': 'declined',
  'information.asked': 'information-asked',
  'answer.extended': 'extended',
  'answer.corrected': 'answer-corrected',
  'reminder.sent': 'reminder',
  'case.closed': 'closed',
  'case.reopened': 'reopened',
  'identity.opened': 'identity-opened',
}
