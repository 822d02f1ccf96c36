import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { SealBroken } from './errors.ts'

// version (1) ‖ nonce (12) ‖ commitment (32) ‖ ciphertext ‖ tag (16)
//
// AES-GCM alone lets whoever holds two keys make one ciphertext that opens to a different text under each. The
// chain covers ciphertext, so such a payload could change its meaning by a change of the wrapped key, unseen.
// The commitment pins the key. It comes out of the same HMAC as the message key, which also makes each message
// its own key: a random 12-byte nonce then never repeats under one.
const VERSION = 1
const NONCE = 12
const COMMITMENT = 32
const TAG = 16
const HEADER = 1 + NONCE + COMMITMENT

const SEAL_OVERHEAD = HEADER + TAG

/** The construction under every seal and every wrapped key; `place` must begin with the kind of thing sealed. */
export function sealWith(key: KeyObject, place: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE)
  const { messageKey, commitment } = messageKeys(key, nonce)
  const cipher = createCipheriv('aes-256-gcm', messageKey, nonce)
  cipher.setAAD(additional(place))
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([Buffer.of(VERSION), nonce, commitment, body, cipher.getAuthTag()])
}

/** Opens what `sealWith` made with the same key and place; throws SealBroken for anything else. */
export function openWith(key: KeyObject, place: string, sealed: Buffer): Buffer {
  if (sealed.length < SEAL_OVERHEAD) throw new SealBroken('Sealed bytes are too short to be whole')
  if (sealed[0] !== VERSION) throw new SealBroken(`Sealed bytes are of an unknown version ${sealed[0]}`)
  const nonce = sealed.subarray(1, 1 + NONCE)
  const { messageKey, commitment } = messageKeys(key, nonce)
  if (!timingSafeEqual(commitment, sealed.subarray(1 + NONCE, HEADER))) {
    throw new SealBroken('Sealed bytes were sealed under another key, or altered')
  }
  const decipher = createDecipheriv('aes-256-gcm', messageKey, nonce, { authTagLength: TAG })
  decipher.setAAD(additional(place))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
  const plain = decipher.update(sealed.subarray(HEADER, sealed.length - TAG))
  try {
    decipher.final()
  } catch (cause) {
    throw new SealBroken('Sealed bytes were altered, or belong to another place', { cause })
  }
  return plain
}

/** The key of one message or file and its 32-byte commitment, both bound to the salt; any salt used once will do. */
export function messageKeys(key: KeyObject, salt: Uint8Array): { messageKey: Buffer; commitment: Buffer } {
  const both = createHmac('sha512', key).update('answerable message key 1').update(salt).digest()
  return { messageKey: both.subarray(0, 32), commitment: both.subarray(32) }
}

/** The authenticated form of a place; the version is under the tag too. */
export function additional(place: string): Buffer {
  return Buffer.from(`answerable seal ${VERSION} ${place}`)
}
