import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type FormDigest, formDigest } from './form-digest.ts'

/** How much one form may bring. */
export type FormLimits = {
  /** Bytes of one file. */
  readonly fileBytes: number
  /** Bytes of the whole request, refused files included; what comes after is not read. */
  readonly totalBytes: number
}

/** How a form ended; `cut`: the connection dropped or it broke off; `too-large`: it was not read to its end. */
export type FormEnd = 'complete' | 'cut' | 'too-large'

/** What is done with the parts of a form. A file's content must be read to its end; one byte beyond the limit it stops. */
export type FormTaker = {
  field?(name: string, value: string): void
  file(field: string, name: string, content: AsyncIterable<Buffer>): Promise<unknown>
}

/** Characters of a field; what is longer is cut, and then longer than any field of ours may be. */
const fieldBytes = 256 * 1024
const maxFields = 200
const maxParts = 400

/**
 * Reads a multipart form as it arrives, one part at a time and in constant memory. Needs `@fastify/multipart` registered.
 * A request beyond `totalBytes` is not read on, and the reply, 413, closes the connection. Rejects with an error of
 * status 4xx when the request is not a form of ours.
 */
export async function readFormParts(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: FormLimits,
  taker: FormTaker,
  digest: FormDigest = formDigest(),
): Promise<FormEnd> {
  const tooLarge = (): FormEnd => {
    // Left open, the server would go on reading what it has refused.
    reply.code(413).header('Connection', 'close')
    return 'too-large'
  }
  // Browsers say up front how much they send; a form that cannot end well is not begun.
  if (Number(request.headers['content-length'] ?? 0) > limits.totalBytes) return tooLarge()
  let current: Readable | undefined
  limitBytes(request, limits.totalBytes, () => current?.destroy(new TooLarge()))
  try {
    for await (const part of request.parts(parserLimits(limits))) {
      if (part.type === 'field') {
        digest.field(part.fieldname, String(part.value))
        taker.field?.(part.fieldname, String(part.value))
        continue
      }
      current = part.file
      // A file field left empty is sent as a file without a name.
      const name = part.filename ?? ''
      await taker.file(part.fieldname, name, digest.file(part.fieldname, name, part.file))
    }
    return 'complete'
  } catch (error) {
    if (error instanceof TooLarge) return tooLarge()
    if (brokeOff(error)) return 'cut'
    throw error
  }
}

/** Reads a part to its end and throws it away. @returns how many bytes it had */
export async function drain(content: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0
  for await (const chunk of content) bytes += chunk.length
  return bytes
}

const parserLimits = ({ fileBytes }: FormLimits) => ({
  // One byte more than is taken: a file that reaches it is too large, and the parser throws the rest away.
  limits: {
    fileSize: fileBytes + 1,
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

// The parser says so in a code when the connection went, and in words alone when the form ended too early.
function brokeOff(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    ['FST_MP_PREMATURE_CLOSE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code) ||
    /^(Part terminated early|Unexpected end of multipart data)/.test(error.message)
  )
}
