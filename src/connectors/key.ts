import { createSecretKey } from 'node:crypto'
import type { Office } from '../platform/office.ts'
import { deriveKey } from '../platform/sealing/keys.ts'
import { sealBytes, unsealBytes } from '../platform/sealing/payload.ts'

/** The key that another server gave us, as it is stored: sealed under the tenant's, for this connection alone. */
export function sealApiKey(office: Office, connectionId: string, key: string): Buffer {
  return sealBytes(sealingKey(office), placeOf(office, connectionId), Buffer.from(key))
}

/** Opens what `sealApiKey` made. */
export function openApiKey(office: Office, connectionId: string, sealed: Buffer): string {
  return unsealBytes(sealingKey(office), placeOf(office, connectionId), sealed).toString()
}

const placeOf = ({ tenant }: Office, connectionId: string) => `${tenant.id}/connection-key/${connectionId}`
const sealingKey = ({ key }: Office) => createSecretKey(deriveKey(key, 'connection-keys'))
