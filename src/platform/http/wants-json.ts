import type { FastifyRequest } from 'fastify'

/** Whether who asks is a program that reads JSON, and not a browser that shows a page. */
export function wantsJson(request: FastifyRequest): boolean {
  const { accept = '', 'content-type': sent = '' } = request.headers
  if (accept.includes('text/html')) return false
  return /\bapplication\/([\w.-]+\+)?json\b/.test(accept) || sent.startsWith('application/json')
}
