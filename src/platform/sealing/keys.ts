import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { openWith, sealWith } from './cipher.ts'

// Keys are KeyObjects, so that one that slips into a log line or an error prints nothing; the names keep a key
// of one level from being used at another.

/** The installation's key; it wraps tenants' keys and is never stored in the database. */
export type RootKey = KeyObject & { readonly level?: 'root' }

/** A tenant's key; it wraps the data keys of its streams and is the source of its derived keys. */
export type TenantKey = KeyObject & { readonly level?: 'tenant' }

/** The key of one stream (one case); destroying its wrapped form makes all it sealed unreadable for good. */
export type DataKey = KeyObject & { readonly level?: 'data' }

/** A new random key and the form in which it may be stored. */
export type Wrapped<Key> = { readonly key: Key; readonly wrapped: Buffer }

const KEY_BYTES = 32

/** Makes a tenant's key; `wrapped` is what the tenant's row keeps. */
export function createTenantKey(root: RootKey, tenant: number): Wrapped<TenantKey> {
  return createKey(root, tenantPlace(tenant))
}

/** Opens a tenant's key; throws SealBroken under another root key or for another tenant. */
export function unwrapTenantKey(root: RootKey, wrapped: Buffer, tenant: number): TenantKey {
  return createSecretKey(openWith(root, tenantPlace(tenant), wrapped))
}

/** Makes the key of one stream; `wrapped` is what `stream_keys` keeps. */
export function createDataKey(tenantKey: TenantKey, stream: string): Wrapped<DataKey> {
  return createKey(tenantKey, streamPlace(stream))
}

/** Opens the key of one stream; throws SealBroken under another tenant's key or for another stream. */
export function unwrapDataKey(tenantKey: TenantKey, wrapped: Buffer, stream: string): DataKey {
  return createSecretKey(openWith(tenantKey, streamPlace(stream), wrapped))
}

/** Derives a 32-byte key for one purpose (`receipt-code`, `contact-digest`, …) by HKDF-SHA256 (RFC 5869). */
export function deriveKey(tenantKey: TenantKey, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', tenantKey, '', `answerable derive 1 ${purpose}`, KEY_BYTES))
}

/** Derives a 32-byte key of the whole installation, for what comes before a tenant is known, such as sign-in. */
export function deriveRootKey(root: RootKey, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', root, '', `answerable root derive 1 ${purpose}`, KEY_BYTES))
}

function createKey(above: KeyObject, place: string): Wrapped<KeyObject> {
  const raw = randomBytes(KEY_BYTES)
  const wrapped = sealWith(above, place, raw)
  const key = createSecretKey(raw)
  raw.fill(0)
  return { key, wrapped }
}

const tenantPlace = (tenant: number) => `tenant-key ${tenant}`
const streamPlace = (stream: string) => `data-key ${stream}`
