import { hash } from 'node:crypto'
import type { Json } from '../json.ts'
import { openWith, sealWith } from './cipher.ts'
import type { DataKey } from './keys.ts'

/**
 * Seals a JSON value for one place. `place` names where it belongs, `${tenant}/${stream}/${type}` for an event:
 * it is authenticated, not stored, so that a payload opens nowhere else.
 */
export function seal(key: DataKey, place: string, value: Json): Buffer {
  return sealBytes(key, place, Buffer.from(JSON.stringify(value)))
}

/** Opens what `seal` made for the same place; throws SealBroken for anything else. */
export function unseal(key: DataKey, place: string, sealed: Buffer): Json {
  return JSON.parse(unsealBytes(key, place, sealed).toString('utf8'))
}

/** Seals a few bytes held in memory; a file goes through `createSealStream`. */
export function sealBytes(key: DataKey, place: string, plain: Uint8Array): Buffer {
  return sealWith(key, `bytes ${place}`, plain)
}

/** Opens what `sealBytes` made for the same place; throws SealBroken for anything else. */
export function unsealBytes(key: DataKey, place: string, sealed: Buffer): Buffer {
  return openWith(key, `bytes ${place}`, sealed)
}

/** SHA-256 of sealed bytes as stored: what the event chain covers in their stead, so that it outlives the key. */
export function digestSealed(sealed: Uint8Array): Buffer {
  return hash('sha256', sealed, 'buffer')
}
