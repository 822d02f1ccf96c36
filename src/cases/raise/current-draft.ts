import type { FastifyReply, FastifyRequest } from 'fastify'
import { Detour } from '../../platform/http/detour.ts'
import type { Log } from '../../platform/log.ts'
import type { Office } from '../../platform/office.ts'
import { networkOf } from '../../platform/rate-limit/address.ts'
import { createLimit } from '../../platform/rate-limit/limit.ts'
import { allowance } from '../../platform/rate-limit/rules.ts'
import { findReceipt } from '../actions/file-case.ts'
import { beginDraft, saveAnswers } from './actions.ts'
import type { Answers, Draft, DraftTicket } from './draft.ts'
import { type Choices, findChoices, findDraft, findDraftAndChoices } from './reads.ts'
import { giveTicket, readTicket, takeTicket } from './tickets.ts'

/** The draft a browser is writing, and its ticket. */
export type Current = { ticket: DraftTicket; draft: Draft }

/** The draft of this browser; undefined where it has none. One that was sent leads to its receipt. */
export async function findCurrent(office: Office, request: FastifyRequest): Promise<Current | undefined> {
  const ticket = readTicket(request, 'draft')
  if (!ticket) return undefined
  const draft = await findDraft(office, ticket)
  if (draft) return { ticket, draft }
  await leaveIfSent(office, ticket)
  return undefined
}

/** The same, with what its questions are made from. */
export async function findCurrentAndChoices(
  office: Office,
  request: FastifyRequest,
): Promise<{ current: Current | undefined; choices: Choices }> {
  const ticket = readTicket(request, 'draft')
  if (!ticket) return { current: undefined, choices: await findChoices(office) }
  const { draft, choices } = await findDraftAndChoices(office, ticket)
  if (!draft) await leaveIfSent(office, ticket)
  return { current: draft && { ticket, draft }, choices }
}

/**
 * Saves what was typed, in the draft of this browser or in a new one: an answer typed on a page that was left open for
 * weeks is kept all the same.
 */
export async function keepTyped(
  office: Office,
  request: FastifyRequest,
  reply: FastifyReply,
  typed: Answers,
): Promise<Current> {
  const ticket = readTicket(request, 'draft')
  const saved = ticket && (await saveAnswers(office, ticket, typed))
  if (ticket && !saved) await leaveIfSent(office, ticket)
  const current = ticket && saved ? { ticket, draft: saved } : await begin(office, request, typed)
  giveTicket(reply, 'draft', current.ticket)
  return current
}

// A village may share one address behind its carrier's network; a program that fills the disk does not type.
const newDrafts = createLimit(allowance({ burst: 60, everyMs: 20_000 }))

async function begin(office: Office, request: FastifyRequest, typed: Answers): Promise<Current> {
  allowOrRefuse(newDrafts, office, request)
  return beginDraft(office, typed)
}

/** Counts a request by its address; refuses with 429, what was typed shown again, where there were too many. */
export function allowOrRefuse(
  limit: ReturnType<typeof createLimit>,
  office: Office,
  request: FastifyRequest,
): void {
  if (limit.attempt(networkOf(request.ip), office.clock.now()) === 0) return
  throw Object.assign(new Error('too many requests from one address'), { statusCode: 429 })
}

// The answer to "send" may have been lost on its way: whoever still holds the draft's ticket gets the receipt.
async function leaveIfSent(office: Office, ticket: DraftTicket): Promise<void> {
  if (!(await findReceipt(office, ticket.id, ticket.secret))) return
  throw new Detour(async (_request, reply) => toReceipt(reply, ticket))
}

/** Leads to the receipt of what was sent; the draft's ticket becomes the receipt's. */
export function toReceipt(reply: FastifyReply, ticket: DraftTicket): FastifyReply {
  takeTicket(reply, 'draft')
  giveTicket(reply, 'receipt', ticket)
  return reply.redirect('/raise/receipt', 303)
}

/** Notes what could not be removed from disk; the daily sweep removes it. */
export function leftForSweep(log: Log): (error: unknown) => void {
  return error => log.warn({ err: error }, 'a file of a draft could not be removed')
}
