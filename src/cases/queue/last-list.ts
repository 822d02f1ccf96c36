import type { FastifyReply, FastifyRequest } from 'fastify'

const cookie = 'list'

/** Remembers in the browser, until it is closed, which list somebody works from, so that "back" leads there. */
export function rememberList(reply: FastifyReply, address: string): void {
  reply.setCookie(cookie, address.slice(0, 1000), {
    path: '/cases',
    httpOnly: true,
    sameSite: 'lax',
    secure: 'auto',
  })
}

/** The list somebody came from, else the first one. */
export function lastList(request: FastifyRequest): string {
  const address = request.cookies[cookie] ?? ''
  return /^\/cases(\?|$)/.test(address) ? address.replace(/([?&])done=[^&]*&?/, '$1') : '/cases'
}
