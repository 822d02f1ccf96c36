import type { FastifyInstance } from 'fastify'
import { requireActor } from '../identity/actor.ts'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import { translator } from '../platform/i18n/translator.ts'
import { exportList } from './actions/export-list.ts'
import { importRoutes } from './import-routes.ts'
import { formatNames, listNames } from './rules.ts'
import { sendList } from './send-list.ts'

/** Lists as files, `/exports/cases.xlsx` with the parameters of the queue's own address, and files that are brought in. */
export function exchangeRoutes(app: FastifyInstance, parts: Parts): void {
  importRoutes(app, parts)
  for (const list of listNames) {
    for (const format of formatNames) {
      // Without HEAD: it would read and record the whole list for nothing.
      app.get(`/exports/${list}.${format}`, { exposeHeadRoute: false }, async (request, reply) => {
        const actor = requireActor(request)
        const office = requireOffice(request.office)
        const t = translator(request.lang)
        const file = await exportList(office, actor, { list, format, query: request.query }, t)
        return sendList(reply, office, t, { list, format, file })
      })
    }
  }
}
