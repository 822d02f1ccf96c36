import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { findPack } from '../../../packs/reads.ts'
import type { StoredFile } from '../../../platform/files/accept-upload.ts'
import { deleteFiles } from '../../../platform/files/storage.ts'
import { type Parts, requireOffice } from '../../../platform/http/parts.ts'
import type { Office } from '../../../platform/office.ts'
import { createLimit } from '../../../platform/rate-limit/limit.ts'
import { allowance } from '../../../platform/rate-limit/rules.ts'
import { pageContext, sendPage } from '../../../ui/respond.ts'
import { fileCase, findReceipt, type Receipt } from '../../actions/file-case.ts'
import type { FileFacts } from '../../rules/filing.ts'
import { discardDraft } from '../actions.ts'
import { allowOrRefuse, findCurrentAndChoices, leftForSweep, toReceipt } from '../current-draft.ts'
import type { Draft } from '../draft.ts'
import { filingFrom, firstFaultyStep } from '../forms.ts'
import { lostPage, receiptGonePage, startAgainPage } from '../pages/around.ts'
import { checkPage } from '../pages/check.ts'
import { receiptPage } from '../pages/receipt.ts'
import { findChoices } from '../reads.ts'
import { deleteDraft } from '../store.ts'
import { readTicket, takeTicket } from '../tickets.ts'

/** Checking, sending, the receipt, and starting again. */
export function registerSending(app: FastifyInstance, { config, log, baseUrl }: Parts): void {
  const sends = createLimit(allowance({ burst: 60, everyMs: 20_000 }))

  app.get('/raise/check', async (request, reply) => {
    const office = requireOffice(request.office)
    const { current, choices } = await findCurrentAndChoices(office, request)
    const ctx = pageContext(request)
    if (!current) return sendPage(reply, ctx, lostPage(ctx))
    const { answers, files } = current.draft
    const { changed } = request.query as { changed?: unknown }
    const shown = { ctx, choices, answers, files, faults: [], toCheck: true }
    return sendPage(
      reply,
      ctx,
      checkPage({ ...shown, seen: seenOf(current.draft), changed: changed !== undefined }),
    )
  })

  app.post('/raise/send', async (request, reply) => {
    const office = requireOffice(request.office)
    const { current, choices } = await findCurrentAndChoices(office, request)
    const ctx = pageContext(request)
    if (!current) return sendPage(reply, ctx, lostPage(ctx))
    const { draft, ticket } = current
    if (firstFaultyStep(draft.answers, choices)) return reply.redirect('/raise/check', 303)
    const { seen } = (request.body ?? {}) as { seen?: unknown }
    // Another window may have changed what this one showed: nobody sends what they have not seen.
    if (seen !== seenOf(draft)) return reply.redirect('/raise/check?changed', 303)
    allowOrRefuse(sends, office, request)
    await fileCase(
      office,
      { kind: 'resident' },
      {
        ...filingFrom(draft.answers, choices),
        id: draft.id,
        channel: 'web',
        language: request.lang,
        files: draft.files.map(factsOf),
      },
      {
        receiptSecret: ticket.secret,
        wrappedKey: draft.wrappedKey,
        writes: [deleteDraft(office.tenant.id, draft.id)],
      },
    )
    return toReceipt(reply, ticket)
  })

  // Not compressed: the code must not be guessed from how well the page compresses with an address that repeats it.
  app.get('/raise/receipt', { compress: false }, async (request, reply) => {
    const office = requireOffice(request.office)
    const ctx = pageContext(request)
    const receipt = await receiptOf(office, request)
    if (!receipt) return sendPage(reply, ctx, receiptGonePage(ctx))
    const { organisation } = await findChoices(office)
    const followUrl = `${baseUrl()}/follow?number=${receipt.number}`
    const pack = findPack(receipt.state.pack)
    return sendPage(reply, ctx, receiptPage(ctx, { receipt, pack, organisation, followUrl }))
  })

  app.get('/raise/start-again', async (request, reply) => {
    requireOffice(request.office)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, startAgainPage(ctx))
  })

  app.post('/raise/start-again', async (request, reply) => {
    const office = requireOffice(request.office)
    const ticket = readTicket(request, 'draft')
    if (ticket && (await discardDraft(office, ticket)))
      await deleteFiles(config.dataDir, office.tenant.id, ticket.id).catch(leftForSweep(log))
    takeTicket(reply, 'draft')
    return reply.redirect('/raise/kind?done=deleted', 303)
  })
}

async function receiptOf(office: Office, request: FastifyRequest): Promise<Receipt | undefined> {
  const ticket = readTicket(request, 'receipt')
  return ticket && findReceipt(office, ticket.id, ticket.secret)
}

/** Stands for everything the page to check has shown. */
function seenOf({ answers, files }: Draft): string {
  const shown = JSON.stringify([Object.entries(answers).toSorted(), files.map(file => file.id)])
  return createHash('sha256').update(shown).digest('base64url').slice(0, 22)
}

function factsOf({ id, mediaType, size, sha256, name, thumbnail }: StoredFile): FileFacts {
  return { id, mediaType, size, sha256, name, thumbnail }
}
