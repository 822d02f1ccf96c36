import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Fault } from '../platform/errors.ts'
import type { FormDigest } from '../platform/files/form-digest.ts'
import { drain, type FormLimits, readFormParts } from '../platform/files/form-parts.ts'
import { makeRunFolder, type RunFolder, removeRunFolder } from './run.ts'

/** Bytes of a file that is brought in over the network; a million rows of cases come to some 500 MB. */
const largestFile = 1_000_000_000

/** How much a form with such a file may bring. */
export const importLimits: FormLimits = { fileBytes: largestFile, totalBytes: largestFile + 1_000_000 }

/** What a form brought: its fields, what the file is called, and what is wrong with it. */
export type TakenFile = {
  fields: Readonly<Record<string, string>>
  name: string
  fault: Fault | undefined
}

/** Takes the file of a form to its folder as it arrives, and what was said with it. */
export async function takeFile(
  request: FastifyRequest,
  reply: FastifyReply,
  folder: RunFolder,
  digest?: FormDigest,
): Promise<TakenFile> {
  const fields: Record<string, string> = Object.create(null)
  let name = ''
  let bytes = 0
  const taker = {
    field(field: string, value: string) {
      fields[field] = value
    },
    async file(_field: string, sent: string, content: AsyncIterable<Buffer>) {
      if (name !== '' || sent === '') return drain(content)
      name = sent
      await makeRunFolder(folder)
      const counted = async function* () {
        for await (const chunk of content) {
          bytes += chunk.length
          yield chunk
        }
      }
      return pipeline(counted, createWriteStream(folder.file, { mode: 0o600 }))
    },
  }
  const reading = request.isMultipart() && readFormParts(request, reply, importLimits, taker, digest)
  const end = await Promise.resolve(reading).catch(error => {
    removeRunFolder(folder)
    throw error
  })
  const fault = (text: string, values?: Fault['values']): TakenFile => {
    return { fields, name, fault: { field: 'file', text, ...(values && { values }) } }
  }
  if (end === 'too-large' || bytes > largestFile)
    return fault('exchange.import.file.too-large', { megabytes: largestFile / 1_000_000 })
  if (end === 'cut') return fault('exchange.import.file.cut')
  if (name === '') return fault('exchange.import.file.missing')
  return { fields, name, fault: undefined }
}
