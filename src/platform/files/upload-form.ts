import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { acceptUpload, type StoredFile } from './accept-upload.ts'
import { displayName } from './file-name.ts'
import type { CaseFolder } from './folder.ts'
import { isRefusal, type Refusal } from './refusal.ts'

/** How much one form may bring. */
export type UploadLimits = {
  /** Files that may still be added; those beyond are refused. */
  readonly files: number
  /** Bytes of one file. */
  readonly fileBytes: number
  /** Bytes of the whole request, refused files included; what comes after is not read. */
  readonly totalBytes: number
}

/** What a form brought. Whatever became of one file, the others and the typed fields are there. */
export type UploadForm = {
  /** Typed values by field name, in order. */
  readonly fields: Readonly<Record<string, readonly string[]>>
  readonly files: readonly { readonly field: string; readonly file: StoredFile }[]
  readonly refusals: readonly { readonly field: string; readonly refusal: Refusal }[]
  /** `cut`: the connection dropped or the form broke off; `too-large`: it was not read to its end. */
  readonly end: 'complete' | 'cut' | 'too-large'
}

/** Characters of a field; what is longer is cut, and then longer than any field of ours may be. */
const fieldBytes = 256 * 1024
const maxFields = 200
const maxParts = 400

/**
 * Reads a multipart form as it arrives, one part at a time and in constant memory, and takes its files into `folder`.
 * Needs `@fastify/multipart` registered. What was taken before a connection dropped stays taken and is in the result,
 * so that a draft can keep it. Files are stored before the fields after them are known: where the form is then refused
 * the caller deletes them. A request beyond `totalBytes` is not read on, and the reply, 413, closes the connection.
 * Rejects with an error of status 4xx when the request is not a form of ours.
 */
export async function readUploadForm(
  request: FastifyRequest,
  reply: FastifyReply,
  folder: CaseFolder,
  limits: UploadLimits,
): Promise<UploadForm> {
  const fields: Record<string, string[]> = Object.create(null)
  const files: UploadForm['files'][number][] = []
  const refusals: UploadForm['refusals'][number][] = []
  const result = (end: UploadForm['end']): UploadForm => {
    // Left open, the server would go on reading what it has refused.
    if (end === 'too-large') reply.code(413).header('Connection', 'close')
    return { fields, files, refusals, end }
  }
  // Browsers say up front how much they send; a form that cannot end well is not begun.
  if (Number(request.headers['content-length'] ?? 0) > limits.totalBytes) return result('too-large')
  let current: Readable | undefined
  limitBytes(request, limits.totalBytes, () => current?.destroy(new TooLarge()))
  try {
    for await (const part of request.parts(parserLimits(limits))) {
      if (part.type === 'field') {
        fields[part.fieldname] = [...(fields[part.fieldname] ?? []), String(part.value)]
        continue
      }
      current = part.file
      // A file field left empty is sent as a file without a name.
      const name = part.filename ?? ''
      const room = files.length < limits.files
      if (name === '' || !room) {
        const bytes = await drain(part.file)
        if (name !== '' || bytes > 0)
          refusals.push({ field: part.fieldname, refusal: tooMany(name, limits.files) })
        continue
      }
      const taken = await acceptUpload(folder, { stream: part.file, name }, { maxBytes: limits.fileBytes })
      if (isRefusal(taken)) refusals.push({ field: part.fieldname, refusal: taken })
      else files.push({ field: part.fieldname, file: taken })
    }
    return result('complete')
  } catch (error) {
    if (error instanceof TooLarge) return result('too-large')
    if (brokeOff(error)) return result('cut')
    throw error
  }
}

const parserLimits = (limits: UploadLimits) => ({
  // One byte more than is taken: a file that reaches it is too large, and the parser throws the rest away.
  limits: {
    fileSize: limits.fileBytes + 1,
    fieldSize: fieldBytes,
    fields: maxFields,
    parts: maxParts,
    files: maxParts,
  },
  throwFileSizeLimit: false,
})

class TooLarge extends Error {}

// The parser has limits for each part but none for the whole. A file in progress is given up, so that there can be an
// answer; anything else that is this large is no form of ours, and the connection goes.
function limitBytes(request: FastifyRequest, most: number, giveUp: () => Readable | undefined): void {
  let bytes = 0
  request.raw.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > most && giveUp() === undefined) request.raw.destroy()
  })
}

async function drain(stream: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0
  for await (const chunk of stream) bytes += chunk.length
  return bytes
}

function tooMany(sent: string, files: number): Refusal {
  const name = displayName(sent)
  return { refused: 'files.refused.too-many', values: { name, files }, name }
}

// The parser says so in a code when the connection went, and in words alone when the form ended too early.
function brokeOff(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    ['FST_MP_PREMATURE_CLOSE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code) ||
    /^(Part terminated early|Unexpected end of multipart data)/.test(error.message)
  )
}
