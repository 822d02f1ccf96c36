import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Action, type Actor, may } from '../org/may.ts'
import { findActor } from '../org/reads.ts'
import { NotAllowed } from '../platform/errors.ts'
import { Detour } from '../platform/http/detour.ts'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import { wantsJson } from '../platform/http/wants-json.ts'
import { type T, translator } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import type { NavItem } from '../ui/page-context.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import { keepForm } from './kept-form.ts'
import { signInPage } from './pages/sign-in.ts'
import { safePath } from './safe-path.ts'
import { findSession, type Session } from './sessions.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The member of staff who is signed in, with what they may do now; undefined for residents and strangers. */
    actor: Actor | undefined
    /** The session the request came with. */
    session: Session | undefined
  }
}

/** The main menu of a member of staff; `path` is the page being shown. Given by the application, which knows all features. */
export type Navigation = (actor: Actor, t: T, path: string) => NavItem[]

/** Finds out who is signed in, before any route: one look-up in memory and one query. */
export function addActor(app: FastifyInstance, parts: Parts, navigation: Navigation): void {
  app.decorateRequest('actor', undefined)
  app.decorateRequest('session', undefined)
  app.addHook('onRequest', async (request, reply) => {
    const { office } = request
    if (!office || request.url.startsWith('/assets/')) return
    const session = await findSession(parts, request, reply)
    if (!session) return
    // An account of another tenant's staff finds nobody here and so is not signed in.
    const actor = await findActor(office.pool, office.tenant.id, session.accountId)
    if (!actor) return
    request.session = session
    request.actor = actor
    const nav = navigation(actor, translator(request.lang), request.url)
    request.signedIn = { name: actor.name, nav }
  })
}

/**
 * Who is signed in. Where nobody is, the request goes to the sign-in page and comes back after it; a form that was
 * sent is kept and shown again, so that nothing has to be typed twice.
 */
export function requireActor(request: FastifyRequest): Actor {
  if (request.actor) return request.actor
  throw new Detour(goToSignIn)
}

async function goToSignIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { office } = request
  if (wantsJson(request)) {
    const title = translator(request.lang)('identity.sign-in.needed')
    return reply
      .code(401)
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title, status: 401 }))
  }
  const kept = office && (await keepForm(office, request))
  const next = request.method === 'GET' ? safePath(request.url) : pageBefore(request)
  if (kept) {
    const ctx = pageContext(request)
    return sendPage(reply, ctx, signInPage(ctx, { kept }), 401)
  }
  return reply.redirect(next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in', 303)
}

/** The page a form was sent from, where the browser says so. */
function pageBefore(request: FastifyRequest): string | undefined {
  const before = URL.parse(request.headers.referer ?? '')
  return before?.host === request.host ? safePath(`${before.pathname}${before.search}`) : undefined
}

/** The administrator who is signed in, and their office. @throws NotAllowed for anybody who may not do this */
export function requireAdministrator(
  request: FastifyRequest,
  action: Action,
): { office: Office; actor: Actor } {
  const office = requireOffice(request.office)
  const actor = requireActor(request)
  if (!may(actor, action, { unitPath: [] })) throw new NotAllowed('org.administrators-only')
  return { office, actor }
}
