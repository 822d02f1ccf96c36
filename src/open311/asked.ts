import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../access/reads.ts'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import { type T, translator } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import { type Args, readArgs } from './args.ts'
import type { Callers } from './callers.ts'
import type { Node } from './document.ts'
import { Unknown } from './errors.ts'
import type { Target } from './path.ts'

/** What one request is answered from. */
export type Asked = {
  request: FastifyRequest
  reply: FastifyReply
  parts: Parts
  target: Target
  callers: Callers
}

/** What answers it: the outermost element and what is in it. */
export type Answer = { root: string; node: Node }

/** What a request says, in which town, and who sends it. */
export type Read = { office: Office; args: Args; caller: Caller | undefined; t: T }

/**
 * Reads a request; `fields` are those of a multipart form.
 * @throws Unknown for another jurisdiction, NotAllowed for a key that is none
 */
export async function readAsked(asked: Asked, fields?: unknown): Promise<Read> {
  const { request, reply, callers } = asked
  const office = requireOffice(request.office)
  const args = readArgs(request.query, request.body, fields)
  requireJurisdiction(args.get('jurisdiction_id'), asked)
  const caller = await callers.find(request, reply, office, args)
  return { office, args, caller, t: translator(request.lang) }
}

/** One address of a server is one jurisdiction, called by its host; whoever leaves it out means that one. */
function requireJurisdiction(typed: string | undefined, { request, parts }: Asked): void {
  if (typed === undefined) return
  const asked = typed.toLowerCase()
  const known = [request.hostname, URL.parse(parts.baseUrl())?.hostname ?? '']
  if (known.some(host => host === asked || host.replace(/^www[.]/, '') === asked)) return
  const values = { asked: typed.slice(0, 100), known: request.hostname }
  throw new Unknown('open311.fault.jurisdiction', values)
}
