import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Scope } from '../access/rules.ts'
import { BadInput, Conflict, NotAllowed, NotFound } from '../platform/errors.ts'
import { Detour } from '../platform/http/detour.ts'
import type { TextKey } from '../platform/i18n/text-key.ts'
import { type T, translator } from '../platform/i18n/translator.ts'

/** Every kind of problem, with its HTTP status; its texts are `api.problem.<code>` and `api.problem.<code>.about`. */
export const problems = {
  unreadable: 400,
  'no-token': 401,
  'no-scope': 403,
  forbidden: 403,
  'not-found': 404,
  method: 405,
  conflict: 409,
  'moved-on': 412,
  'too-large': 413,
  'media-type': 415,
  input: 422,
  'too-many': 429,
  fault: 500,
  busy: 503,
} as const
export type ProblemCode = keyof typeof problems

/** A problem as it is answered (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'api.field.problem.type' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string().meta({ description: 'api.field.problem.request-id' }),
    errors: z
      .array(
        z.object({
          field: z.string().meta({ description: 'api.field.problem.field' }),
          pointer: z.string().optional().meta({ description: 'api.field.problem.pointer' }),
          text: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'api.field.problem.errors' }),
  })
  .meta({ id: 'Problem' })

/** The token is missing, or not good for this; `scope` is what it would need. */
export class Refused extends Error {
  readonly code: 'no-token' | 'no-scope'
  readonly scope: Scope | undefined
  constructor(code: 'no-token' | 'no-scope', scope?: Scope) {
    super(code)
    this.code = code
    this.scope = scope
  }
}

/** What the caller acts on has another version by now. */
export class MovedOn extends Error {}

/** There is something at this address, but not by this method; `allowed` are those there are. */
export class WrongMethod extends Error {
  readonly allowed: readonly string[]
  constructor(allowed: readonly string[]) {
    super('method')
    this.allowed = allowed
  }
}

/** The request asks for a thing in a form that this cannot take. */
export class WrongMediaType extends Error {}

/** The body is said to be JSON, which is UTF-8 (RFC 8259), and is not. */
export class NotUtf8 extends Error {
  readonly statusCode = 400
}

/** Answers any error as problem details in the caller's language. A fault of ours is logged with its request. */
export async function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // Nobody is signed in here: what would lead a person to the sign-in page is a missing token.
  const code = error instanceof Detour ? 'no-token' : hasMovedOn(error, request) ? 'moved-on' : codeOf(error)
  const t = translator(request.lang)
  const status = problems[code]
  if (status >= 500) request.log.error({ err: error, req: request }, code)
  if (error instanceof Refused) reply.header('WWW-Authenticate', challenge(error))
  if (error instanceof WrongMethod) reply.header('Allow', error.allowed.join(', '))
  if (code === 'busy') reply.header('Retry-After', '10')
  const problem: z.input<typeof problemSchema> = {
    type: `/api/v1/#problem-${code}`,
    title: t(`api.problem.${code}` satisfies TextKey),
    status,
    detail: detailOf(t, code, error),
    code,
    requestId: request.id,
    ...(error instanceof BadInput && { errors: error.faults.map(fault => describeFault(t, fault)) }),
  }
  return reply
    .code(status)
    .header('Content-Language', request.lang)
    .type('application/problem+json')
    .send(JSON.stringify(problem))
}

// Two who act on the same version at once: the one who comes second is told by the lock what If-Match would have told.
function hasMovedOn(error: unknown, { headers }: FastifyRequest): boolean {
  return (
    error instanceof Conflict &&
    error.reason === 'cases.refused.moved-on' &&
    headers['if-match'] !== undefined
  )
}

function describeFault(t: T, { field, text, values }: BadInput['faults'][number]) {
  const [place = '', ...rest] = field.split('.')
  const outside = ['query', 'header', 'path'].includes(place)
  const pointer = outside || field === '' ? undefined : `#/${[place, ...rest].map(escapePointer).join('/')}`
  return { field, ...(pointer && { pointer }), text: t.stored(text, values) }
}

// RFC 6901, sections 3 and 6.
const escapePointer = (name: string): string =>
  encodeURI(name.replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed()).replaceAll('#', '%23')

function challenge({ code, scope }: Refused): string {
  if (code === 'no-token') return 'Bearer realm="api"'
  return `Bearer realm="api", error="insufficient_scope"${scope ? `, scope="${scope}"` : ''}`
}

function detailOf(t: T, code: ProblemCode, error: unknown): string {
  if (error instanceof Refused && error.scope) return t('api.problem.no-scope.detail', { scope: error.scope })
  if (error instanceof NotAllowed) return t.stored(error.reason)
  if (error instanceof Conflict) return t.stored(error.reason, error.values)
  return t(`api.problem.${code}.about` satisfies TextKey)
}

// The database is restarting, out of connections or not reachable: come back in a moment.
const databaseAway = /^(57P0[1-3]|53300|08\d{3}|ECONNREFUSED|ECONNRESET|EPIPE)$/

function codeOf(error: unknown): ProblemCode {
  if (error instanceof Refused) return error.code
  if (error instanceof BadInput) return 'input'
  if (error instanceof NotAllowed) return 'forbidden'
  if (error instanceof NotFound) return 'not-found'
  if (error instanceof Conflict) return 'conflict'
  if (error instanceof MovedOn) return 'moved-on'
  if (error instanceof WrongMethod) return 'method'
  if (error instanceof WrongMediaType) return 'media-type'
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown }
  if (typeof code === 'string' && databaseAway.test(code)) return 'busy'
  const status = typeof statusCode === 'number' ? statusCode : 500
  const known = Object.entries(problems).find(([, one]) => one === status && status !== 401 && status !== 403)
  if (known) return known[0] as ProblemCode
  return status >= 400 && status < 500 ? 'unreadable' : 'fault'
}
