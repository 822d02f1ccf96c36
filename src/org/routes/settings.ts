import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { BadInput } from '../../platform/errors.ts'
import { parseForm } from '../../platform/http/parse-form.ts'
import type { Parts } from '../../platform/http/parts.ts'
import { pageContextAfter } from '../../ui/flash.ts'
import type { Typed } from '../../ui/form/form-state.ts'
import { pageContext, sendPage } from '../../ui/respond.ts'
import { changeSettings } from '../actions/settings.ts'
import { settingsForm } from '../forms.ts'
import { settingsPage } from '../pages/settings.ts'
import { orgActions } from '../permissions.ts'
import { administratorOf } from './administrator.ts'

/** The settings of the institution. */
export function settingsRoutes(app: FastifyInstance, parts: Parts): void {
  const mail = { mode: parts.mailer.mode, folder: join(parts.config.dataDir, 'mail') }

  app.get('/organisation/settings', async (request, reply) => {
    const { office } = await administratorOf(request, orgActions.manageSettings)
    const ctx = pageContextAfter(request, { saved: 'org.done.saved' })
    return sendPage(reply, ctx, settingsPage(ctx, { tenant: office.tenant, mail }))
  })

  app.post('/organisation/settings', async (request, reply) => {
    const { office, actor } = await administratorOf(request, orgActions.manageSettings)
    const typed = (request.body ?? {}) as Typed
    try {
      await changeSettings(office, actor, parseForm(settingsForm, typed))
      parts.offices.forget()
      return reply.redirect('/organisation/settings?done=saved', 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      const ctx = pageContext(request)
      const view = { tenant: office.tenant, mail, typed, faults: error.faults }
      return sendPage(reply, ctx, settingsPage(ctx, view), 422)
    }
  })
}
