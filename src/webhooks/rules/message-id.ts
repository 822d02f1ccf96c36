import { hash } from 'node:crypto'

const shape = /^msg_[0-9a-f]{32}$/

/** The id of the message of an event: always the same for the same event, without a dot, which the signature forbids. */
export function messageIdOf(tenant: number, caseId: string, seq: number): string {
  return `msg_${hash('sha256', `${tenant}/${caseId}/${seq}`, 'hex').slice(0, 32)}`
}

/** Whether a text could be the id of a message; asked before it reaches a query. */
export function isMessageId(text: unknown): text is string {
  return typeof text === 'string' && shape.test(text)
}
