import { join } from 'node:path'
import type { DataKey } from '../sealing/keys.ts'
import { isUuid } from '../uuid.ts'

/** Where the files of one case lie, `DATA_DIR/files/<tenant>/<aa>/<case>`, and the key that seals them. */
export type CaseFolder = {
  readonly path: string
  readonly tenant: number
  readonly caseId: string
  readonly key: DataKey
}

/** Which of a file's contents: the file itself, or the small picture of an image. */
export type Form = 'original' | 'thumbnail'

/** The folder of a case, or of the draft that becomes it; nothing is made on disk yet. */
export function caseFolder(dataDir: string, tenant: number, caseId: string, key: DataKey): CaseFolder {
  return { path: folderPath(dataDir, tenant, caseId), tenant, caseId, key }
}

/**
 * The path of a case's folder. A folder for each case makes forgetting one a single removal. `aa` is the end of its
 * id, since the start of a UUIDv7 is a time, the same for all cases of a year.
 */
export function folderPath(dataDir: string, tenant: number, caseId: string): string {
  return join(tenantPath(dataDir, tenant), checked(caseId).slice(-2), caseId)
}

/** The path of the folder that holds the folders of all cases of a tenant. */
export function tenantPath(dataDir: string, tenant: number): string {
  return join(dataDir, 'files', String(tenant))
}

/** The path of one file; what its sender called it plays no part. */
export function filePath(folder: CaseFolder, id: string, form: Form): string {
  return join(folder.path, form === 'original' ? checked(id) : `${checked(id)}.${form}`)
}

/** What binds a sealed file to its place, so that it opens neither in another case nor as another file. */
export function filePlace(folder: CaseFolder, id: string, form: Form): string {
  return `${folder.tenant}/${folder.caseId}/${id}/${form}`
}

// Ids come from addresses too; one that is not an id must never become part of a path.
function checked(id: string): string {
  if (!isUuid(id)) throw new TypeError('not the id of a case or a file')
  return id
}
