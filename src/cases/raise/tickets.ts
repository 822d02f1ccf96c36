import type { FastifyReply, FastifyRequest } from 'fastify'
import { isUuid } from '../../platform/uuid.ts'
import { type DraftTicket, draftDays } from './draft.ts'

/** Cookies of this feature: the draft one is writing, and for an hour the receipt of what was sent. */
type TicketCookie = 'draft' | 'receipt'

const lifetime = { draft: draftDays * 86_400, receipt: 3_600 } as const
const path = '/raise'

/** What a browser holds; undefined for none, and for what is none of ours. */
export function readTicket(request: FastifyRequest, name: TicketCookie): DraftTicket | undefined {
  const [id = '', secret = '', ...more] = (request.cookies[name] ?? '').split('.')
  return isUuid(id) && /^[\w-]{43}$/.test(secret) && more.length === 0 ? { id, secret } : undefined
}

/** Gives a browser its ticket, or renews its time. No script can read it, and no other site can send it with a form. */
export function giveTicket(reply: FastifyReply, name: TicketCookie, { id, secret }: DraftTicket): void {
  reply.setCookie(name, `${id}.${secret}`, {
    path,
    maxAge: lifetime[name],
    httpOnly: true,
    sameSite: 'lax',
    secure: 'auto',
  })
}

/** Takes the ticket back. */
export function takeTicket(reply: FastifyReply, name: TicketCookie): void {
  reply.clearCookie(name, { path })
}
