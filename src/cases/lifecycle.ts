/** Where a case stands. */
export const statuses = [
  'filed', // received and routed, not yet accepted
  'redirecting', // its unit says it belongs elsewhere; the receiver has not confirmed
  'in-hand', // accepted, being worked on
  'awaiting-resident', // the resident was asked for information
  'answered', // an answer stands; the resident's turn
  'declined', // not accepted, with reasons; the resident's turn
  'under-review', // a higher unit looks again
  'closed',
  'withdrawn',
] as const
export type Status = (typeof statuses)[number]

const open: readonly Status[] = [
  'filed',
  'redirecting',
  'in-hand',
  'awaiting-resident',
  'answered',
  'declined',
  'under-review',
]
const worked: readonly Status[] = ['filed', 'in-hand', 'awaiting-resident', 'under-review']
const everywhere: readonly Status[] = statuses

/**
 * The one transition table: from which states a command is possible and where it leads. It drives the rules, the
 * buttons, the tests and the diagram in docs/lifecycle.md. `to: 'same'` leaves the status as it is; a list means the
 * rules choose.
 */
export const lifecycle = {
  accept: { from: ['filed'], to: 'in-hand' },
  decline: { from: ['filed'], to: 'declined' },
  'propose-redirect': { from: ['filed'], to: 'redirecting' },
  'confirm-redirect': { from: ['redirecting'], to: 'filed' },
  'refuse-redirect': { from: ['redirecting'], to: 'filed' },
  assign: { from: worked, to: 'same' },
  'ask-information': { from: ['in-hand'], to: 'awaiting-resident' },
  'give-information': { from: ['awaiting-resident'], to: 'in-hand' },
  'lapse-information': { from: ['awaiting-resident'], to: 'in-hand' },
  extend: { from: ['in-hand', 'awaiting-resident'], to: 'same' },
  answer: { from: ['in-hand', 'awaiting-resident'], to: 'answered' },
  'correct-answer': { from: ['answered', 'closed'], to: 'same' },
  'report-remedy': { from: everywhere, to: 'same' },
  agree: { from: ['answered', 'declined'], to: 'closed' },
  'ask-review': { from: ['answered', 'declined', 'closed'], to: 'under-review' },
  'pause-for-hearing': { from: ['under-review'], to: 'same' },
  'resume-after-hearing': { from: ['under-review'], to: 'same' },
  'decide-review': { from: ['under-review'], to: ['answered', 'in-hand'] },
  'close-by-silence': { from: ['answered', 'declined'], to: 'closed' },
  remind: { from: ['answered', 'declined'], to: 'same' },
  reopen: { from: ['closed'], to: 'in-hand' },
  withdraw: { from: open, to: 'withdrawn' },
  rate: { from: ['answered', 'closed'], to: 'same' },
  'send-message': { from: everywhere, to: 'same' },
  'add-note': { from: everywhere, to: 'same' },
  'add-document': { from: everywhere, to: 'same' },
  'open-identity': { from: everywhere, to: 'same' },
  recuse: { from: open, to: 'same' },
  recompute: { from: everywhere, to: 'same' },
  'pass-stage': { from: everywhere, to: 'same' },
} as const satisfies Record<string, { from: readonly Status[]; to: Status | 'same' | readonly Status[] }>

/** A command's name, as in the table. */
export type CommandName = keyof typeof lifecycle

/** Whether a command is possible from a state. */
export function possible(command: CommandName, status: Status): boolean {
  const from: readonly Status[] = lifecycle[command].from
  return from.includes(status)
}

/** Whether a case in this state still is the institution's or the resident's to finish. */
export function isOpen(status: Status): boolean {
  return open.includes(status)
}
