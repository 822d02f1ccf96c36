import type { FastifyReply, FastifyRequest } from 'fastify'
import { acceptUpload, type StoredFile } from './accept-upload.ts'
import { displayName } from './file-name.ts'
import type { CaseFolder } from './folder.ts'
import type { FormDigest } from './form-digest.ts'
import { drain, type FormEnd, type FormLimits, readFormParts } from './form-parts.ts'
import { isRefusal, type Refusal } from './refusal.ts'

/** How much one form may bring. */
export type UploadLimits = FormLimits & {
  /** Files that may still be added; those beyond are refused. */
  readonly files: number
}

/** What a form brought. Whatever became of one file, the others and the typed fields are there. */
export type UploadForm = {
  /** Typed values by field name, in order. */
  readonly fields: Readonly<Record<string, readonly string[]>>
  readonly files: readonly { readonly field: string; readonly file: StoredFile }[]
  readonly refusals: readonly { readonly field: string; readonly refusal: Refusal }[]
  readonly end: FormEnd
}

/**
 * Reads a multipart form as it arrives and takes its files into `folder`. What was taken before a connection dropped stays
 * taken and is in the result, so that a draft can keep it. Files are stored before the fields after them are known: where
 * the form is then refused the caller deletes them.
 */
export async function readUploadForm(
  request: FastifyRequest,
  reply: FastifyReply,
  folder: CaseFolder,
  limits: UploadLimits,
  digest?: FormDigest,
): Promise<UploadForm> {
  const fields: Record<string, string[]> = Object.create(null)
  const files: UploadForm['files'][number][] = []
  const refusals: UploadForm['refusals'][number][] = []
  const taker = {
    field(name: string, value: string) {
      fields[name] = [...(fields[name] ?? []), value]
    },
    async file(field: string, name: string, stream: AsyncIterable<Buffer>) {
      const room = files.length < limits.files
      if (name === '' || !room) {
        const bytes = await drain(stream)
        if (name !== '' || bytes > 0) refusals.push({ field, refusal: tooMany(name, limits.files) })
        return
      }
      const taken = await acceptUpload(folder, { stream, name }, { maxBytes: limits.fileBytes })
      if (isRefusal(taken)) refusals.push({ field, refusal: taken })
      else files.push({ field, file: taken })
    },
  }
  const end = await readFormParts(request, reply, limits, taker, digest)
  return { fields, files, refusals, end }
}

function tooMany(sent: string, files: number): Refusal {
  const name = displayName(sent)
  return { refused: 'files.refused.too-many', values: { name, files }, name }
}
