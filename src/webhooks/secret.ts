import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import type { Office } from '../platform/office.ts'
import { deriveKey } from '../platform/sealing/keys.ts'
import { sealBytes, unsealBytes } from '../platform/sealing/payload.ts'

const bytes = 32
const prefix = 'whsec_'

/** A new signing secret, as it is handed to whoever receives: `whsec_` and 32 random bytes in base64. */
export function createSecret(): string {
  return prefix + randomBytes(bytes).toString('base64')
}

/** A secret as it is stored: sealed under the tenant's key, for this endpoint alone. */
export function sealSecret(office: Office, endpointId: string, secret: string): Buffer {
  return sealBytes(sealingKey(office), placeOf(office, endpointId), Buffer.from(secret))
}

/** Opens what `sealSecret` made. */
export function openSecret(office: Office, endpointId: string, sealed: Buffer): string {
  return unsealBytes(sealingKey(office), placeOf(office, endpointId), sealed).toString()
}

/**
 * The header `webhook-signature`: one signature for each secret, so that a receiver that has changed over to a new one
 * and one that has not both find theirs. Source: Standard Webhooks 1.0.0, "Signature scheme" (v1, HMAC-SHA256).
 */
export function signatures(
  secrets: readonly string[],
  { id, timestamp, body }: { id: string; timestamp: number; body: string },
): string {
  return secrets
    .map(secret => {
      const key = Buffer.from(secret.slice(prefix.length), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
    })
    .join(' ')
}

const placeOf = ({ tenant }: Office, endpointId: string) => `${tenant.id}/webhook-secret/${endpointId}`
const sealingKey = ({ key }: Office) => createSecretKey(deriveKey(key, 'webhook-secrets'))
