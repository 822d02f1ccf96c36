import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Fault, NotFound } from '../../../platform/errors.ts'
import { type CaseFolder, caseFolder } from '../../../platform/files/folder.ts'
import { sendFile } from '../../../platform/files/send-file.ts'
import { deleteFile } from '../../../platform/files/storage.ts'
import { readUploadForm, type UploadForm } from '../../../platform/files/upload-form.ts'
import { type Parts, requireOffice } from '../../../platform/http/parts.ts'
import type { Office } from '../../../platform/office.ts'
import { createLimit } from '../../../platform/rate-limit/limit.ts'
import { allowance } from '../../../platform/rate-limit/rules.ts'
import { unwrapDataKey } from '../../../platform/sealing/keys.ts'
import { addFiles, removeFile } from '../actions.ts'
import { allowOrRefuse, findCurrent, keepTyped, leftForSweep } from '../current-draft.ts'
import { type Draft, maxFileBytes, maxFiles } from '../draft.ts'
import { findChoices } from '../reads.ts'
import { afterStep, isLanguageSwitch, sameStep, sendQuestion } from './questions.ts'

/** Photos and documents of a draft: they lie where the case will have them, sealed with its key. */
export function registerDraftFiles(app: FastifyInstance, { config, log }: Parts): void {
  const folderOf = (office: Office, { id, wrappedKey }: Draft): CaseFolder =>
    caseFolder(config.dataDir, office.tenant.id, id, unwrapDataKey(office.key, wrappedKey, id))
  // Some 150 MB an upload at most: enough for a whole village, not enough to fill a disk by.
  const uploads = createLimit(allowance({ burst: 120, everyMs: 10_000 }))

  app.post('/raise/files', async (request, reply) => {
    const office = requireOffice(request.office)
    allowOrRefuse(uploads, office, request)
    const { ticket, draft } = await keepTyped(office, request, reply, {})
    const folder = folderOf(office, draft)
    const sent = await readUploadForm(request, reply, folder, {
      files: maxFiles - draft.files.length,
      fileBytes: maxFileBytes,
      totalBytes: maxFiles * maxFileBytes + 1_000_000,
    })
    const { draft: saved, left } = await addFiles(
      office,
      ticket,
      sent.files.map(({ file }) => file),
    )
    // Sent or thrown away in another window meanwhile: then nobody would ever see them.
    const unwanted = saved ? left : sent.files.map(({ file }) => file)
    await Promise.all(unwanted.map(file => deleteFile(folder, file.id))).catch(leftForSweep(log))
    if (!saved) return reply.redirect('/raise', 303)
    return answer(request, reply, office, sent, saved)
  })

  app.post('/raise/files/remove', async (request, reply) => {
    const office = requireOffice(request.office)
    const current = await findCurrent(office, request)
    const { file } = (request.body ?? {}) as { file?: unknown }
    const stored = current?.draft.files.find(one => one.id === file)
    if (!current || !stored) return reply.redirect('/raise/files', 303)
    await removeFile(office, current.ticket, stored.id)
    await deleteFile(folderOf(office, current.draft), stored.id).catch(leftForSweep(log))
    return reply.redirect('/raise/files?done=removed', 303)
  })

  app.get<{ Params: { id: string } }>('/raise/files/:id', async (request, reply) => {
    const office = requireOffice(request.office)
    const current = await findCurrent(office, request)
    const file = current?.draft.files.find(one => one.id === request.params.id)
    if (!current || !file) throw new NotFound('file')
    const { size } = request.query as { size?: unknown }
    const form = size === 'small' && file.thumbnail ? 'thumbnail' : 'original'
    return sendFile(reply, folderOf(office, current.draft), file, form)
  })
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  office: Office,
  sent: UploadForm,
  draft: Draft,
): Promise<FastifyReply> {
  const body = Object.fromEntries(Object.entries(sent.fields).map(([name, values]) => [name, values.at(-1)]))
  const faults = faultsIn(sent)
  const choices = await findChoices(office)
  if (faults.length === 0 && isLanguageSwitch(body))
    return reply.redirect(sameStep('files', request, body), 303)
  if (faults.length === 0 && body.do === 'add' && sent.files.length === 0)
    faults.push({ field: 'files', text: 'raise.fault.no-file' })
  if (faults.length > 0)
    return sendQuestion(
      request,
      reply,
      'files',
      { choices, draft, faults },
      sent.end === 'too-large' ? 413 : 422,
    )
  if (body.do === 'add')
    return reply.redirect(`${sameStep('files', request, body)}${body._back ? '&' : '?'}done=added`, 303)
  return reply.redirect(afterStep('files', draft.answers, choices, request, body), 303)
}

function faultsIn({ refusals, end }: UploadForm): Fault[] {
  const faults: Fault[] = refusals.map(({ refusal }) => ({
    field: 'files',
    text: refusal.refused,
    values: { ...refusal.values },
  }))
  if (end === 'cut') faults.push({ field: 'files', text: 'raise.fault.upload-cut' })
  if (end === 'too-large')
    faults.push({
      field: 'files',
      text: 'raise.fault.upload-too-large',
      values: { megabytes: maxFileBytes / 1_000_000 },
    })
  return faults
}
