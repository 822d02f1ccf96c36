import { maxFileBytes, maxFiles } from '../cases/casework/acts/talking.ts'
import type { Fault } from '../platform/errors.ts'
import type { StoredFile } from '../platform/files/accept-upload.ts'
import { caseFolder } from '../platform/files/folder.ts'
import { deleteFile } from '../platform/files/storage.ts'
import { readUploadForm } from '../platform/files/upload-form.ts'
import type { DataKey } from '../platform/sealing/keys.ts'
import type { Call } from './call.ts'
import { WrongMediaType } from './problem.ts'

/**
 * Takes the documents of a call into the folder of its case and gives them to `work`, with what is wrong with those that
 * were refused; takes them away again where nothing comes of it.
 */
export async function uploadOf<R>(
  { request, reply, parts, office }: Pick<Call, 'request' | 'reply' | 'parts' | 'office'>,
  { id, key }: { id: string; key: DataKey },
  work: (files: StoredFile[], faults: Fault[]) => Promise<R>,
): Promise<R> {
  if (!request.isMultipart()) throw new WrongMediaType()
  const folder = caseFolder(parts.config.dataDir, office.tenant.id, id, key)
  const form = await readUploadForm(request, reply, folder, {
    files: maxFiles,
    fileBytes: maxFileBytes,
    totalBytes: maxFiles * maxFileBytes + 1_000_000,
  })
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
