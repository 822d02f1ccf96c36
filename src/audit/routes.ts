import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { inSnapshot, type Tx } from '../platform/database/tx.ts'
import { NotFound } from '../platform/errors.ts'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import { wantsJson } from '../platform/http/wants-json.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import { checkpointPage, checkpointsPage } from './pages/checkpoints.ts'
import { keysPage } from './pages/keys.ts'
import { verifyPage } from './pages/verify.ts'
import { publishedPath } from './publication.ts'
import { findCheckpoint, listCheckpoints, listPublicKeys } from './reads.ts'

const perPage = 60

/** The public record: anybody may read it, signed in or not, as pages and as JSON (`.json`, or `Accept`). */
export function auditRoutes(app: FastifyInstance, parts: Parts): void {
  const snapshot = <R>(request: FastifyRequest, work: (tx: Tx) => Promise<R>): Promise<R> =>
    inSnapshot(parts.pool, requireOffice(request.office).tenant.id, work)

  app.get('/audit', (_request, reply) => reply.redirect('/audit/checkpoints', 303))

  app.get('/audit/checkpoints', (request, reply) => listed(request, reply, wantsJson(request)))
  app.get('/audit/checkpoints.json', (request, reply) => listed(request, reply, true))

  async function listed(request: FastifyRequest, reply: FastifyReply, asJson: boolean) {
    const before = readNumber((request.query as { before?: unknown }).before)
    const rows = await snapshot(request, tx => listCheckpoints(tx, { before, limit: perPage + 1 }))
    const checkpoints = rows.slice(0, perPage)
    const older = rows.length > perPage ? `?before=${checkpoints.at(-1)?.no}` : undefined
    const path = `/audit/checkpoints${asJson ? '.json' : ''}`
    const next = older && path + older
    if (asJson) return reply.send({ checkpoints, ...(next && { next }) })
    const ctx = pageContext(request)
    return sendPage(reply, ctx, checkpointsPage(ctx, { checkpoints, next }))
  }

  app.get('/audit/checkpoints/:no', async (request, reply) => {
    const { no = '', json } =
      /^(?<no>\d+)(?<json>[.]json)?$/.exec((request.params as { no: string }).no)?.groups ?? {}
    const number = readNumber(no)
    const checkpoint =
      number === undefined ? undefined : await snapshot(request, tx => findCheckpoint(tx, number))
    if (!checkpoint) throw new NotFound('checkpoint')
    if (json || wantsJson(request)) return reply.send(checkpoint)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, checkpointPage(ctx, checkpoint))
  })

  // The file as it is on disk, so that a copy kept elsewhere is compared with what the program itself compares.
  app.get('/audit/checkpoints.jsonl', async (request, reply) => {
    const path = publishedPath(parts.config.dataDir, requireOffice(request.office).tenant.id)
    const found = await stat(path).catch(() => undefined)
    if (!found?.size) throw new NotFound('published checkpoints')
    reply.header('content-disposition', 'attachment; filename="checkpoints.jsonl"')
    // To the size it had: a line that is being added would be cut.
    return reply.type('application/jsonl').send(createReadStream(path, { end: found.size - 1 }))
  })

  app.get('/audit/keys', async (request, reply) => {
    const keys = await snapshot(request, listPublicKeys)
    if (wantsJson(request)) return reply.send({ keys })
    const ctx = pageContext(request)
    return sendPage(reply, ctx, keysPage(ctx, keys))
  })
  app.get('/audit/keys.json', async (request, reply) =>
    reply.send({ keys: await snapshot(request, listPublicKeys) }),
  )

  app.get('/audit/check.mjs', (_request, reply) =>
    reply
      .header('content-disposition', 'attachment; filename="check.mjs"')
      .type('text/javascript; charset=utf-8')
      .send(createReadStream(new URL('check.mjs', import.meta.url))),
  )

  app.get('/verify', async (request, reply) => {
    const [first] = await snapshot(request, listPublicKeys)
    const ctx = pageContext(request)
    return sendPage(reply, ctx, verifyPage(ctx, { firstKey: first?.id }))
  })
}

/** A number of a checkpoint; undefined for what is none, and for what no database column holds. */
function readNumber(text: unknown): number | undefined {
  return typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}
