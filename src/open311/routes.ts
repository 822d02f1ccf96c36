import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import { translator } from '../platform/i18n/translator.ts'
import type { Answer, Asked } from './asked.ts'
import { createCallers } from './callers.ts'
import { type Format, mediaTypes, type Node, write } from './document.ts'
import { tell, Unknown } from './errors.ts'
import { parsePath, type Target } from './path.ts'
import { answerDiscovery, answerServices } from './routes/describing.ts'
import { postRequest, postUpdate } from './routes/posting.ts'
import { answerRequests, answerToken, answerUpdates } from './routes/querying.ts'

type Answerer = (asked: Asked) => Promise<Answer>

const resources: Readonly<Record<string, { GET?: Answerer; POST?: Answerer }>> = {
  discovery: { GET: answerDiscovery },
  services: { GET: answerServices },
  requests: { GET: answerRequests, POST: postRequest },
  tokens: { GET: answerToken },
  servicerequestupdates: { GET: answerUpdates, POST: postUpdate },
}

/**
 * The Open311 GeoReport v2 interface below `/open311/v2/`. It tells errors in its own way, and is open to the scripts of
 * other sites: what may be done is decided by the key in a request, never by a cookie.
 */
export function open311Routes(app: FastifyInstance, parts: Parts): void {
  const callers = createCallers()
  const plugin = async (scope: FastifyInstance) => {
    scope.addHook('onRequest', async (_request, reply) => {
      reply.headers(openToAll)
    })
    scope.setErrorHandler(sendError)
    scope.route({
      method: ['GET', 'POST', 'OPTIONS'],
      url: '/*',
      config: { crossSite: true },
      handler: async (request, reply) => {
        if (request.method === 'OPTIONS') return reply.code(204).headers(preflight).send()
        if (request.isMultipart()) callers.count(request, reply, requireOffice(request.office))
        const target = targetOf(request)
        const answerer = target && resources[target.resource]?.[request.method === 'POST' ? 'POST' : 'GET']
        if (!answerer) throw new Unknown('open311.fault.resource')
        const { root, node } = await answerer({ request, reply, parts, target, callers })
        return send(reply, formatOf(request), root, node)
      },
    })
  }
  app.register(plugin, { prefix: '/open311' })
}

/** What an address names. The discovery document is one level up too, at an address that outlives versions. */
function targetOf(request: FastifyRequest): Target | undefined {
  const path = (request.params as { '*': string })['*']
  const [, below] = /^[/]*v2[/]+(.*)$/.exec(path) ?? []
  const target = parsePath(below ?? path)
  return below === undefined && target?.resource !== 'discovery' ? undefined : target
}

/** As the address says; where it says nothing, as `Accept` does. XML is what every client must read. */
function formatOf(request: FastifyRequest): Format {
  const [path = ''] = request.url.split('?')
  const [, named] = /[.](xml|json)[/]?$/.exec(path) ?? []
  if (named) return named as Format
  const { accept = '' } = request.headers
  return accept.includes('application/json') && !accept.includes('xml') ? 'json' : 'xml'
}

async function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { status, errors } = tell(translator(request.lang), error)
  if (status === 500) request.log.error({ err: error, req: request }, 'Open311')
  return send(reply.code(status), formatOf(request), 'errors', errors)
}

function send(reply: FastifyReply, format: Format, root: string, node: Node): FastifyReply {
  return reply.type(mediaTypes[format]).send(write(format, root, node))
}

const openToAll = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Retry-After',
  'cross-origin-resource-policy': 'cross-origin',
}

const preflight = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, X-Requested-With',
  'access-control-max-age': '86400',
}
