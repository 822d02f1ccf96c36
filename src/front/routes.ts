import type { FastifyInstance } from 'fastify'
import { packOf } from '../packs/reads.ts'
import { requireOffice } from '../platform/http/parts.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import { accessibilityPage, contactPage, frontPage, promisesPage } from './pages.ts'
import { findMeasured } from './reads.ts'

/** What anybody may read without a case: the front page, the promises, accessibility and contact. */
export function frontRoutes(app: FastifyInstance): void {
  app.get('/', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, frontPage(ctx, packOf(office.tenant), await findMeasured(office)))
  })

  app.get('/promises', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, promisesPage(ctx, packOf(office.tenant)))
  })

  app.get('/contact', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, contactPage(ctx, packOf(office.tenant)))
  })

  app.get('/accessibility', async (request, reply) => {
    const ctx = pageContext(request)
    return sendPage(reply, ctx, accessibilityPage(ctx))
  })
}
