import { existsSync } from 'node:fs'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { requireActor } from '../identity/actor.ts'
import { type Actor, may } from '../org/may.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput, type Fault, NotAllowed, NotFound } from '../platform/errors.ts'
import { displayName } from '../platform/files/file-name.ts'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import type { Office } from '../platform/office.ts'
import { isUuid, v7 } from '../platform/uuid.ts'
import { pageContextAfter } from '../ui/flash.ts'
import type { Typed } from '../ui/form/form-state.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import { addRun, beginRun, discardRun, readAnew } from './actions/runs.ts'
import { fieldsOf, importKinds } from './fields.ts'
import { inspectFile } from './inspect-file.ts'
import { listMappings } from './load-mapping.ts'
import { importsPage } from './pages/imports.ts'
import { type MappingView, mappingPage } from './pages/mapping.ts'
import { runPage } from './pages/run.ts'
import { exchangeActions } from './permissions.ts'
import type { Said } from './reading.ts'
import { findRun, listRuns } from './reads.ts'
import { hasRejected, sendRejected } from './rejected-rows.ts'
import { goesOn, type Run, removeRunFolder, runFolder } from './run.ts'
import { encodings } from './sheets/encoding.ts'
import { takeFile } from './take-file.ts'

type One = { Params: { id: string } }
type Who = { office: Office; actor: Actor }

const home = '/organisation/imports'
const shownRuns = 50

/** Files that administrators bring in: upload, which column is what, a dry run, the import and its refused rows. */
export function importRoutes(app: FastifyInstance, { config }: Parts): void {
  const folderOf = ({ tenant }: Office, id: string) => runFolder(config.dataDir, tenant.id, id)

  app.get(home, async (request, reply) => {
    const { office } = importerOf(request)
    const runs = await inSnapshot(office.pool, office.tenant.id, tx => listRuns(tx, shownRuns))
    const ctx = pageContext(request)
    return sendPage(reply, ctx, importsPage(ctx, { runs }))
  })

  app.post(home, async (request, reply) => {
    const { office, actor } = importerOf(request)
    const id = v7()
    const folder = folderOf(office, id)
    const { fields, name, fault } = await takeFile(request, reply, folder)
    const typed = { kind: fields['kind'] ?? '' }
    try {
      const chosen = chosenKind(typed.kind)
      if (!chosen || fault) throw new BadInput(uploadFaults(chosen !== undefined, fault))
      const { lang } = request
      await addRun(office, actor, folder, { id, ...chosen, fileName: displayName(name), lang })
      return reply.redirect(`${home}/${id}`, 303)
    } catch (error) {
      removeRunFolder(folder)
      if (!(error instanceof BadInput)) throw error
      const runs = await inSnapshot(office.pool, office.tenant.id, tx => listRuns(tx, shownRuns))
      const ctx = pageContext(request)
      return sendPage(reply, ctx, importsPage(ctx, { runs, typed, faults: error.faults }), 422)
    }
  })

  app.get<One>(`${home}/:id`, async (request, reply) => {
    const { office, run } = await runOf(request)
    if (run.status === 'mapping') return showMapping(request, reply, office, run)
    const ctx = pageContextAfter(request, { stopped: 'exchange.import.done.stopped' })
    const rejected = hasRejected(run, folderOf(office, run.id))
    // The page comes again by itself, scripts or none.
    if (goesOn(run)) reply.header('refresh', '3')
    return sendPage(reply, ctx, runPage(ctx, { run, rejected }))
  })

  app.post<One>(`${home}/:id/mapping`, async (request, reply) => {
    const { office, actor, run } = await runOf(request)
    const typed = (request.body ?? {}) as Typed
    try {
      await readAnew(office, actor, run, saidIn(run, typed), typed['do'] === 'check')
      return reply.redirect(`${home}/${run.id}`, 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      const faults = error.faults.map(one => ({ ...one, field: one.field.replace('columns.', 'field-') }))
      return showMapping(request, reply, office, run, { typed, faults })
    }
  })

  app.post<One>(`${home}/:id/run`, async (request, reply) => {
    const { office, actor, run } = await runOf(request)
    await beginRun(office, actor, run)
    return reply.redirect(`${home}/${run.id}`, 303)
  })

  app.post<One>(`${home}/:id/again`, async (request, reply) => {
    const { office, actor, run } = await runOf(request)
    await readAnew(office, actor, run, {}, false)
    return reply.redirect(`${home}/${run.id}`, 303)
  })

  app.post<One>(`${home}/:id/discard`, async (request, reply) => {
    const { office, actor, run } = await runOf(request)
    await discardRun(office, actor, run.id)
    removeRunFolder(folderOf(office, run.id))
    // What one that went on has written is said on its own page.
    return reply.redirect(run.status === 'running' ? `${home}/${run.id}?done=stopped` : home, 303)
  })

  app.get<One>(`${home}/:id/rejected.csv`, { exposeHeadRoute: false }, async (request, reply) => {
    const { office, run } = await runOf(request)
    return sendRejected(reply, run, folderOf(office, run.id))
  })

  async function showMapping(
    request: FastifyRequest,
    reply: FastifyReply,
    office: Office,
    run: Run,
    refused?: Pick<MappingView, 'typed' | 'faults'>,
  ): Promise<FastifyReply> {
    const { file } = folderOf(office, run.id)
    if (!existsSync(file)) throw new NotFound('file')
    const { encoding, delimiter, lang, choice } = run.reading
    const seen = await inspectFile(file, run.kind, { encoding, delimiter, lang }, choice)
    const ctx = pageContext(request)
    const page = mappingPage(ctx, { run, seen, ...refused })
    return sendPage(reply, ctx, page, refused ? 422 : 200)
  }
}

function importerOf(request: FastifyRequest): Who {
  const office = requireOffice(request.office)
  const actor = requireActor(request)
  if (!may(actor, exchangeActions.importFiles, { unitPath: [] }))
    throw new NotAllowed('org.administrators-only')
  return { office, actor }
}

async function runOf(request: FastifyRequest<One>): Promise<Who & { run: Run }> {
  const who = importerOf(request)
  const { id } = request.params
  const { pool, tenant } = who.office
  const run = isUuid(id) ? await inSnapshot(pool, tenant.id, tx => findRun(tx, id)) : undefined
  if (!run) throw new NotFound('import')
  return { ...who, run }
}

function chosenKind(text: string): { kind: Run['kind']; mapping?: string } | undefined {
  const kind = importKinds.find(one => one === text)
  if (kind) return { kind }
  const mapping = listMappings().find(name => text === `mapping:${name}`)
  return mapping === undefined ? undefined : { kind: 'cases', mapping }
}

/** What is wrong with an upload. A browser empties the field of a file, so a good one has to be asked for again. */
function uploadFaults(hasKind: boolean, fault: Fault | undefined): Fault[] {
  const file = fault ?? { field: 'file', text: 'exchange.import.file.again' }
  return hasKind ? [file] : [{ field: 'kind', text: 'exchange.import.kind.missing' }, file]
}

const line = z.string().max(500).catch('')
const mappingForm = z.looseObject({
  encoding: z.enum(encodings).optional().catch(undefined),
  dateFormat: line,
  source: line,
  createUnits: z.string().optional().catch(undefined),
})

/** What was typed of a file: a form says everything anew. */
function saidIn({ kind }: Run, typed: Typed): Said {
  const { encoding, dateFormat, source, createUnits } = mappingForm.parse(typed)
  const choice: Record<string, string> = {}
  for (const { name } of fieldsOf[kind]) {
    const column = typed[`field-${name}`]
    if (typeof column === 'string' && column !== '') choice[name] = column
  }
  return {
    choice,
    encoding,
    dateFormat,
    source: source.trim() || 'records',
    createUnits: createUnits !== undefined,
  }
}
