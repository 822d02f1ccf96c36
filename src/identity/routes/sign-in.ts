import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { inSnapshot } from '../../platform/database/tx.ts'
import { BadInput } from '../../platform/errors.ts'
import { parseForm } from '../../platform/http/parse-form.ts'
import { type Parts, requireOffice } from '../../platform/http/parts.ts'
import type { Office } from '../../platform/office.ts'
import { pageContextAfter } from '../../ui/flash.ts'
import type { Typed } from '../../ui/form/form-state.ts'
import { pageContext, sendPage } from '../../ui/respond.ts'
import { attemptsAt, enterCode, signIn } from '../actions/sign-in.ts'
import { authOf } from '../auth.ts'
import { forwardCookies, headersOf } from '../cookies.ts'
import { codeForm, signInForm } from '../forms.ts'
import { openKeptForm } from '../kept-form.ts'
import { countedAs, rememberBrowser } from '../known-browser.ts'
import { keptFormPage } from '../pages/kept-form.ts'
import { codePage, type SignInState, signInPage } from '../pages/sign-in.ts'
import { findStaffOfAccount } from '../reads.ts'
import { safePath } from '../safe-path.ts'
import { forgetSessions } from '../sessions.ts'

type Body = { next?: string; kept?: string }

/** Signing in, in one or two steps, and signing out. `home` is where staff begin. */
export function signInRoutes(app: FastifyInstance, parts: Parts, home: string): void {
  app.get('/sign-in', async (request, reply) => {
    requireOffice(request.office)
    const next = safePath((request.query as Body).next)
    if (request.actor) return reply.redirect(next ?? home, 303)
    const ctx = pageContextAfter(request, {
      'signed-out': 'identity.done.signed-out',
      'password-set': 'identity.done.password-set',
      'code-over': 'identity.done.code-over',
      'set-up': 'identity.done.set-up',
    })
    return sendPage(reply, ctx, signInPage(ctx, { next }))
  })

  app.post('/sign-in', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    const carried = carriedBy(request)
    const show = (faults: SignInState['faults'], status: number) => {
      const typed = { email: (request.body as Typed | undefined)?.email }
      return sendPage(reply, ctx, signInPage(ctx, { ...carried, typed, ...(faults && { faults }) }), status)
    }
    // Leaving the form to read it in the other language is no attempt.
    if ((request.body as Typed | undefined)?._language) return show(undefined, 200)
    try {
      const { email, password } = parseForm(signInForm, request.body)
      const account = attemptsAt(office, email)
      const outcome = await signIn(parts, office, {
        email,
        password,
        address: request.ip,
        headers: headersOf(request),
        countedAs: countedAs(parts, request, account),
      })
      if (outcome.kind === 'failed') return show([{ field: 'email', text: 'identity.sign-in.failed' }], 422)
      forwardCookies(reply, outcome.cookies)
      rememberBrowser(parts, reply, account)
      if (outcome.kind === 'code') {
        if (carried.kept) return sendPage(reply, ctx, codePage(ctx, carried))
        return reply.redirect(withNext('/sign-in/code', carried.next), 303)
      }
      return welcome(request, reply, office, outcome.accountId)
    } catch (error) {
      if (error instanceof BadInput) return show(error.faults, 422)
      throw error
    }
  })

  app.get('/sign-in/code', async (request, reply) => {
    requireOffice(request.office)
    const ctx = pageContext(request)
    const next = safePath((request.query as Body).next)
    if (!(await hasSecondStep(request))) return reply.redirect(withNext('/sign-in', next), 303)
    return sendPage(reply, ctx, codePage(ctx, { next }))
  })

  app.post('/sign-in/code', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    const carried = carriedBy(request)
    try {
      const { code } = parseForm(codeForm, request.body)
      const headers = headersOf(request)
      const outcome = await enterCode(parts, office, { code, address: request.ip, headers })
      if (outcome.kind === 'failed') throw new BadInput([{ field: 'code', text: 'identity.code.wrong' }])
      if (outcome.kind === 'over') {
        if (!carried.kept) return reply.redirect('/sign-in?done=code-over', 303)
        const faults = [{ field: 'email', text: 'identity.code.over' }]
        return sendPage(reply, ctx, signInPage(ctx, { ...carried, faults }), 422)
      }
      forwardCookies(reply, outcome.cookies)
      return welcome(request, reply, office, outcome.accountId)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return sendPage(reply, ctx, codePage(ctx, { ...carried, faults: error.faults }), 422)
    }
  })

  app.post('/sign-out', async (request, reply) => {
    const { headers } = await authOf(parts).api.signOut({ headers: headersOf(request), returnHeaders: true })
    if (request.session) forgetSessions(parts, request.session.accountId)
    forwardCookies(reply, headers)
    return reply.redirect('/sign-in?done=signed-out', 303)
  })

  async function welcome(request: FastifyRequest, reply: FastifyReply, office: Office, accountId: string) {
    const { next, kept } = carriedBy(request)
    const form = openKeptForm(office, kept)
    if (!form) return reply.redirect(next ?? home, 303)
    const staff = await inSnapshot(office.pool, office.tenant.id, tx => findStaffOfAccount(tx, accountId))
    const ctx = pageContext(request)
    return sendPage(reply, ctx, keptFormPage(ctx, form, staff?.name ?? '', home))
  }

  async function hasSecondStep(request: FastifyRequest): Promise<boolean> {
    const context = await authOf(parts).$context
    return request.cookies[context.createAuthCookie('two_factor').name] !== undefined
  }
}

function carriedBy(request: FastifyRequest): { next: string | undefined; kept: string | undefined } {
  const { next, kept } = (request.body ?? {}) as Body
  return { next: safePath(next), kept: typeof kept === 'string' && kept !== '' ? kept : undefined }
}

const withNext = (path: string, next: string | undefined) =>
  next ? `${path}?next=${encodeURIComponent(next)}` : path
