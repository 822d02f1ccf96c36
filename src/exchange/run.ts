import { rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fault } from '../platform/errors.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import type { Choice, ImportKind } from './fields.ts'
import type { ImportReport, Progress } from './report.ts'
import type { Encoding } from './sheets/encoding.ts'

/** Where an import stands: its columns are being said, it is looked at, it waits to be begun, it goes on, or it is over. */
export type RunStatus = 'mapping' | 'checking' | 'checked' | 'running' | 'done' | 'failed' | 'discarded'

/** How the file of an import is read, and which column fills which field. */
export type RunReading = {
  format: 'csv' | 'xlsx'
  encoding?: Encoding | undefined
  delimiter?: string | undefined
  choice: Choice
  dateFormat: string
  source: string
  createUnits: boolean
  /** The language of whoever brought it: of messages in the file of refused rows. */
  lang: Lang
  /** A mapping that comes with the product, instead of a choice. */
  mapping?: string | undefined
}

/** What is known of an import: how far it has come, what came of it, or why it could not go on. */
export type RunReport =
  | { progress: Progress }
  | { done: ImportReport; seconds: number }
  | { fault: Omit<Fault, 'field'> }

/** A file that an administrator brings in. */
export type Run = {
  id: string
  kind: ImportKind
  fileName: string
  staffId: string
  status: RunStatus
  reading: RunReading
  report: RunReport | undefined
  createdAt: Temporal.Instant
  updatedAt: Temporal.Instant
}

/** Whether something is being done about an import right now. */
export const goesOn = ({ status }: Run): boolean => status === 'checking' || status === 'running'

/** Where the files of an import are until it is over. */
export type RunFolder = { readonly path: string; readonly file: string; readonly rejected: string }

/** The folder of an import; `dataDir` is the installation's. */
export function runFolder(dataDir: string, tenant: number, id: string): RunFolder {
  const path = join(dataDir, 'imports', String(tenant), id)
  return { path, file: join(path, 'file'), rejected: join(path, 'rejected.csv') }
}

/** Makes a folder that nobody else on the machine can look into. */
export async function makeRunFolder(folder: RunFolder): Promise<void> {
  await mkdir(folder.path, { recursive: true, mode: 0o700 })
}

/** Removes all files of an import. */
export function removeRunFolder(folder: RunFolder): void {
  rmSync(folder.path, { recursive: true, force: true })
}
