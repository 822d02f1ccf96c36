import type { FastifyReply, FastifyRequest } from 'fastify'
import { formatCaseNumber, parseCaseNumber } from '../../platform/case-number.ts'
import { Detour } from '../../platform/http/detour.ts'
import { requireOffice } from '../../platform/http/parts.ts'
import type { Office } from '../../platform/office.ts'
import { pageContext, sendPage } from '../../ui/respond.ts'
import { postedFields } from '../../ui/typed-texts.ts'
import { isAct } from './acts.ts'
import { entryPage } from './pages/entry.ts'
import { passOf } from './pass.ts'
import { type CaseView, findView } from './view.ts'

/** A request for one case by whoever may follow it. */
export type Followed = { office: Office; view: CaseView }

/**
 * The case at this address, for a browser with its pass. Without one a page leads to number and code, and a form does
 * so too, taking along what was typed; either way no answer tells whether there is such a case.
 */
export async function requireFollowed(
  request: FastifyRequest,
  body: unknown = request.body,
): Promise<Followed> {
  const office = requireOffice(request.office)
  const { number } = request.params as { number: string }
  const caseId = passOf(office, request)
  const view = caseId === undefined ? undefined : await findView(office, caseId)
  if (view?.record.state.number === number) return { office, view }
  throw new Detour((again, reply) => askAgain(again, reply, number, body))
}

async function askAgain(
  request: FastifyRequest,
  reply: FastifyReply,
  typedNumber: string,
  body: unknown,
): Promise<FastifyReply> {
  const parsed = parseCaseNumber(typedNumber)
  const number = parsed ? formatCaseNumber(parsed) : ''
  if (request.method !== 'POST') return reply.redirect(`/follow${number && `?number=${number}`}`, 303)
  const act = request.url.split('?')[0]?.split('/').at(-1) ?? ''
  const fields = postedFields(body).filter(([name]) => name === 'text' || name === 'rating')
  const ctx = pageContext(request)
  const kept = isAct(act) ? { act, fields } : undefined
  return sendPage(reply, ctx, entryPage(ctx, { typed: { number }, faults: [], kept }), 401)
}
