import type { FastifyRequest } from 'fastify'
import type { TextKey } from '../platform/i18n/text-key.ts'
import type { PageContext } from './page-context.ts'
import { pageContext } from './respond.ts'

/** The context of a page that says what was just done: an action redirects to it with `?done=<code>`. */
export function pageContextAfter(
  request: FastifyRequest,
  texts: Readonly<Record<string, TextKey>>,
): PageContext {
  const ctx = pageContext(request)
  const { done } = request.query as { done?: unknown }
  const key = typeof done === 'string' && Object.hasOwn(texts, done) ? texts[done] : undefined
  return key ? { ...ctx, flash: { kind: 'success', text: ctx.t(key) } } : ctx
}
