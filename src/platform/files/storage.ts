import { createReadStream, createWriteStream } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { pipeline as finished } from 'node:stream/promises'
import { makeFolder, settle } from '../disk.ts'
import { createSealStream, createUnsealStream } from '../sealing/file-stream.ts'
import { type CaseFolder, type Form, filePath, filePlace, folderPath } from './folder.ts'

/** Ending of a file that is being written; one left by a crash is of no use. */
export const unfinished = '.part'

/** Writes a file whole or not at all; once this resolves it is sealed, on disk, and survives a power cut. */
export async function writeFile(folder: CaseFolder, id: string, form: Form, content: Buffer): Promise<void> {
  await receiveFile(folder, id, form, [content])
  await keepFile(folder, id, form)
}

/** Seals what comes into an unfinished file, in constant memory; leaves nothing behind when it fails. */
export async function receiveFile(
  folder: CaseFolder,
  id: string,
  form: Form,
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<void> {
  await makeFolder(folder.path)
  const part = partPath(folder, id, form)
  const seal = createSealStream(folder.key, filePlace(folder, id, form))
  try {
    await finished(source, seal, createWriteStream(part, { flags: 'wx', mode: 0o600 }))
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Reads back what was received, before it is kept. */
export function readReceived(folder: CaseFolder, id: string, form: Form): Readable {
  const unseal = createUnsealStream(folder.key, filePlace(folder, id, form))
  return pipeline(createReadStream(partPath(folder, id, form)), unseal, () => {})
}

/** Makes what was received the file; once this resolves it survives a power cut. */
export async function keepFile(folder: CaseFolder, id: string, form: Form): Promise<void> {
  await settle(partPath(folder, id, form), filePath(folder, id, form))
}

/** Throws away what was received. */
export async function discardReceived(folder: CaseFolder, id: string, form: Form): Promise<void> {
  await rm(partPath(folder, id, form), { force: true })
}

/**
 * A file's content as it streams from disk, authenticated chunk by chunk: one that was altered or cut short ends in
 * an error (SealBroken). Rejects with code ENOENT when there is no such file.
 */
export async function openFile(folder: CaseFolder, id: string, form: Form = 'original'): Promise<Readable> {
  const handle = await open(filePath(folder, id, form), 'r')
  const unseal = createUnsealStream(folder.key, filePlace(folder, id, form))
  return pipeline(handle.createReadStream(), unseal, () => {})
}

/** Deletes one file and its small picture; deleting what is not there is no error. */
export async function deleteFile(folder: CaseFolder, id: string): Promise<void> {
  await rm(filePath(folder, id, 'original'), { force: true })
  await rm(filePath(folder, id, 'thumbnail'), { force: true })
}

/** Deletes every file of a case or draft. */
export async function deleteFiles(dataDir: string, tenant: number, caseId: string): Promise<void> {
  await rm(folderPath(dataDir, tenant, caseId), { recursive: true, force: true })
}

const partPath = (folder: CaseFolder, id: string, form: Form) => filePath(folder, id, form) + unfinished
