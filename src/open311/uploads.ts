import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FileFacts } from '../cases/rules/filing.ts'
import { BadInput } from '../platform/errors.ts'
import { acceptUpload, type StoredFile } from '../platform/files/accept-upload.ts'
import type { CaseFolder } from '../platform/files/folder.ts'
import { isRefusal, type Refusal } from '../platform/files/refusal.ts'
import { readUploadForm } from '../platform/files/upload-form.ts'

/** Most files of a request, and most bytes of one; those of the filing page. */
const maxFiles = 10
const maxFileBytes = 15_000_000

/** What a multipart form brought. */
export type SentForm = { fields: Readonly<Record<string, readonly string[]>>; files: FileFacts[] }

/**
 * Reads a multipart form, and takes every file part into `folder`, whatever its field is called: clients say `media`,
 * `media_url`, `photo1`.
 * @throws BadInput where a file is refused or the form broke off; the caller then deletes what was taken.
 */
export async function readSentForm(
  request: FastifyRequest,
  reply: FastifyReply,
  folder: CaseFolder,
): Promise<SentForm> {
  const sent = await readUploadForm(request, reply, folder, {
    files: maxFiles,
    fileBytes: maxFileBytes,
    totalBytes: maxFiles * maxFileBytes + 1_000_000,
  })
  if (sent.end === 'too-large') throw Object.assign(new Error('too large'), { statusCode: 413 })
  if (sent.end === 'cut') throw Object.assign(new Error('cut off'), { statusCode: 400 })
  refuse(sent.refusals)
  return { fields: sent.fields, files: sent.files.map(({ file }) => factsOf(file)) }
}

/** A form whose files are held until it is known which case they are for. */
export type HeldForm = {
  fields: Readonly<Record<string, readonly string[]>>
  /** Takes the files into the case's folder. @throws BadInput where one is refused */
  keep(folder: CaseFolder): Promise<FileFacts[]>
}

/** Most bytes that are held of one form. */
const maxHeldBytes = 20_000_000

/** Reads the form of an update: the case it is for may come after its files, so these wait in memory, 20 MB at most. */
export async function readHeldForm(request: FastifyRequest): Promise<HeldForm> {
  const fields: Record<string, string[]> = Object.create(null)
  const held: { name: string; content: Buffer }[] = []
  let left = maxHeldBytes
  const limits = { fileSize: maxHeldBytes, files: maxFiles, fields: 200, fieldSize: 256 * 1024 }
  for await (const part of request.parts({ limits })) {
    if (part.type === 'field') {
      fields[part.fieldname] = [...(fields[part.fieldname] ?? []), String(part.value)]
      continue
    }
    const content = await part.toBuffer()
    left -= content.length
    if (left < 0) throw Object.assign(new Error('too large'), { statusCode: 413 })
    if (content.length > 0) held.push({ name: part.filename ?? '', content })
  }
  const keep = async (folder: CaseFolder) => {
    const taken = []
    for (const { name, content } of held)
      taken.push(
        await acceptUpload(folder, { stream: Readable.from([content]), name }, { maxBytes: maxFileBytes }),
      )
    refuse(taken.filter(isRefusal).map(refusal => ({ field: 'media', refusal })))
    return taken.flatMap(one => (isRefusal(one) ? [] : [factsOf(one)]))
  }
  return { fields, keep }
}

function refuse(refusals: readonly { field: string; refusal: Refusal }[]): void {
  if (refusals.length === 0) return
  throw new BadInput(
    refusals.map(({ field, refusal }) => ({ field, text: refusal.refused, values: { ...refusal.values } })),
  )
}

function factsOf({ id, mediaType, size, sha256, name, thumbnail }: StoredFile): FileFacts {
  return { id, mediaType, size, sha256, name, thumbnail }
}
