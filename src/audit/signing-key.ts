import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto'
import { openWith, sealWith } from '../platform/sealing/cipher.ts'
import { SealBroken } from '../platform/sealing/errors.ts'
import type { TenantKey } from '../platform/sealing/keys.ts'

/** A signing key as stored: the public half in the open, the private half sealed under the tenant's key. */
export type StoredSigningKey = {
  readonly id: string
  /** SubjectPublicKeyInfo, DER. */
  readonly public_key: Buffer
  readonly sealed_private: Buffer
}

/** Makes an Ed25519 key pair for a tenant's checkpoints. */
export function createSigningKey(tenantKey: TenantKey, tenant: number): StoredSigningKey {
  const pair = generateKeyPairSync('ed25519')
  const public_key = pair.publicKey.export({ type: 'spki', format: 'der' })
  const id = signingKeyId(public_key)
  const plain = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
  const sealed_private = sealWith(tenantKey, place(tenant, id), plain)
  plain.fill(0)
  return { id, public_key, sealed_private }
}

/**
 * Opens the private half. Throws SealBroken for a key that was not made under this tenant's key, so that one put
 * into the table by another hand never signs and is never announced.
 */
export function openSigningKey(tenantKey: TenantKey, tenant: number, stored: StoredSigningKey): KeyObject {
  const plain = openWith(tenantKey, place(tenant, stored.id), stored.sealed_private)
  const privateKey = createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' })
  plain.fill(0)
  const public_key = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  if (!public_key.equals(stored.public_key)) {
    throw new SealBroken(`The public half of signing key ${stored.id} was altered`)
  }
  return privateKey
}

/** The name of a key: the first 16 bytes of the SHA-256 of its public half, in hexadecimal. */
export function signingKeyId(publicKeyDer: Uint8Array): string {
  return hash('sha256', publicKeyDer, 'hex').slice(0, 32)
}

/** Reads a public half as stored (SubjectPublicKeyInfo, DER). */
export function readPublicKey(der: Buffer): KeyObject {
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

const place = (tenant: number, id: string) => `signing-key ${tenant}/${id}`
