import { hash, randomBytes } from 'node:crypto'

// Crockford's alphabet, in lower case: no i, l, o or u, which are mistaken for others.
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const prefix = 'ans_'
const secretLength = 26
const checkLength = 6

/**
 * A new token: `ans_`, 26 random characters (130 bits) and 6 that check them. The beginning lets scanners of source
 * code find one that was left there, the check refuses one that was cut off or mistyped without asking the database.
 */
export function createToken(): string {
  const secret = [...randomBytes(secretLength)].map(byte => alphabet[byte % alphabet.length]).join('')
  return tokenOf(secret)
}

/** The token with this secret part; for one that is known beforehand. */
export function tokenOf(secret: string): string {
  return `${prefix}${secret}${check(secret)}`
}

/** Whether a text has the form of a token. Says nothing about whether there is such a token. */
export function isToken(text: string): boolean {
  const secret = text.slice(prefix.length, -checkLength)
  return secret.length === secretLength && text === tokenOf(secret)
}

/** What is kept of a token. It has 130 random bits, so that a plain SHA-256 cannot be turned back. */
export function tokenDigest(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

function check(secret: string): string {
  const digest = hash('sha256', `${prefix}${secret}`, 'buffer')
  return [...digest.subarray(0, checkLength)].map(byte => alphabet[byte % alphabet.length]).join('')
}
