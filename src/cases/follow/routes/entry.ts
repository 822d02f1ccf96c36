import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { formatCaseNumber, parseCaseNumber } from '../../../platform/case-number.ts'
import { inSnapshot } from '../../../platform/database/tx.ts'
import { requireOffice } from '../../../platform/http/parts.ts'
import type { Office } from '../../../platform/office.ts'
import { perform } from '../../../platform/perform.ts'
import { networkOf } from '../../../platform/rate-limit/address.ts'
import { createLimit } from '../../../platform/rate-limit/limit.ts'
import type { ReceiptLimit } from '../../../platform/rate-limit/receipt-limit.ts'
import { tooManyRequests, waitText } from '../../../platform/rate-limit/reply.ts'
import { allowance } from '../../../platform/rate-limit/rules.ts'
import { v7 } from '../../../platform/uuid.ts'
import { pageContextAfter } from '../../../ui/flash.ts'
import { pageContext, sendPage } from '../../../ui/respond.ts'
import { codeMatches } from '../../actions/file-case.ts'
import { findCaseByNumber, openParty } from '../../reads.ts'
import { isAct } from '../acts.ts'
import { entryFaults, linkFaults, type Sent, sentFields } from '../forms.ts'
import type { FollowLinkPayload } from '../jobs.ts'
import { actPage } from '../pages/act.ts'
import { type Entry, entryPage, linkOverPage, linkPage, linkSentPage } from '../pages/entry.ts'
import { givePass, readPass } from '../pass.ts'
import { findView } from '../view.ts'

/** Ways to one's own case: number and code, or a link sent to the address that is in it. */
export function registerEntry(app: FastifyInstance, receipts: ReceiptLimit): void {
  app.get('/follow', async (request, reply) => {
    requireOffice(request.office)
    const ctx = pageContextAfter(request, { left: 'follow.done.left' })
    const { number } = request.query as { number?: unknown }
    const typed = { number: typeof number === 'string' ? number.slice(0, 40) : '' }
    return sendPage(reply, ctx, entryPage(ctx, { typed, faults: [] }))
  })

  app.post('/follow', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    const sent = sentFields(request.body)
    const kept = keptFrom(sent)
    const again = (entry: Omit<Entry, 'typed' | 'kept'>, status: number) =>
      sendPage(reply, ctx, entryPage(ctx, { typed: sent, kept, ...entry }), status)
    if (sent._language) return again({ faults: [] }, 200)
    const faults = entryFaults(sent)
    const parsed = parseCaseNumber(sent.number ?? '')
    if (faults.length > 0 || !parsed) return again({ faults }, 422)
    const number = formatCaseNumber(parsed)
    const waitMs = receipts.attempt(request.ip, `${office.tenant.id}/${number}`, office.clock.now())
    if (waitMs > 0) {
      tooManyRequests(reply, waitMs)
      return again({ faults: [], wait: waitText(ctx.t, waitMs) }, 429)
    }
    const found = await inSnapshot(office.pool, office.tenant.id, tx => findCaseByNumber(tx, number))
    // The same work and the same words, whether it is the number or the code that is wrong.
    if (!codeMatches(office, sent.code ?? '', found?.receiptDigest) || !found)
      return again({ faults: [{ field: 'number', text: 'follow.fault.no-match' }] }, 422)
    receipts.succeeded(request.ip, `${office.tenant.id}/${number}`)
    givePass(reply, office, found.id, number)
    return kept ? goOn(request, reply, office, found.id, kept) : reply.redirect(`/follow/${number}`, 303)
  })

  registerLinks(app)
}

function registerLinks(app: FastifyInstance): void {
  const byAddress = createLimit(allowance({ burst: 20, everyMs: 60_000 }))
  const byCase = createLimit(allowance({ burst: 3, everyMs: 3_600_000 }))

  app.get('/follow/link', async (request, reply) => {
    requireOffice(request.office)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, linkPage(ctx, { typed: {}, faults: [] }))
  })

  app.post('/follow/link', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    const sent = sentFields(request.body)
    if (sent._language) return sendPage(reply, ctx, linkPage(ctx, { typed: sent, faults: [] }))
    const faults = linkFaults(sent)
    if (faults.length > 0) return sendPage(reply, ctx, linkPage(ctx, { typed: sent, faults }), 422)
    const waitMs = byAddress.attempt(networkOf(request.ip), office.clock.now())
    if (waitMs > 0) {
      tooManyRequests(reply, waitMs)
      return sendPage(
        reply,
        ctx,
        linkPage(ctx, { typed: sent, faults: [], wait: waitText(ctx.t, waitMs) }),
        429,
      )
    }
    // The answer comes after the same time whatever was found, so that it does not tell either.
    const allowed = (id: string) => byCase.attempt(id, office.clock.now()) === 0
    await Promise.all([sendLinkIfItMatches(office, sent, allowed), wait(sameTimeMs)])
    return sendPage(reply, ctx, linkSentPage(ctx))
  })

  app.get('/follow/open', async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    const { token } = request.query as { token?: unknown }
    const caseId = typeof token === 'string' ? readPass(office, token, 'follow-link') : undefined
    const view = caseId === undefined ? undefined : await findView(office, caseId)
    if (!view) return sendPage(reply, ctx, linkOverPage(ctx))
    const { id, number } = view.record.state
    givePass(reply, office, id, number)
    return reply.redirect(`/follow/${number}`, 303)
  })
}

const sameTimeMs = 300

async function sendLinkIfItMatches(
  office: Office,
  { number = '', email = '' }: Sent,
  allowed: (caseId: string) => boolean,
): Promise<void> {
  const { id: tenant } = office.tenant
  const caseId = await inSnapshot(office.pool, tenant, async tx => {
    const found = await findCaseByNumber(tx, number)
    const party = found && (await openParty(office, tx, found.id))
    return party?.email && sameAddress(party.email, email) ? found?.id : undefined
  })
  if (!caseId || !allowed(caseId)) return
  const payload: FollowLinkPayload = { tenant, caseId }
  await perform(office, { kind: 'resident' }, async () => ({
    result: undefined,
    changes: [],
    jobs: [{ task: 'send-follow-link', payload }],
  }))
}

const sameAddress = (a: string, b: string): boolean =>
  a.trim().toLowerCase() === b.normalize('NFKC').trim().toLowerCase()

/** What was being done when the time on the page ran out, as the entry page carries it along. */
function keptFrom(sent: Sent): Entry['kept'] {
  const { act = '' } = sent
  if (!isAct(act)) return undefined
  const fields = (['text', 'rating'] as const).flatMap(name => {
    const value = sent[`kept_${name}`]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { act, fields }
}

/** Back on the page where the time ran out, with what was typed there; it is not sent yet. */
async function goOn(
  request: FastifyRequest,
  reply: FastifyReply,
  office: Office,
  caseId: string,
  { act, fields }: NonNullable<Entry['kept']>,
): Promise<FastifyReply> {
  const view = await findView(office, caseId)
  if (!view || !isAct(act)) return reply.redirect('/follow', 303)
  const ctx = pageContext(request)
  const page = {
    act,
    view,
    typed: Object.fromEntries(fields),
    faults: [],
    key: v7(),
    notice: ctx.t('follow.kept'),
  }
  return sendPage(reply, ctx, actPage(ctx, page))
}
