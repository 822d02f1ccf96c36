import type { FastifyInstance } from 'fastify'
import { requireActor } from '../../identity/actor.ts'
import { findOrganisation } from '../../org/reads.ts'
import { packOf } from '../../packs/reads.ts'
import { formatCaseNumber } from '../../platform/case-number.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { requireOffice } from '../../platform/http/parts.ts'
import { translator } from '../../platform/i18n/translator.ts'
import { pageContextAfter } from '../../ui/flash.ts'
import { sendPage } from '../../ui/respond.ts'
import { doneTexts } from '../casework/done.ts'
import { caseNavigation } from '../navigation.ts'
import { findCase, findCaseByNumber } from '../reads.ts'
import { mayRead } from '../visibility.ts'
import { parseQueueQuery, typedNumber } from './forms.ts'
import { rememberList } from './last-list.ts'
import { queuePage } from './pages.ts'
import { findQueue } from './reads.ts'

/** The lists of cases that staff work from. */
export function queueRoutes(app: FastifyInstance): void {
  app.get('/cases', async (request, reply) => {
    const actor = requireActor(request)
    const office = requireOffice(request.office)
    // Staff begin here after signing in; who reads no cases has their work elsewhere.
    const [elsewhere] = request.signedIn?.nav ?? []
    if (
      request.url === '/cases' &&
      elsewhere &&
      caseNavigation(actor, translator(request.lang), '').length === 0
    )
      return reply.redirect(elsewhere.href, 303)
    const query = parseQueueQuery(request.query, actor)
    const typed = typedNumber(query.words)
    const found = await inSnapshot(office.pool, office.tenant.id, async tx => {
      const number = typed && formatCaseNumber(typed)
      const named = number && (await findCaseByNumber(tx, number))
      const record = named && (await findCase(office, tx, named.id))
      if (record && mayRead(actor, record.state, await findOrganisation(office.pool, tx))) return number
      return findQueue(office, tx, actor, query)
    })
    // Who types a number wants that case.
    if (typeof found === 'string') return reply.redirect(`/cases/${found}`, 303)
    rememberList(reply, request.url)
    const ctx = pageContextAfter(request, doneTexts)
    return sendPage(reply, ctx, queuePage(ctx, query, found, packOf(office.tenant)))
  })
}
