import { createReadStream } from 'node:fs'
import type { FileFacts } from '../cases/rules/filing.ts'
import { acceptUpload } from '../platform/files/accept-upload.ts'
import { caseFolder } from '../platform/files/folder.ts'
import { isRefusal } from '../platform/files/refusal.ts'
import type { Office } from '../platform/office.ts'
import { unwrapDataKey } from '../platform/sealing/keys.ts'

/** A picture that comes with the demo; drawn, not taken. */
export type Photo = 'pothole' | 'lamp'

/** Takes a picture into a case as an upload of its resident. */
export async function storePhoto(
  dataDir: string,
  office: Office,
  caseId: string,
  wrapped: Buffer,
  photo: Photo,
): Promise<FileFacts> {
  const folder = caseFolder(dataDir, office.tenant.id, caseId, unwrapDataKey(office.key, wrapped, caseId))
  const stream = createReadStream(new URL(`material/${photo}.jpg`, import.meta.url))
  const stored = await acceptUpload(folder, { stream, name: `${photo}.jpg` }, { maxBytes: 15_000_000 })
  if (isRefusal(stored)) throw new Error(`the demo's picture was refused: ${stored.refused}`)
  const { id, mediaType, size, sha256, name, thumbnail } = stored
  return { id, mediaType, size, sha256, name, thumbnail }
}
