import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { BadInput, Conflict, type Fault } from '../../../platform/errors.ts'
import type { StoredFile } from '../../../platform/files/accept-upload.ts'
import { type CaseFolder, caseFolder } from '../../../platform/files/folder.ts'
import { deleteFile } from '../../../platform/files/storage.ts'
import { readUploadForm, type UploadForm } from '../../../platform/files/upload-form.ts'
import { Detour } from '../../../platform/http/detour.ts'
import type { Parts } from '../../../platform/http/parts.ts'
import type { Office } from '../../../platform/office.ts'
import { createLimit } from '../../../platform/rate-limit/limit.ts'
import { allowance } from '../../../platform/rate-limit/rules.ts'
import { isUuid, v7 } from '../../../platform/uuid.ts'
import { pageContext, sendPage } from '../../../ui/respond.ts'
import {
  addOwnDocuments,
  agree,
  askReview,
  rate,
  reopen,
  withdraw,
  writeToInstitution,
} from '../../actions/resident.ts'
import type { FileFacts } from '../../rules/filing.ts'
import type { CaseState } from '../../rules/state.ts'
import { type Act, isAct, refusalOf } from '../acts.ts'
import { actFaults, formFiles, readRating, type Sent, sentFields } from '../forms.ts'
import { type Followed, requireFollowed } from '../guard.ts'
import { actPage, refusedPage } from '../pages/act.ts'
import { findDocument } from '../pages/documents.ts'
import { findView } from '../view.ts'

/** What residents do to their case: each has a page of its own, and a form that acts once however often it is sent. */
export function registerActs(app: FastifyInstance, { config, log }: Parts): void {
  const uploads = createLimit(allowance({ burst: 30, everyMs: 60_000 }))
  type ForAct = { Params: { number: string; act: string } }

  app.get<ForAct>('/follow/:number/:act', async (request, reply) => {
    const { act } = request.params
    if (!isAct(act)) return reply.callNotFound()
    const { view } = await requireFollowed(request)
    const ctx = pageContext(request)
    const refusal = refusalOf(act, view.record.state, view.context)
    if (refusal) return sendPage(reply, ctx, refusedPage(ctx, { view, refusal, typed: '' }))
    return sendPage(reply, ctx, actPage(ctx, { act, view, typed: {}, faults: [], key: v7() }))
  })

  app.post<ForAct>('/follow/:number/:act', async (request, reply) => {
    const { act } = request.params
    if (!isAct(act)) return reply.callNotFound()
    if (request.isMultipart()) return postWithFiles(request, reply, act)
    const followed = await requireFollowed(request)
    return post(request, reply, followed, act, sentFields(request.body), [])
  })

  // The case is known from its cookie before the form is read, so files go to its folder as they arrive.
  async function postWithFiles(
    request: FastifyRequest,
    reply: FastifyReply,
    act: Act,
  ): Promise<FastifyReply> {
    const followed = await requireFollowed(request, {}).catch(async error => {
      if (!(error instanceof Detour)) throw error
      // Not theirs to follow, or no longer: what was typed goes along to number and code, the files cannot.
      return requireFollowed(request, await readTypedOnly(request))
    })
    const { office, view } = followed
    const { key, state } = view.record
    if (!key) return reply.redirect(`/follow/${state.number}`, 303)
    if (uploads.attempt(state.id, office.clock.now()) > 0)
      throw Object.assign(new Error('too many uploads to one case'), { statusCode: 429 })
    const folder = caseFolder(config.dataDir, office.tenant.id, state.id, key)
    const form = await readUploadForm(request, reply, folder, formFiles)
    const files = form.files.map(({ file }) => file)
    const sent = sentFields(form.fields)
    try {
      const faults = uploadFaults(form)
      // A form that broke off may lack its text: nothing of it is sent.
      if (form.end !== 'complete')
        return again(request, reply, followed, act, sent, faults, form.end === 'cut' ? 422 : 413)
      return await post(request, reply, followed, act, sent, files, faults)
    } finally {
      await removeUnused(office, folder, files).catch(error =>
        log.warn({ err: error, caseId: state.id }, 'a file that was not sent could not be removed'),
      )
    }
  }
}

async function post(
  request: FastifyRequest,
  reply: FastifyReply,
  followed: Followed,
  act: Act,
  sent: Sent,
  files: readonly StoredFile[],
  refused: readonly Fault[] = [],
): Promise<FastifyReply> {
  const { office, view } = followed
  const { id, number } = view.record.state
  if (sent._language) return again(request, reply, followed, act, sent, [], 200)
  const faults = actFaults(act, sent, files.length)
  if (faults.length > 0) return again(request, reply, followed, act, sent, [...faults, ...refused], 422)
  const key = isUuid(sent.key ?? '') ? `${id}/${sent.key}` : undefined
  try {
    await run(
      office,
      act,
      { id, idempotencyKey: key },
      sent,
      files,
      view.record.state.status === 'awaiting-resident',
    )
  } catch (error) {
    if (error instanceof BadInput) return again(request, reply, followed, act, sent, error.faults, 422)
    if (!(error instanceof Conflict)) throw error
    const ctx = pageContext(request)
    const now = (await findView(office, id)) ?? view
    const refusal = { refused: error.reason, values: error.values }
    return sendPage(reply, ctx, refusedPage(ctx, { view: now, refusal, typed: sent.text ?? '' }), 409)
  }
  if (refused.length > 0) return partly(request, reply, followed, act, refused)
  return reply.redirect(`/follow/${number}?done=${act}`, 303)
}

function run(
  office: Office,
  act: Act,
  on: { id: string; idempotencyKey: string | undefined },
  sent: Sent,
  files: readonly StoredFile[],
  isAsked: boolean,
): Promise<CaseState> {
  const text = sent.text?.trim() ?? ''
  switch (act) {
    case 'message':
      if (text === '' && !isAsked) return addOwnDocuments(office, on, files.map(factsOf))
      return writeToInstitution(office, on, { text, files: files.map(factsOf) })
    case 'agree':
      return agree(office, on, readRating(sent.rating))
    case 'review':
      return askReview(office, on, text)
    case 'rate':
      return rate(office, on, readRating(sent.rating) ?? 0)
    case 'reopen':
      return reopen(office, on, text)
    case 'withdraw':
      return withdraw(office, on, text)
  }
}

/** The page once more, with what was typed and what is wrong with it. */
function again(
  request: FastifyRequest,
  reply: FastifyReply,
  { view }: Followed,
  act: Act,
  sent: Sent,
  faults: readonly Fault[],
  status: number,
): FastifyReply {
  const ctx = pageContext(request)
  const key = isUuid(sent.key ?? '') ? (sent.key ?? '') : v7()
  return sendPage(reply, ctx, actPage(ctx, { act, view, typed: sent, faults, key }), status)
}

/** The message went, some of its files did not: the page says which, and takes others in their place. */
async function partly(
  request: FastifyRequest,
  reply: FastifyReply,
  { office, view }: Followed,
  act: Act,
  faults: readonly Fault[],
): Promise<FastifyReply> {
  const ctx = pageContext(request)
  const now = (await findView(office, view.record.state.id)) ?? view
  const notice = ctx.t('follow.message.partly')
  return sendPage(reply, ctx, actPage(ctx, { act, view: now, typed: {}, faults, key: v7(), notice }), 422)
}

function uploadFaults({ refusals, end }: UploadForm): Fault[] {
  const faults: Fault[] = refusals.map(({ refusal }) => ({
    field: 'files',
    text: refusal.refused,
    values: { ...refusal.values },
  }))
  if (end === 'cut') faults.push({ field: 'files', text: 'follow.fault.upload-cut' })
  if (end === 'too-large')
    faults.push({
      field: 'files',
      text: 'raise.fault.upload-too-large',
      values: { megabytes: formFiles.fileBytes / 1_000_000 },
    })
  return faults
}

// Files lie in the case's folder before it is known whether they are sent with it; a form sent twice brings them twice.
async function removeUnused(office: Office, folder: CaseFolder, files: readonly StoredFile[]): Promise<void> {
  if (files.length === 0) return
  const view = await findView(office, folder.caseId)
  const unused = files.filter(file => !view || !findDocument(view.record, file.id))
  await Promise.all(unused.map(file => deleteFile(folder, file.id)))
}

async function readTypedOnly(request: FastifyRequest): Promise<Record<string, string>> {
  const fields: Record<string, string> = {}
  const options = {
    limits: { fileSize: 1, files: 20, parts: 60, fieldSize: 100_000 },
    throwFileSizeLimit: false,
  }
  for await (const part of request.parts(options)) {
    if (part.type === 'field') fields[part.fieldname] = String(part.value)
    else part.file.resume()
  }
  return sentFields(fields)
}

function factsOf({ id, mediaType, size, sha256, name, thumbnail }: StoredFile): FileFacts {
  return { id, mediaType, size, sha256, name, thumbnail }
}
