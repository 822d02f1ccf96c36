import type { FastifyReply, FastifyRequest } from 'fastify'
import { translator } from '../platform/i18n/translator.ts'
import { type Page, page } from './layout.ts'
import type { NavItem, PageContext } from './page-context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in and their menu, as every staff page shows them. Set by the identity feature. */
    signedIn: { name: string; nav: readonly NavItem[] } | undefined
  }
}

/** What every page is told about the request it answers. Before set-up the product speaks for itself. */
export function pageContext(request: FastifyRequest): PageContext {
  const { office, lang, signedIn } = request
  const t = translator(lang)
  return {
    t,
    lang,
    tenant: office
      ? { name: office.tenant.name[lang], timeZone: office.tenant.timeZone }
      : { name: t('ui.product'), timeZone: 'UTC' },
    now: office?.clock.now() ?? Temporal.Now.instant(),
    path: addressOfPage(request),
    demo: office?.tenant.demo ?? false,
    ...(signedIn && { staff: signedIn }),
  }
}

/**
 * Where the page that answers can be asked for again, in another language. What was posted to may have no page of its
 * own; then it is the nearest address above it that has one.
 */
function addressOfPage({ method, url, routeOptions, server }: FastifyRequest): string {
  if (method === 'GET' || method === 'HEAD' || !routeOptions.url) return url
  const pattern = routeOptions.url.split('/')
  const parts = url.split('?', 1)[0]?.split('/') ?? []
  for (let length = pattern.length; length > 1; length--)
    if (server.hasRoute({ method: 'GET', url: pattern.slice(0, length).join('/') }))
      return length === pattern.length ? url : parts.slice(0, length).join('/')
  return '/'
}

/** Sends a page in its frame. */
export function sendPage(reply: FastifyReply, ctx: PageContext, content: Page, status = 200): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page(ctx, content).toString())
}
