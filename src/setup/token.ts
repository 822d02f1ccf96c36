import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Pool } from 'pg'
import { type FoundingParts, needsSetUp } from './actions.ts'

// The digest alone, in the memory of the process that printed the link: a restart prints a new one.
const digests = new WeakMap<Pool, Buffer>()

/**
 * Makes the one-time link that sets the installation up, as a path; earlier ones stop working. Undefined where set-up
 * is done. Whoever holds the link becomes the first administrator, so it goes to whoever started the server alone.
 */
export async function makeSetUpLink(parts: FoundingParts): Promise<string | undefined> {
  if (!(await needsSetUp(parts))) return undefined
  const token = randomBytes(24).toString('base64url')
  digests.set(parts.owner, digestOf(token))
  return `/set-up?token=${token}`
}

/** Whether a token is that of the link made last, and set-up was not done with it yet. */
export function isSetUpToken(parts: FoundingParts, token: unknown): boolean {
  const digest = digests.get(parts.owner)
  return digest !== undefined && typeof token === 'string' && timingSafeEqual(digest, digestOf(token))
}

/** Ends the link, once set-up is done. */
export function endSetUpLink(parts: FoundingParts): void {
  digests.delete(parts.owner)
}

const digestOf = (token: string): Buffer => hash('sha256', token, 'buffer')
