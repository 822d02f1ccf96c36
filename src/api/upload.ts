import { maxFileBytes, maxFiles } from '../cases/casework/acts/talking.ts'
import { BadInput, type Fault } from '../platform/errors.ts'
import type { StoredFile } from '../platform/files/accept-upload.ts'
import { caseFolder } from '../platform/files/folder.ts'
import { formDigest } from '../platform/files/form-digest.ts'
import { drain, readFormParts } from '../platform/files/form-parts.ts'
import { deleteFile } from '../platform/files/storage.ts'
import { readUploadForm } from '../platform/files/upload-form.ts'
import type { DataKey } from '../platform/sealing/keys.ts'
import type { Call } from './call.ts'
import { nameForm } from './named.ts'
import type { Upload } from './operation.ts'
import { WrongMediaType } from './problem.ts'

/** How much one form of documents may bring. */
const limits = {
  files: maxFiles,
  fileBytes: maxFileBytes,
  totalBytes: maxFiles * maxFileBytes + 1_000_000,
}

/** The form that documents of a case come in. */
export const documentsForm: Upload = {
  part: 'files',
  about: 'api.field.form.documents',
  many: true,
  limits,
}

/** Reads a form for what it says alone, where it may have been taken before. @throws BadInput where it broke off */
export async function readFormOf(
  call: Pick<Call, 'request' | 'reply' | 'named'>,
  { part, limits }: Upload,
): Promise<void> {
  const { request, reply } = call
  if (!request.isMultipart()) throw new WrongMediaType()
  const digest = formDigest()
  const taker = { file: (_field: string, _name: string, content: AsyncIterable<Buffer>) => drain(content) }
  const end = await readFormParts(request, reply, limits, taker, digest)
  if (end !== 'complete') throw new BadInput([{ field: part, text: 'api.fault.cut' }])
  nameForm(call, digest.end())
}

/**
 * Takes the documents of a call into the folder of its case and gives them to `work`, with what is wrong with those that
 * were refused; takes them away again where nothing comes of it.
 */
export async function uploadOf<R>(
  call: Pick<Call, 'request' | 'reply' | 'parts' | 'office' | 'named'>,
  { id, key }: { id: string; key: DataKey },
  work: (files: StoredFile[], faults: Fault[]) => Promise<R>,
): Promise<R> {
  const { request, reply, parts, office } = call
  if (!request.isMultipart()) throw new WrongMediaType()
  const folder = caseFolder(parts.config.dataDir, office.tenant.id, id, key)
  const digest = formDigest()
  const form = await readUploadForm(request, reply, folder, limits, digest)
  nameForm(call, digest.end())
  const files = form.files.map(({ file }) => file)
  const faults: Fault[] = form.refusals.map(({ refusal }) => ({
    field: 'files',
    text: refusal.refused,
    values: { ...refusal.values },
  }))
  if (form.end === 'cut') faults.push({ field: 'files', text: 'api.fault.cut' })
  if (form.end === 'too-large') faults.push({ field: 'files', text: 'api.fault.upload-too-large' })
  if (files.length === 0 && faults.length === 0)
    faults.push({ field: 'files', text: 'cases.refused.no-file' })
  try {
    return await work(files, faults)
  } catch (error) {
    await Promise.all(files.map(file => deleteFile(folder, file.id)))
    throw error
  }
}
