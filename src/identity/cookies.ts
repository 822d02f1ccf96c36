import type { FastifyReply, FastifyRequest } from 'fastify'

/** What the sign-in library may see of a request: its cookies and what browser it came from. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers()
  const { cookie, 'user-agent': browser } = request.headers
  if (cookie) headers.set('cookie', cookie)
  if (browser) headers.set('user-agent', browser.slice(0, 300))
  return headers
}

/** Sends on the cookies that the sign-in library set. */
export function forwardCookies(reply: FastifyReply, headers: Headers): void {
  for (const cookie of headers.getSetCookie()) reply.header('set-cookie', cookie)
}
