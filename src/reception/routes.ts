import { hash, randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { receiptPage } from '../cases/raise/pages/receipt.ts'
import { type Choices, findChoices } from '../cases/raise/reads.ts'
import { requireActor } from '../identity/actor.ts'
import type { Actor } from '../org/may.ts'
import { BadInput, NotAllowed } from '../platform/errors.ts'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import { translator } from '../platform/i18n/translator.ts'
import type { Office } from '../platform/office.ts'
import { isUuid, v7 } from '../platform/uuid.ts'
import type { Typed } from '../ui/form/form-state.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import { mayRegister, registerCase } from './actions.ts'
import { belongingOf } from './belonging.ts'
import { answersOf, type DeskFiling, readDeskForm } from './forms.ts'
import { belongs, type Desk, deskPage, registeredPage } from './pages.ts'

/** The front desk: a case is registered for a person who is present or on the phone. */
export function receptionRoutes(app: FastifyInstance, parts: Parts): void {
  app.get('/desk', async (request, reply) => {
    const { choices } = await openDesk(request)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, deskPage(ctx, { choices, typed: {}, id: v7(), slip: newSlip() }))
  })

  // Where a case belongs, for the box that is kept up to date while somebody types.
  app.post('/desk/where', async (request, reply) => {
    const { choices } = await openDesk(request)
    const typed = (request.body ?? {}) as Typed
    const part = belongs(pageContext(request), {
      choices,
      typed,
      belonging: belongingOf(answersOf(typed), choices),
    })
    return reply.type('text/html; charset=utf-8').send(part.toString())
  })

  app.post('/desk', async (request, reply) => {
    const { office, actor, choices } = await openDesk(request)
    const ctx = pageContext(request)
    const typed = (request.body ?? {}) as Typed
    const desk: Desk = {
      choices,
      typed,
      ...ticketOf(typed),
      belonging: belongingOf(answersOf(typed), choices),
    }
    if (typeof typed._language === 'string') return sendPage(reply, ctx, deskPage(ctx, desk))
    if (typed._step === 'where') return sendPage(reply, ctx, deskPage(ctx, { ...desk, asked: true }))
    try {
      const filing = readDeskForm(typed, choices, office.tenant.language)
      const { id, secret } = filingTicket(desk, filing)
      const receipt = await registerCase(office, actor, { ...filing, id }, secret)
      return sendReceipt(parts, request, reply, { receipt, choices })
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return sendPage(reply, ctx, deskPage(ctx, { ...desk, faults: error.faults }), 422)
    }
  })
}

// Not redirected to: the code is on this answer alone. Loaded again, the same form shows the same receipt.
function sendReceipt(
  { baseUrl }: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  { receipt, choices }: { receipt: Awaited<ReturnType<typeof registerCase>>; choices: Choices },
): FastifyReply {
  const ctx = pageContext(request)
  const { number, state } = receipt
  const lang = state.language
  const theirs = { ...ctx, lang, t: translator(lang) }
  const followUrl = `${baseUrl()}/follow?number=${number}`
  const { main } = receiptPage(theirs, { receipt, ...choices, followUrl })
  return sendPage(
    reply.header('Cache-Control', 'no-store'),
    ctx,
    registeredPage(ctx, { number, receipt: main, lang }),
  )
}

async function openDesk(
  request: FastifyRequest,
): Promise<{ office: Office; actor: Actor; choices: Choices }> {
  const actor = requireActor(request)
  if (!mayRegister(actor)) throw new NotAllowed()
  const office = requireOffice(request.office)
  return { office, actor, choices: await findChoices(office) }
}

// What was not made here is made anew: a made-up id or secret would let somebody choose a receipt code's source.
function ticketOf(typed: Typed): { id: string; slip: string } {
  const { _id: id, _slip: slip } = typed
  const isTicket =
    typeof id === 'string' && isUuid(id) && typeof slip === 'string' && /^[\w-]{32}$/.test(slip)
  return isTicket ? { id, slip } : { id: v7(), slip: newSlip() }
}

/**
 * The id and the secret of a filing follow from its form and from what it says: sent twice it is one case, while
 * another one that was typed over the last, after going back in the browser, is a case of its own.
 */
function filingTicket(
  { id, slip }: Pick<Desk, 'id' | 'slip'>,
  filing: DeskFiling,
): { id: string; secret: string } {
  const digest = hash('sha256', `${id} ${slip} ${JSON.stringify(filing)}`, 'hex')
  // The first 48 bits stay the time, as in every UUID of version 7.
  const uuid = `${id.slice(0, 14)}7${digest.slice(0, 3)}-8${digest.slice(3, 6)}-${digest.slice(6, 18)}`
  return { id: uuid, secret: `${slip} ${digest.slice(18)}` }
}

const newSlip = (): string => randomBytes(24).toString('base64url')
