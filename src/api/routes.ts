import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { NotFound } from '../platform/errors.ts'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import { translator } from '../platform/i18n/translator.ts'
import type { ReceiptLimit } from '../platform/rate-limit/receipt-limit.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import type { Call } from './call.ts'
import { actorOf, createGuard, type Guard } from './guard.ts'
import { readInput } from './input.ts'
import { nameRequest } from './named.ts'
import { actOnce } from './once.ts'
import { openApiDocument } from './open-api.ts'
import type { Operation } from './operation.ts'
import { operations } from './operations.ts'
import { referencePage } from './pages.ts'
import { answerProblem, NotUtf8, WrongMediaType, WrongMethod } from './problem.ts'
import { readTags, tagOf } from './version.ts'

const root = '/api/v1'

/** The interface for programs, with its document and the page of it. Its own root: errors are problem details here. */
export function apiRoutes(app: FastifyInstance, parts: Parts, receipts: ReceiptLimit): void {
  const guard = createGuard(receipts)
  app.register(
    async api => {
      api.setErrorHandler(answerProblem)
      api.setNotFoundHandler((request, reply) => answerProblem(notThere(request), request, reply))
      takeJson(api)

      api.get('/', async (request, reply) => {
        requireOffice(request.office)
        const ctx = pageContext(request)
        return sendPage(reply, ctx, referencePage(ctx))
      })
      api.get('/openapi.json', async (request, reply) => {
        requireOffice(request.office)
        return reply.header('Content-Language', request.lang).send(openApiDocument(translator(request.lang)))
      })
      for (const operation of operations) addRoute(api, parts, guard, operation)
    },
    { prefix: root },
  )
}

/** There may be another method at this address. */
function notThere({ url }: FastifyRequest): Error {
  const asked = url.split('?', 1)[0]?.slice(root.length).split('/') ?? []
  const isIt = ({ path }: Operation) => {
    const parts = path.split('/')
    return (
      parts.length === asked.length && parts.every((part, i) => part.startsWith('{') || part === asked[i])
    )
  }
  const methods = operations.filter(isIt).map(({ method }) => method.toUpperCase())
  return methods.length > 0 ? new WrongMethod(methods) : new NotFound('operation')
}

function addRoute(api: FastifyInstance, parts: Parts, guard: Guard, operation: Operation): void {
  const url = operation.path.replaceAll(/\{(\w+)\}/g, ':$1')
  const method = operation.method.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'DELETE'
  const callers = new WeakMap<FastifyRequest, Awaited<ReturnType<Guard['admit']>>>()
  api.route({
    method,
    url,
    // To read a list as a file is recorded, and a HEAD would read it for nothing.
    exposeHeadRoute: operation.file === undefined,
    // Before the body is read: nobody sends us much who may send nothing.
    onRequest: async (request, reply) => {
      callers.set(request, await guard.admit(operation, requireOffice(request.office), request, reply))
    },
    handler: async (request, reply) => {
      const caller = callers.get(request)
      if (!caller) throw new Error('nobody was admitted')
      const call = await readCall({ parts, guard, operation, caller }, request, reply)
      return respond(operation, call)
    },
  })
}

type Known = { parts: Parts; guard: Guard; operation: Operation; caller: Call['caller'] }

async function readCall(
  { parts, guard, operation, caller }: Known,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Call> {
  const office = requireOffice(request.office)
  const { params, query, body, who, upload } = operation
  // What an address cannot name does not exist.
  if (params && !params.safeParse(request.params).success) throw new NotFound(operation.id)
  const actor = await actorOf(office, caller)
  const followed = who === 'resident' ? await guard.openReceipt(office, request, reply) : undefined
  const { lang: _, ...asked } = request.query as Record<string, unknown>
  const call: Call = {
    parts,
    office,
    once: office,
    caller,
    // Operations for staff and for residents alone look at these, and there they are.
    actor: actor as Call['actor'],
    followed: followed as Call['followed'],
    ctx: pageContext(request),
    t: translator(request.lang),
    request,
    reply,
    params: request.params as Record<string, unknown>,
    query: query ? readInput(query, asked, 'query') : {},
    body: upload ? undefined : body && readInput(body, request.body ?? {}, 'body'),
    ifMatch: readTags(request.headers['if-match']),
    named: undefined,
  }
  const named = nameRequest(call, operation)
  return { ...call, named, once: named ? { ...office, once: named } : office }
}

async function respond(operation: Operation, call: Call): Promise<FastifyReply> {
  const { request, reply } = call
  const { act, upload } = operation
  const { result, repeated } = act ? await actOnce(call, act, upload) : { result: undefined, repeated: false }
  const answer = await operation.answer(call, result)
  reply.headers({ 'Content-Language': call.t.lang, Vary: 'Accept-Language, Authorization' })
  const isRepeat = repeated || (answer !== undefined && 'repeated' in answer && answer.repeated === true)
  if (isRepeat) reply.header('Idempotency-Replayed', 'true')
  if (answer === undefined) return reply.code(204).send()
  if ('send' in answer) return answer.send(reply)
  const { body, version, location, links } = answer
  if (version !== undefined) {
    reply.header('ETag', tagOf(version))
    const known =
      request.method === 'GET' ? readTags(request.headers['if-none-match'], { weak: true }) : undefined
    if (known === 'any' || known?.includes(String(version))) return reply.code(304).send()
  }
  if (location) reply.header('Location', `${root}${location}`)
  const link = linkHeader(links ?? {})
  if (link) reply.header('Link', link)
  return reply.code(operation.status).send(body)
}

// RFC 8288.
function linkHeader(links: { next?: string | undefined; prev?: string | undefined }): string {
  return Object.entries(links)
    .flatMap(([rel, path]) => (path ? [`<${root}${path}>; rel="${rel}"`] : []))
    .join(', ')
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Bodies are JSON, or a form where documents come with it; anything else is refused by its type. */
function takeJson(api: FastifyInstance): void {
  const parse = api.getDefaultJsonParser('error', 'error')
  api.removeContentTypeParser('application/json')
  api.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (bytes.length === 0) return done(null, undefined)
    try {
      parse(request, utf8.decode(Buffer.from(bytes)), done)
    } catch {
      // Read as something else, what somebody wrote would be kept for good with marks for what was lost.
      done(new NotUtf8())
    }
  })
  api.addHook('preValidation', async request => {
    const type = request.headers['content-type'] ?? 'application/json'
    const isUtf8 = /^utf-?8$/i.test(/;\s*charset="?([^\s";]+)/i.exec(type)?.[1] ?? 'utf-8')
    if (/^application\/(json|[\w.-]+\+json)\b/i.test(type) && isUtf8) return
    if (request.isMultipart()) return
    if (request.is404 || request.method === 'GET' || request.body === undefined) return
    throw new WrongMediaType()
  })
}
