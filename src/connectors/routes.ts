import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireAdministrator } from '../identity/actor.ts'
import type { Actor } from '../org/may.ts'
import { packOf } from '../packs/reads.ts'
import { inSnapshot, inTransaction } from '../platform/database/tx.ts'
import { BadInput, type Fault, NotFound } from '../platform/errors.ts'
import { parseForm } from '../platform/http/parse-form.ts'
import type { Parts } from '../platform/http/parts.ts'
import { allowedNetworks } from '../platform/http-client/address.ts'
import type { Office } from '../platform/office.ts'
import { enqueue } from '../platform/perform.ts'
import { isUuid } from '../platform/uuid.ts'
import { pageContextAfter } from '../ui/flash.ts'
import type { Typed } from '../ui/form/form-state.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import {
  addConnection,
  changeConnection,
  pauseConnection,
  removeConnection,
  resumeConnection,
  retryConnection,
} from './actions/connections.ts'
import { changeForm, connectionForm } from './forms.ts'
import { openApiKey } from './key.ts'
import { connectionPage } from './pages/connection.ts'
import { connectionsPage } from './pages/connections.ts'
import { servicesPage } from './pages/services.ts'
import { connectorActions } from './permissions.ts'
import { countCopies, findConnection, findSealedKey, listConnections, listCopies } from './reads.ts'
import { type Direction, type Pair, readPairs } from './rules/mapping.ts'
import { runJob } from './run-job.ts'
import { fetchServices } from './services.ts'

type One = { Params: { id: string }; Querystring: { before?: unknown; same?: unknown } }

const home = '/organisation/connections'
const pageSize = 50
const noCopies = { waiting: 0, copied: 0, there: 0, refused: 0, steps: 0 }

/** The connections with other servers, for administrators. */
export function connectorRoutes(app: FastifyInstance, parts: Parts): void {
  const allowed = allowedNetworks(parts.config.webhookAllowPrivate)
  const { baseUrl } = parts.config

  app.get(home, async (request, reply) => showAll(request, reply))

  app.post(home, async (request, reply) => {
    const { office, actor } = administratorOf(request)
    const typed = (request.body ?? {}) as Typed
    try {
      const input = { ...parseForm(connectionForm, typed), services: [] }
      const id = await addConnection(office, actor, input, { allowed, baseUrl })
      return reply.redirect(`${home}/${id}/services?done=added`, 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return showAll(request, reply, { typed, faults: error.faults })
    }
  })

  app.get<One>(`${home}/:id`, async (request, reply) => showOne(request, reply))

  app.post<One>(`${home}/:id`, async (request, reply) => {
    const { office, actor, id } = connectionOf(request)
    const typed = (request.body ?? {}) as Typed
    try {
      await changeConnection(office, actor, id, parseForm(changeForm, typed))
      return reply.redirect(`${home}/${id}?done=saved`, 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return showOne(request, reply, { typed, faults: error.faults })
    }
  })

  const showServices = async (request: FastifyRequest<One>, reply: FastifyReply, refused?: Refused) => {
    const { office, id } = connectionOf(request)
    const { connection, sealed } = await inSnapshot(office.pool, office.tenant.id, async tx => ({
      connection: await findConnection(tx, id),
      sealed: await findSealedKey(tx, id),
    }))
    if (!connection) throw new NotFound('connection')
    const key = sealed ? openApiKey(office, id, sealed) : undefined
    const services = await fetchServices(office, { ...connection, key }, allowed)
    const ctx = pageContextAfter(request, doneTexts)
    const { services: typed } = refused?.typed ?? {}
    const view = {
      connection,
      pack: packOf(office.tenant),
      services,
      same: request.query.same !== undefined,
      ...(refused && { faults: refused.faults }),
      ...(typeof typed === 'string' && { typed }),
    }
    return sendPage(reply, ctx, servicesPage(ctx, view), refused ? 422 : 200)
  }

  app.get<One>(`${home}/:id/services`, async (request, reply) => showServices(request, reply))

  app.post<One>(`${home}/:id/services`, async (request, reply) => {
    const { office, actor, id } = connectionOf(request)
    const typed = (request.body ?? {}) as Typed
    try {
      const connection = await inSnapshot(office.pool, office.tenant.id, tx => findConnection(tx, id))
      if (!connection) throw new NotFound('connection')
      await changeConnection(office, actor, id, { services: pairsOf(typed, connection.direction) })
      return reply.redirect(`${home}/${id}?done=saved`, 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return showServices(request, reply, { typed, faults: error.faults })
    }
  })

  app.post<One>(`${home}/:id/remove`, async (request, reply) => {
    const { office, actor, id } = connectionOf(request)
    await removeConnection(office, actor, id)
    return reply.redirect(`${home}?done=removed`, 303)
  })

  app.post<One>(`${home}/:id/pause`, (request, reply) => act(request, reply, 'paused', pauseConnection))
  app.post<One>(`${home}/:id/resume`, (request, reply) => act(request, reply, 'resumed', resumeConnection))
  app.post<One>(`${home}/:id/retry`, (request, reply) => act(request, reply, 'retried', retryConnection))

  app.post<One>(`${home}/:id/run`, (request, reply) =>
    act(request, reply, 'run', async (office, _actor, id) => {
      const { pool, tenant } = office
      if (!(await inSnapshot(pool, tenant.id, tx => findConnection(tx, id)))) throw new NotFound('connection')
      await inTransaction(pool, tenant.id, tx => tx.run(enqueue(runJob(tenant.id, id, undefined, true))))
    }),
  )
}

type Refused = { typed: Typed; faults: readonly Fault[] }

const administratorOf = (request: FastifyRequest) =>
  requireAdministrator(request, connectorActions.manageConnections)

function connectionOf(request: FastifyRequest<One>): { office: Office; actor: Actor; id: string } {
  const who = administratorOf(request)
  const { id } = request.params
  if (!isUuid(id)) throw new NotFound('connection')
  return { ...who, id }
}

async function act(
  request: FastifyRequest<One>,
  reply: FastifyReply,
  done: keyof typeof doneTexts,
  work: (office: Office, actor: Actor, id: string) => Promise<unknown>,
): Promise<FastifyReply> {
  const { office, actor, id } = connectionOf(request)
  await work(office, actor, id)
  return reply.redirect(`${home}/${id}?done=${done}`, 303)
}

const doneTexts = {
  added: 'connectors.done.added',
  saved: 'connectors.done.saved',
  removed: 'connectors.done.removed',
  paused: 'connectors.done.paused',
  resumed: 'connectors.done.resumed',
  retried: 'connectors.done.retried',
  run: 'connectors.done.run',
} as const

/** The pairs that a form says: chosen one by one, or as codes. @throws BadInput */
function pairsOf(typed: Typed, direction: Direction): Pair[] {
  if (typeof typed['services'] === 'string') {
    const { pairs, unread } = readPairs(typed['services'])
    const [pair] = unread
    if (pair !== undefined)
      throw new BadInput([{ field: 'services', text: 'connectors.fault.pairs', values: { pair } }])
    return pairs
  }
  return Object.entries(typed).flatMap(([name, chosen]) => {
    if (!name.startsWith('pair-') || typeof chosen !== 'string' || chosen === '') return []
    const source = name.slice('pair-'.length)
    return [
      direction === 'to' ? { category: source, service: chosen } : { category: chosen, service: source },
    ]
  })
}

async function showAll(
  request: FastifyRequest,
  reply: FastifyReply,
  refused?: Refused,
): Promise<FastifyReply> {
  const { office } = administratorOf(request)
  const [connections, counts] = await inSnapshot(office.pool, office.tenant.id, tx =>
    Promise.all([listConnections(tx), countCopies(tx)]),
  )
  const ctx = refused ? pageContext(request) : pageContextAfter(request, doneTexts)
  return sendPage(reply, ctx, connectionsPage(ctx, { connections, counts, ...refused }), refused ? 422 : 200)
}

async function showOne(
  request: FastifyRequest<One>,
  reply: FastifyReply,
  refused?: Refused,
): Promise<FastifyReply> {
  const { office, id } = connectionOf(request)
  const { before } = request.query
  const [connection, counts, copies] = await inSnapshot(office.pool, office.tenant.id, tx =>
    Promise.all([
      findConnection(tx, id),
      countCopies(tx),
      listCopies(tx, id, pageSize + 1, typeof before === 'string' && isUuid(before) ? before : undefined),
    ]),
  )
  if (!connection) throw new NotFound('connection')
  const ctx = pageContextAfter(request, doneTexts)
  const shown = copies.slice(0, pageSize)
  const older = copies.length > pageSize ? shown.at(-1)?.caseId : undefined
  const view = { connection, counts: counts.get(id) ?? noCopies, copies: shown, older, ...refused }
  return sendPage(reply, ctx, connectionPage(ctx, view), refused ? 422 : 200)
}
