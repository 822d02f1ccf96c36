import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { requireActor } from '../identity/actor.ts'
import { type Actor, may } from '../org/may.ts'
import { inSnapshot } from '../platform/database/tx.ts'
import { BadInput, type Fault, NotAllowed, NotFound } from '../platform/errors.ts'
import { displayName } from '../platform/files/file-name.ts'
import { contentDisposition } from '../platform/files/send-file.ts'
import { type Parts, requireOffice } from '../platform/http/parts.ts'
import type { Office } from '../platform/office.ts'
import { isUuid, v7 } from '../platform/uuid.ts'
import type { Typed } from '../ui/form/form-state.ts'
import { pageContext, sendPage } from '../ui/respond.ts'
import { addRun, beginRun, discardRun, readAnew } from './actions/runs.ts'
import { dateFormatFault } from './date-format.ts'
import { fieldsOf, importKinds } from './fields.ts'
import { type Inspection, inspectFile } from './inspect-file.ts'
import { listMappings } from './load-mapping.ts'
import { importsPage } from './pages/imports.ts'
import { type MappingView, mappingPage } from './pages/mapping.ts'
import { goesOn, runPage } from './pages/run.ts'
import { exchangeActions } from './permissions.ts'
import { findRun, listRuns } from './reads.ts'
import { formats } from './rules.ts'
import {
  makeRunFolder,
  type Run,
  type RunFolder,
  type RunReading,
  removeRunFolder,
  runFolder,
} from './run.ts'
import { encodings } from './sheets/encoding.ts'
import { missingFields } from './table-mapping.ts'

type One = { Params: { id: string } }
type Who = { office: Office; actor: Actor }

const home = '/organisation/imports'
/** Bytes of a file that a browser may bring; a million rows of cases come to some 500 MB. */
const largestFile = 1_000_000_000
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
    const who = importerOf(request)
    const { office, actor } = who
    const id = v7()
    const folder = folderOf(office, id)
    const sent = await takeFile(request, folder)
    try {
      const { kind, mapping } = chosenKind(sent.kind)
      if (sent.fault) throw new BadInput([sent.fault])
      const seen = await inspectFile(folder.file, kind, { lang: request.lang })
      const reading = firstReading(seen, mapping, request)
      await addRun(office, actor, { id, kind, fileName: displayName(sent.name), reading })
      return reply.redirect(`${home}/${id}`, 303)
    } catch (error) {
      removeRunFolder(folder)
      if (!(error instanceof BadInput)) throw error
      const runs = await inSnapshot(office.pool, office.tenant.id, tx => listRuns(tx, shownRuns))
      const ctx = pageContext(request)
      const view = { runs, typed: { kind: sent.kind }, faults: error.faults }
      return sendPage(reply, ctx, importsPage(ctx, view), 422)
    }
  })

  app.get<One>(`${home}/:id`, async (request, reply) => {
    const { office, run } = await runOf(request)
    if (run.status === 'mapping') return showMapping(request, reply, office, run)
    const ctx = pageContext(request)
    const rejected =
      !goesOn(run) && run.status !== 'discarded' && existsSync(folderOf(office, run.id).rejected)
    // The page comes again by itself, scripts or none.
    if (goesOn(run)) reply.header('refresh', '3')
    return sendPage(reply, ctx, runPage(ctx, { run, rejected }))
  })

  app.post<One>(`${home}/:id/mapping`, async (request, reply) => {
    const { office, actor, run } = await runOf(request)
    const typed = (request.body ?? {}) as Typed
    const isCheck = typed['do'] === 'check'
    try {
      const reading = readingFrom(run, typed, isCheck)
      await readAnew(office, actor, run.id, reading, isCheck)
      return reply.redirect(`${home}/${run.id}`, 303)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      return showMapping(request, reply, office, run, { typed, faults: error.faults })
    }
  })

  app.post<One>(`${home}/:id/run`, async (request, reply) => {
    const { office, actor, run } = await runOf(request)
    await beginRun(office, actor, run)
    return reply.redirect(`${home}/${run.id}`, 303)
  })

  app.post<One>(`${home}/:id/again`, async (request, reply) => {
    const { office, actor, run } = await runOf(request)
    await readAnew(office, actor, run.id, undefined, false)
    return reply.redirect(`${home}/${run.id}`, 303)
  })

  app.post<One>(`${home}/:id/discard`, async (request, reply) => {
    const { office, actor, run } = await runOf(request)
    await discardRun(office, actor, run.id)
    removeRunFolder(folderOf(office, run.id))
    return reply.redirect(home, 303)
  })

  app.get<One>(`${home}/:id/rejected.csv`, { exposeHeadRoute: false }, async (request, reply) => {
    const { office, run } = await runOf(request)
    const { rejected } = folderOf(office, run.id)
    if (goesOn(run) || run.status === 'discarded' || !existsSync(rejected)) throw new NotFound('file')
    const name = `${run.fileName.replace(/\.(csv|txt|xlsx)$/i, '')}-rejected.csv`
    return reply
      .type(formats.csv)
      .header('content-disposition', contentDisposition('attachment', name))
      .send(createReadStream(rejected))
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

/** Takes the uploaded file to its folder as it arrives, and what was said with it. */
async function takeFile(
  request: FastifyRequest,
  folder: RunFolder,
): Promise<{ kind: string; name: string; fault: Fault | undefined }> {
  let kind = ''
  let name = ''
  let fault: Fault | undefined
  if (!request.isMultipart())
    return { kind, name, fault: { field: 'file', text: 'exchange.import.file.missing' } }
  const parser = {
    limits: { fileSize: largestFile, files: 1, fields: 5, fieldSize: 1000 },
    throwFileSizeLimit: false,
  }
  for await (const part of request.parts(parser)) {
    if (part.type === 'field') {
      if (part.fieldname === 'kind') kind = String(part.value)
      continue
    }
    name = part.filename ?? ''
    await makeRunFolder(folder)
    await pipeline(part.file, createWriteStream(folder.file, { mode: 0o600 }))
    if (part.file.truncated) {
      const values = { megabytes: largestFile / 1_000_000 }
      fault = { field: 'file', text: 'exchange.import.file.too-large', values }
    }
  }
  if (name === '') fault = { field: 'file', text: 'exchange.import.file.missing' }
  return { kind, name, fault }
}

function chosenKind(text: string): { kind: Run['kind']; mapping?: string } {
  const kind = importKinds.find(one => one === text)
  if (kind) return { kind }
  const mapping = listMappings().find(name => text === `mapping:${name}`)
  if (mapping) return { kind: 'cases', mapping }
  throw new BadInput([{ field: 'kind', text: 'exchange.import.kind.missing' }])
}

function firstReading(seen: Inspection, mapping: string | undefined, request: FastifyRequest): RunReading {
  const { format, encoding, delimiter, choice, dateFormat = '' } = seen
  const own = mapping === undefined ? { choice, dateFormat } : { choice: {}, dateFormat: '', mapping }
  return { format, encoding, delimiter, source: 'records', createUnits: false, lang: request.lang, ...own }
}

const line = z.string().max(500).default('')
const mappingForm = z.looseObject({
  encoding: z.enum(encodings).optional().catch(undefined),
  dateFormat: line.catch(''),
  source: line.catch(''),
  createUnits: z.string().optional().catch(undefined),
})

/** What was said of a file; before it is checked, all that the kind cannot do without. @throws BadInput */
function readingFrom(run: Run, typed: Typed, isCheck: boolean): RunReading {
  const given = mappingForm.parse(typed)
  const choice: Record<string, string> = {}
  for (const { name } of fieldsOf[run.kind]) {
    const column = typed[`field-${name}`]
    if (typeof column === 'string' && column !== '') choice[name] = column
  }
  const ready = run.reading.mapping !== undefined
  const faults: Fault[] = []
  if (isCheck && !ready) {
    for (const name of missingFields(run.kind, choice))
      faults.push({ field: `field-${name}`, text: 'exchange.mapping.column-missing' })
    if (run.kind === 'cases' && (given.dateFormat === '' || dateFormatFault(given.dateFormat) !== undefined))
      faults.push({ field: 'dateFormat', text: 'exchange.mapping.date-format.missing' })
    if (run.kind === 'cases' && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(given.source))
      faults.push({ field: 'source', text: 'exchange.mapping.source.wrong' })
  }
  if (faults.length > 0) throw new BadInput(faults)
  return {
    ...run.reading,
    encoding: run.reading.format === 'csv' ? (given.encoding ?? run.reading.encoding) : undefined,
    createUnits: given.createUnits !== undefined,
    ...(!ready && {
      choice,
      dateFormat: given.dateFormat,
      source: given.source.trim() || 'records',
    }),
  }
}
