import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Thrown where a request must go another way first, such as to the sign-in page. It is no error: `go` answers the
 * request, and whoever shows errors calls it.
 */
export class Detour extends Error {
  readonly go: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
  constructor(go: Detour['go']) {
    super('the request goes another way')
    this.go = go
  }
}
