import { createHmac, timingSafeEqual } from 'node:crypto'
import { typedDigits } from './digits.ts'

const codes = 10n ** 16n
/** The largest multiple of `codes` that fits 64 bits; draws from there up would favour the small codes. */
const fair = (2n ** 64n / codes) * codes

/**
 * The 16-digit secret of a case, in four groups (`1234 5678 9012 3456`), derived from the secret and the case's id
 * so that the same filing sent twice shows the same code. Unbiased: 64-bit draws from HMAC-SHA256 are rejected
 * when they fall in the last incomplete stretch (1 in 2,400).
 */
export function receiptCode(secret: Buffer, caseId: string): string {
  for (let draw = 0; ; draw++) {
    const bytes = createHmac('sha256', secret).update(`receipt-code/${draw}/${caseId}`).digest()
    for (let at = 0; at < bytes.length; at += 8) {
      const number = bytes.readBigUInt64BE(at)
      if (number < fair) return groupReceiptCode(String(number % codes).padStart(16, '0'))
    }
  }
}

/** The 16 bare digits of a code as typed (spaces, hyphens, full-width digits); undefined when there are not 16. */
export function normaliseReceiptCode(typed: string): string | undefined {
  const digits = typedDigits(typed)
  return digits.length === 16 ? digits : undefined
}

/** Sixteen bare digits in four groups, as printed on the receipt. */
export function groupReceiptCode(digits: string): string {
  return digits.replace(/\d{4}(?=\d)/g, '$& ')
}

/** What is stored instead of the code: HMAC-SHA256 (32 bytes) under a key that is not in the database. */
export function receiptDigest(key: Buffer, code: string): Buffer {
  return createHmac('sha256', key)
    .update(normaliseReceiptCode(code) ?? '')
    .digest()
}

/**
 * Whether the typed code is the one with this digest, in constant time. Without a digest, as for a case that does
 * not exist, the same work is done and the answer is no, so that the time taken does not tell the two apart.
 */
export function receiptMatches(key: Buffer, typed: string, digest: Uint8Array | undefined): boolean {
  const expected = digest ?? Buffer.alloc(32)
  const equal = timingSafeEqual(receiptDigest(key, typed), expected)
  return equal && digest !== undefined && normaliseReceiptCode(typed) !== undefined
}
