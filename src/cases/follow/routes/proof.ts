import type { FastifyInstance } from 'fastify'
import { proveCase } from '../../../audit/case-proof.ts'
import { caseProof } from '../../../audit/pages/case-proof.ts'
import { inSnapshot } from '../../../platform/database/tx.ts'
import { NotFound } from '../../../platform/errors.ts'
import type { Office } from '../../../platform/office.ts'
import { html } from '../../../ui/html.ts'
import { backLink } from '../../../ui/navigation/links.ts'
import { pageContext, sendPage } from '../../../ui/respond.ts'
import type { CaseState } from '../../rules/state.ts'
import { requireFollowed } from '../guard.ts'

/** The proof that the case stood under a published checkpoint, for its resident alone: told, and as a file to keep. */
export function registerProof(app: FastifyInstance): void {
  app.get('/follow/:number/proof', async (request, reply) => {
    const { office, view } = await requireFollowed(request)
    const { state } = view.record
    const ctx = pageContext(request)
    const title = ctx.t('audit.proof.title')
    return sendPage(reply, ctx, {
      title,
      before: backLink(ctx.t, `/follow/${state.number}`),
      main: html`<h1 class="govuk-heading-l">${title}</h1>${caseProof(ctx, await prove(office, state), `/follow/${state.number}/proof.json`)}`,
    })
  })

  app.get('/follow/:number/proof.json', async (request, reply) => {
    const { office, view } = await requireFollowed(request)
    const proof = await prove(office, view.record.state)
    if (!proof) throw new NotFound('proof')
    return reply.header('content-disposition', 'attachment; filename="proof.json"').send(proof)
  })
}

function prove(office: Office, { id, number }: CaseState) {
  return inSnapshot(office.pool, office.tenant.id, tx => proveCase(tx, id, number))
}
