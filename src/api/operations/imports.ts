import { existsSync } from 'node:fs'
import { z } from 'zod'
import { addRun, beginRun, discardRun, readAnew, requireImporter } from '../../exchange/actions/runs.ts'
import { fieldsOf } from '../../exchange/fields.ts'
import { inspectFile } from '../../exchange/inspect-file.ts'
import type { Said } from '../../exchange/reading.ts'
import { findRun, listRuns } from '../../exchange/reads.ts'
import { sendRejected } from '../../exchange/rejected-rows.ts'
import { type Run, type RunFolder, removeRunFolder, runFolder } from '../../exchange/run.ts'
import { importLimits, takeFile } from '../../exchange/take-file.ts'
import { inSnapshot } from '../../platform/database/tx.ts'
import { BadInput, NotFound } from '../../platform/errors.ts'
import { displayName } from '../../platform/files/file-name.ts'
import { formDigest } from '../../platform/files/form-digest.ts'
import { isUuid, v7 } from '../../platform/uuid.ts'
import type { Call } from '../call.ts'
import { readInput } from '../input.ts'
import { nameForm } from '../named.ts'
import { type Operation, operation } from '../operation.ts'
import { firstOf, nextOf, nextPage, paging, readKey } from '../paging.ts'
import { WrongMediaType } from '../problem.ts'
import { uuid } from '../views/common.ts'
import {
  columnsSchema,
  importFields,
  importSchema,
  mappingFields,
  viewColumns,
  viewImport,
} from '../views/imports.ts'

const base = { tag: 'exchange', who: 'staff', scope: 'exchange' } as const
const byId = z.object({ id: uuid })

const list = operation({
  ...base,
  id: 'list-imports',
  method: 'get',
  path: '/imports',
  query: z.strictObject(paging),
  status: 200,
  result: z.object({ imports: z.array(importSchema), next: nextPage }).meta({ id: 'ImportList' }),
  paged: true,
  answer: async call => {
    const { office, actor, query, t } = call
    requireImporter(actor)
    const before = readKey('imports', query.cursor, isId)
    const read = await inSnapshot(office.pool, office.tenant.id, tx => listRuns(tx, query.limit + 1, before))
    const page = firstOf(read, query.limit, run => run.id)
    const { next, links } = nextOf('imports', '/imports', query, page.next)
    return {
      body: { imports: page.rows.map(run => viewImport(t, run, folderOf(call, run.id))), next },
      links,
    }
  },
})

const isId = (value: unknown): value is string => typeof value === 'string' && isUuid(value)

const add = operation({
  ...base,
  id: 'add-import',
  method: 'post',
  path: '/imports',
  upload: {
    part: 'file',
    about: 'api.field.form.table',
    many: false,
    fields: importFields,
    limits: importLimits,
  },
  status: 201,
  result: importSchema,
  repeat: 'once',
  act: async call => {
    const { request, reply, once, actor } = call
    requireImporter(actor)
    if (!request.isMultipart()) throw new WrongMediaType()
    const id = v7()
    const folder = folderOf(call, id)
    const digest = formDigest()
    const { fields, name, fault } = await takeFile(request, reply, folder, digest)
    nameForm(call, digest.end())
    try {
      if (fault) throw new BadInput([fault])
      const { kind, mapping } = readInput(importFields, fields, 'body')
      if (mapping && kind !== 'cases')
        throw new BadInput([{ field: 'mapping', text: 'api.fault.cases-only' }])
      const run = { id, kind, mapping, fileName: displayName(name), lang: request.lang }
      return await addRun(once, actor, folder, run)
    } catch (error) {
      removeRunFolder(folder)
      throw error
    }
  },
  answer: async (call, id) => {
    const run = await runNow(call, id)
    return { body: viewImport(call.t, run, folderOf(call, id)), location: `/imports/${id}` }
  },
})

const find = operation({
  ...base,
  id: 'find-import',
  method: 'get',
  path: '/imports/{id}',
  params: byId,
  status: 200,
  result: importSchema,
  answer: async call => ({ body: await viewNow(call) }),
})

const columns = operation({
  ...base,
  id: 'find-import-columns',
  method: 'get',
  path: '/imports/{id}/columns',
  params: byId,
  status: 200,
  result: columnsSchema,
  answer: async call => {
    const run = await runNow(call, call.params.id)
    const { file } = folderOf(call, run.id)
    if (!existsSync(file)) throw new NotFound('file')
    const { encoding, delimiter, lang, choice } = run.reading
    const seen = await inspectFile(file, run.kind, { encoding, delimiter, lang }, choice)
    return { body: viewColumns(call.t, run, seen) }
  },
})

const readOperation = (id: 'change-import' | 'check-import', word: string, isCheck: boolean): Operation =>
  operation({
    ...base,
    id,
    method: 'post',
    path: `/imports/{id}/${word}`,
    params: byId,
    body: mappingFields,
    status: 200,
    result: importSchema,
    repeat: 'once',
    act: async call => {
      const run = await runNow(call, call.params.id)
      await readAnew(call.once, call.actor, run, saidIn(run, call.body), isCheck)
    },
    answer: async call => ({ body: await viewNow(call) }),
  })

const change = readOperation('change-import', 'mapping', false)
const check = readOperation('check-import', 'check', true)

/** What is said of a file. @throws BadInput where a column fills what there is not. */
function saidIn({ kind }: Run, { columns, ...rest }: z.output<typeof mappingFields>): Said {
  const unknown = Object.keys(columns ?? {}).filter(
    name => !fieldsOf[kind].some(field => field.name === name),
  )
  if (unknown.length > 0)
    throw new BadInput(unknown.map(name => ({ field: `columns.${name}`, text: 'api.fault.unknown' })))
  return { choice: columns, ...rest }
}

const begin = operation({
  ...base,
  id: 'begin-import',
  method: 'post',
  path: '/imports/{id}/begin',
  params: byId,
  status: 200,
  result: importSchema,
  repeat: 'once',
  act: async call => beginRun(call.once, call.actor, await runNow(call, call.params.id)),
  answer: async call => ({ body: await viewNow(call) }),
})

const discard = operation({
  ...base,
  id: 'discard-import',
  method: 'post',
  path: '/imports/{id}/discard',
  params: byId,
  status: 200,
  result: importSchema,
  repeat: 'once',
  act: async call => {
    const { id } = await runNow(call, call.params.id)
    await discardRun(call.once, call.actor, id)
    removeRunFolder(folderOf(call, id))
  },
  answer: async call => ({ body: await viewNow(call) }),
})

const rejected = operation({
  ...base,
  id: 'find-import-rejected',
  method: 'get',
  path: '/imports/{id}/rejected',
  params: byId,
  status: 200,
  file: ['text/csv'],
  answer: async call => {
    const run = await runNow(call, call.params.id)
    return { send: async reply => sendRejected(reply, run, folderOf(call, run.id)) }
  },
})

function folderOf({ parts, office }: Pick<Call, 'parts' | 'office'>, id: string): RunFolder {
  return runFolder(parts.config.dataDir, office.tenant.id, id)
}

async function runNow({ office, actor }: Pick<Call, 'office' | 'actor'>, id: string): Promise<Run> {
  requireImporter(actor)
  const run = await inSnapshot(office.pool, office.tenant.id, tx => findRun(tx, id))
  if (!run) throw new NotFound('import')
  return run
}

type CallOfOne = Pick<Call, 'office' | 'actor' | 'parts' | 't'> & { params: { id: string } }

async function viewNow(call: CallOfOne) {
  const run = await runNow(call, call.params.id)
  return viewImport(call.t, run, folderOf(call, run.id))
}

/** Files that administrators bring in: upload, which column is what, a dry run, the import and its refused rows. */
export const importOperations: readonly Operation[] = [
  list,
  add,
  find,
  columns,
  change,
  check,
  begin,
  discard,
  rejected,
]
