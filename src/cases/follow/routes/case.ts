import type { FastifyInstance } from 'fastify'
import { explainObligation } from '../../../obligations/explain.ts'
import { explanation } from '../../../obligations/pages.ts'
import { findDeadline } from '../../../packs/rules.ts'
import { formatCaseNumber, parseCaseNumber } from '../../../platform/case-number.ts'
import { NotFound } from '../../../platform/errors.ts'
import { caseFolder } from '../../../platform/files/folder.ts'
import { sendFile } from '../../../platform/files/send-file.ts'
import type { Parts } from '../../../platform/http/parts.ts'
import { pageContextAfter } from '../../../ui/flash.ts'
import { html } from '../../../ui/html.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import { pageContext, sendPage } from '../../../ui/respond.ts'
import { requireFollowed } from '../guard.ts'
import { officerName } from '../names.ts'
import { casePage } from '../pages/case.ts'
import { findDocument } from '../pages/documents.ts'
import { deadlineName } from '../pages/due-dates.ts'
import { takePass } from '../pass.ts'

/** The case, its due dates explained, its documents, and being forgotten on this device. */
export function registerCase(app: FastifyInstance, { config }: Parts): void {
  app.get('/follow/:number', async (request, reply) => {
    const { view } = await requireFollowed(request)
    const ctx = pageContextAfter(request, {
      message: 'follow.done.message',
      agree: 'follow.done.agree',
      review: 'follow.done.review',
      rate: 'follow.done.rate',
      reopen: 'follow.done.reopen',
      withdraw: 'follow.done.withdraw',
    })
    return sendPage(reply, ctx, casePage(ctx, view))
  })

  app.get<{ Params: { number: string; id: string } }>('/follow/:number/date/:id', async (request, reply) => {
    const { view } = await requireFollowed(request)
    const { record, context } = view
    const ctx = pageContext(request)
    const { t } = ctx
    const one = record.state.obligations.find(({ id }) => id === request.params.id)
    const rule = one && findDeadline(context.pack, one.rule)
    if (!one || !rule) throw new NotFound('due date')
    const told = explainObligation(one, rule, context.timing)
    const nameOf = (id: string) => officerName(t, context, id) ?? t('follow.somebody')
    const title = deadlineName(t, one, context)
    return sendPage(reply, ctx, {
      title: `${title} – ${t('follow.dates.why')}`,
      before: backLink(t, `/follow/${record.state.number}`),
      main: html`<span class="govuk-caption-l">${t('follow.dates.why')}</span><h1 class="govuk-heading-l">${title}</h1>${explanation(ctx, told, nameOf)}`,
    })
  })

  app.get<{ Params: { number: string; id: string } }>('/follow/:number/file/:id', async (request, reply) => {
    const { office, view } = await requireFollowed(request)
    const { state, key } = view.record
    const file = findDocument(view.record, request.params.id)
    if (!file || !key) throw new NotFound('file')
    const folder = caseFolder(config.dataDir, office.tenant.id, state.id, key)
    const { size } = request.query as { size?: unknown }
    return sendFile(reply, folder, file, size === 'small' && file.thumbnail ? 'thumbnail' : 'original')
  })

  app.post<{ Params: { number: string } }>('/follow/:number/leave', async (request, reply) => {
    const parsed = parseCaseNumber(request.params.number)
    if (parsed) takePass(reply, formatCaseNumber(parsed))
    return reply.redirect('/follow?done=left', 303)
  })
}
