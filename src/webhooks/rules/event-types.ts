/** What other programs are told of, by the type of event in the record. The names on the right never change. */
const told = {
  'case.filed': 'case.filed',
  'case.routed': 'case.routed',
  'case.accepted': 'case.accepted',
  'case.declined': 'case.declined',
  'redirect.proposed': 'case.redirect_proposed',
  'redirect.confirmed': 'case.redirect_confirmed',
  'redirect.refused': 'case.redirect_refused',
  'redirect.ended': 'case.redirect_ended',
  'case.assigned': 'case.assigned',
  'information.asked': 'case.information_asked',
  'information.given': 'case.information_given',
  'information.lapsed': 'case.information_lapsed',
  'answer.extended': 'case.extended',
  'hearing.begun': 'case.hearing_begun',
  'hearing.ended': 'case.hearing_ended',
  'answer.given': 'case.answered',
  'answer.corrected': 'case.answer_corrected',
  'resident.agreed': 'case.agreed',
  'resident.rated': 'case.rated',
  'review.asked': 'case.review_asked',
  'review.sent-back': 'case.review_sent_back',
  'remedy.done': 'case.remedy_done',
  'reminder.sent': 'case.reminded',
  'case.closed': 'case.closed',
  'case.reopened': 'case.reopened',
  'case.withdrawn': 'case.withdrawn',
  'message.sent': 'case.message_sent',
  'document.added': 'case.document_added',
  'retention.ended': 'case.retention_ended',
  'obligation.warned': 'case.due_soon',
  'obligation.breached': 'case.overdue',
  'obligation.extended': 'case.due_changed',
  'obligation.paused': 'case.due_changed',
  'obligation.resumed': 'case.due_changed',
  'obligation.recomputed': 'case.due_changed',
} as const

/** A type of event as other programs know it. */
export type WebhookType = (typeof told)[keyof typeof told]

/** Every type that an endpoint can ask for. */
export const webhookTypes: readonly WebhookType[] = [...new Set(Object.values(told))]

/** The type of the event that tries an endpoint out. */
export const testType = 'webhook.test'

/** The type under which an event of the record is told; undefined for what stays inside. */
export function webhookTypeOf(eventType: string): WebhookType | undefined {
  return Object.hasOwn(told, eventType) ? told[eventType as keyof typeof told] : undefined
}
