import type { FastifyInstance } from 'fastify'
import { BadInput } from '../platform/errors.ts'
import { parseForm } from '../platform/http/parse-form.ts'
import type { Parts } from '../platform/http/parts.ts'
import type { Office } from '../platform/office.ts'
import type { Typed } from '../ui/form/form-state.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import { foundTenant } from './actions.ts'
import { setUpForm } from './forms.ts'
import { awaitingPage, deadSetUpPage, setUpPage } from './pages.ts'
import { likelyTimeZone } from './time-zones.ts'
import { endSetUpLink, isSetUpToken } from './token.ts'

/** Fills a tenant that was just founded with the demo town, through the actions that a person would use. */
export type LoadDemo = (parts: Parts, office: Office) => Promise<void>

/** The one-time set-up of an installation, and what all other addresses say until it is done. */
export function setUpRoutes(app: FastifyInstance, parts: Parts, options: { loadDemo?: LoadDemo } = {}): void {
  const offersDemo = options.loadDemo !== undefined

  app.addHook('onRequest', async (request, reply) => {
    if (request.office || /^\/(set-up|assets)\b/.test(request.url)) return
    // Some tenant there is, of another host: then this host has nothing, which is for the routes to say.
    if ((await parts.offices.all()).length > 0) return
    const ctx = pageContext(request)
    return sendPage(reply.header('Retry-After', '60'), ctx, awaitingPage(ctx), 503)
  })

  app.get('/set-up', async (request, reply) => {
    const ctx = pageContext(request)
    const { token } = request.query as { token?: string }
    if (!token || !isSetUpToken(parts, token)) return sendPage(reply, ctx, deadSetUpPage(ctx), 404)
    const typed = {
      language: request.lang,
      timeZone: likelyTimeZone(request.lang),
      pack: request.lang === 'zh-CN' ? 'cn-2022' : 'generic',
      handlesCases: 'yes',
    }
    return sendPage(reply, ctx, setUpPage(ctx, { token, typed, offersDemo }))
  })

  app.post('/set-up', async (request, reply) => {
    const ctx = pageContext(request)
    const typed = (request.body ?? {}) as Typed & { token?: string; _language?: string }
    const { token } = typed
    if (!token || !isSetUpToken(parts, token)) return sendPage(reply, ctx, deadSetUpPage(ctx), 404)
    if (typed._language) return sendPage(reply, ctx, setUpPage(ctx, { token, typed, offersDemo }))
    try {
      const { founding, loadDemo } = parseForm(setUpForm, typed)
      const office = await foundTenant(parts, founding)
      endSetUpLink(parts)
      if (loadDemo) await options.loadDemo?.(parts, office)
      parts.offices.forget()
      return reply.redirect('/sign-in?done=set-up', 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return sendPage(reply, ctx, setUpPage(ctx, { token, typed, faults: error.faults, offersDemo }), 422)
    }
  })
}
