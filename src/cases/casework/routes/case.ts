import type { FastifyInstance } from 'fastify'
import { requireActor } from '../../../identity/actor.ts'
import { explainObligation } from '../../../obligations/explain.ts'
import { explanation } from '../../../obligations/pages.ts'
import { findDeadline } from '../../../packs/rules.ts'
import { NotFound } from '../../../platform/errors.ts'
import { caseFolder } from '../../../platform/files/folder.ts'
import { sendFile } from '../../../platform/files/send-file.ts'
import { type Parts, requireOffice } from '../../../platform/http/parts.ts'
import { v7 } from '../../../platform/uuid.ts'
import { pageContextAfter } from '../../../ui/flash.ts'
import { html } from '../../../ui/html.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import { pageContext, sendPage } from '../../../ui/respond.ts'
import { officerName } from '../../follow/names.ts'
import { findDocument } from '../../follow/pages/documents.ts'
import { deadlineName } from '../../follow/pages/due-dates.ts'
import { lastList } from '../../queue/last-list.ts'
import { doneTexts } from '../done.ts'
import { casePage } from '../pages/case.ts'
import { findStaffView } from '../reads.ts'

/** The case page, how its due dates came about, and its documents. */
export function caseRoutes(app: FastifyInstance, { config }: Parts): void {
  app.get<{ Params: { number: string } }>('/cases/:number', async (request, reply) => {
    const actor = requireActor(request)
    const view = await findStaffView(requireOffice(request.office), actor, request.params.number)
    const ctx = pageContextAfter(request, doneTexts)
    return sendPage(reply, ctx, casePage(ctx, view, { key: v7(), back: lastList(request) }))
  })

  app.get<{ Params: { number: string; id: string } }>('/cases/:number/date/:id', async (request, reply) => {
    const actor = requireActor(request)
    const { record, context } = await findStaffView(
      requireOffice(request.office),
      actor,
      request.params.number,
    )
    const one = record.state.obligations.find(({ id }) => id === request.params.id)
    const rule = one && findDeadline(context.pack, one.rule)
    if (!one || !rule) throw new NotFound('due date')
    const ctx = pageContext(request)
    const { t } = ctx
    const title = deadlineName(t, one, context)
    const nameOf = (id: string) => officerName(t, context, id) ?? t('staff.case.somebody')
    return sendPage(reply, ctx, {
      title: `${title} – ${record.state.number}`,
      wide: true,
      before: backLink(t, `/cases/${record.state.number}`),
      main: html`<h1 class="govuk-heading-l"><span class="govuk-caption-m">${t('staff.case.how')}</span>${title}</h1>${explanation(ctx, explainObligation(one, rule, context.timing), nameOf)}`,
    })
  })

  app.get<{ Params: { number: string; id: string } }>('/cases/:number/file/:id', async (request, reply) => {
    const actor = requireActor(request)
    const office = requireOffice(request.office)
    const { record } = await findStaffView(office, actor, request.params.number)
    const file = findDocument(record, request.params.id)
    if (!file || !record.key) throw new NotFound('file')
    const folder = caseFolder(config.dataDir, office.tenant.id, record.state.id, record.key)
    const { size } = request.query as { size?: unknown }
    return sendFile(reply, folder, file, size === 'small' && file.thumbnail ? 'thumbnail' : 'original')
  })
}
