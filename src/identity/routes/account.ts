import type { FastifyInstance, FastifyRequest } from 'fastify'
import { inSnapshot } from '../../platform/database/tx.ts'
import { BadInput, NotFound } from '../../platform/errors.ts'
import { parseForm } from '../../platform/http/parse-form.ts'
import { type Parts, requireOffice } from '../../platform/http/parts.ts'
import type { Office } from '../../platform/office.ts'
import { pageContextAfter } from '../../ui/flash.ts'
import { pageContext, sendPage } from '../../ui/respond.ts'
import {
  changePassword,
  confirmTwoStep,
  endSession,
  endTwoStep,
  type Own,
  offerTwoStep,
  renewRecoveryCodes,
  type TwoStepOffer,
} from '../actions/account.ts'
import { requireActor } from '../actor.ts'
import { forwardCookies, headersOf } from '../cookies.ts'
import { changePasswordForm, confirmForm, endSessionForm, passwordForm } from '../forms.ts'
import { type AccountView, accountPage, recoveryCodesPage, twoStepPage } from '../pages/account.ts'
import { findStaffOfAccount, listSessions, readAccountState } from '../reads.ts'
import { openField, sealField } from '../sealed-field.ts'

/** What members of staff do to their own account. */
export function accountRoutes(app: FastifyInstance, parts: Parts): void {
  app.get('/account', async (request, reply) => {
    const { own } = await ownOf(request)
    const ctx = pageContextAfter(request, {
      password: 'identity.done.password',
      'two-step-on': 'identity.done.two-step-on',
      'two-step-off': 'identity.done.two-step-off',
      session: 'identity.done.session',
    })
    return sendPage(reply, ctx, accountPage(ctx, await viewOf(own)))
  })

  app.post('/account/password', async (request, reply) => {
    const { office, own } = await ownOf(request)
    return orRefusal(request, reply, own, 'password', async () => {
      const input = parseForm(changePasswordForm, request.body)
      forwardCookies(reply, await changePassword(parts, office, own, input))
      return reply.redirect('/account?done=password', 303)
    })
  })

  app.post('/account/two-step', async (request, reply) => {
    const { office, own } = await ownOf(request)
    return orRefusal(request, reply, own, 'two-step', async () => {
      const { password } = parseForm(passwordForm, request.body)
      const offer = await offerTwoStep(parts, office, own, password)
      const ctx = pageContext(request)
      return sendPage(reply, ctx, twoStepPage(ctx, offer, sealField(office, offerOf(own), offer)))
    })
  })

  app.post('/account/two-step/confirm', async (request, reply) => {
    const { office, own } = await ownOf(request)
    const sealed = (request.body as { offer?: string } | undefined)?.offer
    const offer = openField(office, offerOf(own), sealed) as TwoStepOffer | undefined
    if (!offer || !sealed) return reply.redirect('/account', 303)
    try {
      const { totp } = parseForm(confirmForm, request.body)
      forwardCookies(reply, await confirmTwoStep(parts, office, own, totp))
      return reply.redirect('/account?done=two-step-on', 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      const ctx = pageContext(request)
      return sendPage(reply, ctx, twoStepPage(ctx, offer, sealed, error.faults), 422)
    }
  })

  app.post('/account/two-step/off', async (request, reply) => {
    const { office, own } = await ownOf(request)
    return orRefusal(request, reply, own, 'two-step', async () => {
      const { password } = parseForm(passwordForm, request.body)
      forwardCookies(reply, await endTwoStep(parts, office, own, password))
      return reply.redirect('/account?done=two-step-off', 303)
    })
  })

  app.post('/account/recovery-codes', async (request, reply) => {
    const { office, own } = await ownOf(request)
    return orRefusal(request, reply, own, 'codes', async () => {
      const { password } = parseForm(passwordForm, request.body)
      const codes = await renewRecoveryCodes(parts, office, own, password)
      const ctx = pageContext(request)
      return sendPage(reply, ctx, recoveryCodesPage(ctx, codes))
    })
  })

  app.post('/account/sessions/end', async (request, reply) => {
    const { own } = await ownOf(request)
    const { session } = parseForm(endSessionForm, request.body)
    await endSession(parts, own, session)
    return reply.redirect('/account?done=session', 303)
  })

  async function ownOf(request: FastifyRequest): Promise<{ office: Office; own: Own }> {
    const office = requireOffice(request.office)
    const actor = requireActor(request)
    const { session } = request
    if (!session) throw new NotFound('session')
    const staff = await inSnapshot(office.pool, office.tenant.id, tx =>
      findStaffOfAccount(tx, session.accountId),
    )
    return { office, own: { actor, email: staff?.email ?? '', session, headers: headersOf(request) } }
  }

  async function viewOf({ actor, email, session }: Own): Promise<AccountView> {
    const [account, sessions] = await Promise.all([
      readAccountState(parts, session.accountId),
      listSessions(parts, session.accountId),
    ])
    return { name: actor.name, email, account, sessions, currentSession: session.id }
  }

  async function orRefusal<R>(
    request: FastifyRequest,
    reply: Parameters<typeof sendPage>[0],
    own: Own,
    form: NonNullable<AccountView['refused']>['form'],
    work: () => Promise<R>,
  ) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      const ctx = pageContext(request)
      const view = { ...(await viewOf(own)), refused: { form, faults: error.faults } }
      return sendPage(reply, ctx, accountPage(ctx, view), 422)
    }
  }
}

const offerOf = ({ session }: Own): string => `two-step ${session.accountId}`
