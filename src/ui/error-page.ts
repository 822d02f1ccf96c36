import type { FastifyReply, FastifyRequest } from 'fastify'
import { BadInput, Conflict, NotAllowed, NotFound } from '../platform/errors.ts'
import { Detour } from '../platform/http/detour.ts'
import type { ShowError } from '../platform/http/server.ts'
import { wantsJson } from '../platform/http/wants-json.ts'
import type { TextKey } from '../platform/i18n/text-key.ts'
import { type T, translator } from '../platform/i18n/translator.ts'
import { errorSummary } from './form/error-summary.ts'
import { type Html, html, nothing } from './html.ts'
import type { Page } from './layout.ts'
import { pageContext, sendPage } from './respond.ts'
import { hiddenFields, isSecretField, postedFields, typedTexts } from './typed-texts.ts'

/** What is told of an error: its status, what happened, and what to do next. */
type Described = {
  status: number
  title: string
  detail: string
  next: string
  errors?: readonly { field: string; text: string }[]
  retryAfter?: number
}

/** Shows any error as a page, or as problem details (RFC 9457) to a program. A fault of ours is logged with its request. */
export const showError: ShowError = async (error, request, reply) => {
  if (error instanceof Detour) return error.go(request, reply)
  const t = translator(request.lang)
  const described = describe(t, error)
  if (described.status >= 500) request.log.error({ err: error, req: request }, described.title)
  if (described.retryAfter !== undefined) reply.header('Retry-After', String(described.retryAfter))
  if (wantsJson(request)) return sendProblem(reply, described, request.id)
  return sendPage(reply, pageContext(request), errorPage(t, described, request), described.status)
}

function describe(t: T, error: unknown): Described {
  if (error instanceof BadInput) {
    const errors = error.faults.map(({ field, text, values }) => ({ field, text: t.stored(text, values) }))
    return { ...known(t, 422, 'input'), errors }
  }
  if (error instanceof NotAllowed) return { ...known(t, 403, 'forbidden'), detail: t.stored(error.reason) }
  if (error instanceof NotFound) return known(t, 404, 'not-found')
  if (error instanceof Conflict)
    return { ...known(t, 409, 'conflict'), detail: t.stored(error.reason, error.values) }
  const status = statusOf(error)
  if (status === 404) return known(t, 404, 'not-found')
  if (status === 413) return known(t, 413, 'too-large')
  if (status === 429) return { ...known(t, 429, 'too-many'), retryAfter: 60 }
  if (status === 503) return { ...known(t, 503, 'busy'), retryAfter: 10 }
  if (status >= 400 && status < 500) return known(t, status, 'request')
  return known(t, 500, 'bug')
}

type Name =
  | 'input'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'too-large'
  | 'too-many'
  | 'busy'
  | 'request'
  | 'bug'

function known(t: T, status: number, name: Name): Described {
  const text = (part: 'title' | 'detail' | 'next') => t(`errors.${name}.${part}` satisfies TextKey)
  return { status, title: text('title'), detail: text('detail'), next: text('next') }
}

// The database is restarting, out of connections or not reachable: come back in a moment.
const databaseAway = /^(57P0[1-3]|53300|08\d{3}|ECONNREFUSED|ECONNRESET|EPIPE)$/

function statusOf(error: unknown): number {
  const { statusCode, code } = (error ?? {}) as { statusCode?: unknown; code?: unknown }
  if (typeof statusCode === 'number') return statusCode
  return typeof code === 'string' && databaseAway.test(code) ? 503 : 500
}

function sendProblem(reply: FastifyReply, { status, title, detail, errors }: Described, requestId: string) {
  const problem = { type: 'about:blank', title, status, detail, ...(errors && { errors }), requestId }
  return reply.code(status).type('application/problem+json').send(JSON.stringify(problem))
}

function errorPage(t: T, described: Described, request: FastifyRequest): Page {
  const { status, title, detail, next, errors } = described
  return {
    title,
    main: html`${errors && errorSummary(t, errors)}<h1 class="govuk-heading-l">${title}</h1>
<p class="govuk-body">${detail}</p>
<p class="govuk-body">${next}</p>
${kept(t, request, status)}
<p class="govuk-body"><a class="govuk-link" href="/">${t('errors.home')}</a></p>
${status >= 500 && html`<p class="govuk-hint">${t('errors.reference', { id: request.id })}</p>`}`,
  }
}

/** What was typed into a form that could not be taken, to copy, and to send again where that may help. */
function kept(t: T, request: FastifyRequest, status: number): Html {
  const fields = postedFields(request.method === 'POST' ? request.body : undefined)
  if (fields.length === 0) return nothing
  const again = status >= 429 && !fields.some(([name]) => isSecretField(name))
  const texts = typedTexts(fields)
  return html`${texts !== nothing && html`<h2 class="govuk-heading-m">${t('errors.typed')}</h2>${texts}`}${
    again &&
    html`<form method="post" action="${request.url}" data-once>${hiddenFields(fields)}<button class="govuk-button" type="submit">${t('errors.again')}</button></form>`
  }`
}
