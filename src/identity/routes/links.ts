import type { FastifyInstance } from 'fastify'
import { BadInput, NotFound } from '../../platform/errors.ts'
import { parseForm } from '../../platform/http/parse-form.ts'
import { type Parts, requireOffice } from '../../platform/http/parts.ts'
import { createLimit } from '../../platform/rate-limit/limit.ts'
import { limitByAddress, waitText } from '../../platform/rate-limit/reply.ts'
import { allowance } from '../../platform/rate-limit/rules.ts'
import type { Typed } from '../../ui/form/form-state.ts'
import { html } from '../../ui/html.ts'
import { pageContext, sendPage } from '../../ui/respond.ts'
import { findLink, useLink } from '../actions/links.ts'
import { requestResetLink } from '../actions/reset-by-email.ts'
import { forgottenForm, linkForm } from '../forms.ts'
import { originForMail } from '../origin.ts'
import { deadLinkPage, forgottenPage, forgottenSentPage, linkPage } from '../pages/sign-in.ts'

/** One-time links to choose a password: asked for by e-mail, and used. */
export function linkRoutes(app: FastifyInstance, parts: Parts): void {
  // Each asks for an e-mail to be sent to somebody; five at once and one every two minutes is more than one needs.
  const limit = createLimit(allowance({ burst: 5, everyMs: 120_000 }))
  const preHandler = limitByAddress(
    limit,
    () => parts.clock.now(),
    async (request, reply, waitMs) => {
      const ctx = pageContext(request)
      const title = ctx.t('rate-limit.title')
      const main = html`<h1 class="govuk-heading-l">${title}</h1><p class="govuk-body">${waitText(ctx.t, waitMs)}</p>`
      return sendPage(reply, ctx, { title, main }, 429)
    },
  )

  app.get('/sign-in/forgotten', async (request, reply) => {
    requireOffice(request.office)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, forgottenPage(ctx))
  })

  app.post('/sign-in/forgotten', { preHandler }, async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    try {
      const { email } = parseForm(forgottenForm, request.body)
      await requestResetLink(office, email, await originForMail(parts, office.tenant.id))
      return sendPage(reply, ctx, forgottenSentPage(ctx))
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return sendPage(reply, ctx, forgottenPage(ctx, request.body as Typed, error.faults), 422)
    }
  })

  app.get('/sign-in/link', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    const { token = '' } = request.query as { token?: string }
    const staff = await findLink(parts, office, token)
    if (!staff) return sendPage(reply, ctx, deadLinkPage(ctx), 404)
    return sendPage(reply, ctx, linkPage(ctx, { token, name: staff.name }))
  })

  app.post('/sign-in/link', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    const { token, password } = parseForm(linkForm, request.body)
    try {
      await useLink(parts, office, token, password)
      return reply.redirect('/sign-in?done=password-set', 303)
    } catch (error) {
      if (error instanceof NotFound) return sendPage(reply, ctx, deadLinkPage(ctx), 404)
      if (!(error instanceof BadInput)) throw error
      const name = (await findLink(parts, office, token))?.name ?? ''
      return sendPage(reply, ctx, linkPage(ctx, { token, name, faults: error.faults }), 422)
    }
  })
}
