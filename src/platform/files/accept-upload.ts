import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { v7 } from '../uuid.ts'
import { cleanElsewhere } from './cleaners.ts'
import { displayName } from './file-name.ts'
import type { CaseFolder } from './folder.ts'
import { acceptedNames, kinds, sniff, sniffLength } from './kinds.ts'
import { type Refusal, Unacceptable } from './refusal.ts'
import { deleteFile, discardReceived, keepFile, readReceived, receiveFile, writeFile } from './storage.ts'

/** A file as it was stored. All but `name` may stand in an event's open data; `name` belongs in the sealed part. */
export type StoredFile = {
  readonly id: string
  readonly mediaType: string
  /** Bytes of what is served: after cleaning, before sealing. */
  readonly size: number
  /** Hex SHA-256 of what is served. */
  readonly sha256: string
  readonly width?: number
  readonly height?: number
  readonly thumbnail: boolean
  readonly name: string
}

/** What arrives: the content and what the sender calls it. */
export type Upload = { readonly stream: AsyncIterable<Buffer>; readonly name: string }

/**
 * Takes one upload of at most `maxBytes`: pictures are encoded anew, Word documents cleaned, PDFs kept as they are.
 * Resolves once it is sealed and on disk, or with the reason it was refused; the stream is read to its end either
 * way. Rejects only when the stream or the disk fails, and then keeps nothing.
 */
export async function acceptUpload(
  folder: CaseFolder,
  { stream, name }: Upload,
  { maxBytes }: { maxBytes: number },
): Promise<StoredFile | Refusal> {
  const id = v7()
  const measure = newMeasure()
  await receiveFile(folder, id, 'original', measured(stream, maxBytes, measure))
  try {
    if (measure.size > maxBytes)
      throw new Unacceptable('too-large', { megabytes: Math.floor(maxBytes / 1e6) })
    if (measure.size === 0) throw new Unacceptable('empty')
    return await keep(folder, id, name, measure)
  } catch (error) {
    await deleteFile(folder, id)
    if (!(error instanceof Unacceptable)) throw error
    const values = { ...error.values, name: displayName(name), accepted: acceptedNames }
    return { refused: `files.refused.${error.why}`, values, name: values.name }
  } finally {
    await discardReceived(folder, id, 'original')
  }
}

async function keep(folder: CaseFolder, id: string, name: string, measure: Measure): Promise<StoredFile> {
  const kind = await sniff(measure.head.subarray(0, measure.size))
  switch (kind) {
    case undefined:
      throw new Unacceptable('kind')
    case 'pdf':
      return keepPdf(folder, id, name, measure)
    case 'zip':
      return keepCleaned(folder, id, name, 'document')
    default:
      return keepCleaned(folder, id, name, 'picture')
  }
}

async function keepPdf(folder: CaseFolder, id: string, name: string, measure: Measure): Promise<StoredFile> {
  // ISO 32000-2, 7.5.5: a reader finds its way from the end, so a file without that end was cut short.
  if (!measure.tail.includes('%%EOF')) throw new Unacceptable('broken')
  await keepFile(folder, id, 'original')
  const { mediaType, extensions } = kinds.pdf
  const sha256 = measure.hash.digest('hex')
  return { id, mediaType, size: measure.size, sha256, thumbnail: false, name: displayName(name, extensions) }
}

async function keepCleaned(
  folder: CaseFolder,
  id: string,
  name: string,
  as: 'picture' | 'document',
): Promise<StoredFile> {
  const clean = await cleanElsewhere(as, () => buffer(readReceived(folder, id, 'original')))
  const { content, thumbnail } = clean
  await discardReceived(folder, id, 'original')
  // The thumbnail first: a file that is there has its thumbnail, whenever the power goes.
  if (thumbnail) await writeFile(folder, id, 'thumbnail', thumbnail)
  await writeFile(folder, id, 'original', content)
  const { mediaType, extensions } = kinds[clean.kind]
  return {
    id,
    mediaType,
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    ...(clean.width && clean.height && { width: clean.width, height: clean.height }),
    thumbnail: thumbnail !== undefined,
    name: displayName(name, extensions),
  }
}

type Measure = ReturnType<typeof newMeasure>

const newMeasure = () => ({
  size: 0,
  hash: createHash('sha256'),
  head: Buffer.alloc(0),
  tail: Buffer.alloc(0),
})

const tailLength = 4096

async function* measured(
  stream: AsyncIterable<Buffer>,
  maxBytes: number,
  measure: Measure,
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    measure.size += chunk.length
    // Past the limit it is read on and thrown away: a form's next part comes only after this one.
    if (measure.size > maxBytes) continue
    measure.hash.update(chunk)
    if (measure.head.length < sniffLength)
      measure.head = Buffer.concat([measure.head, chunk]).subarray(0, sniffLength)
    measure.tail = Buffer.concat([measure.tail.subarray(-tailLength), chunk.subarray(-tailLength)])
    yield chunk
  }
}
