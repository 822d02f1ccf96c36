import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { deriveRootKey } from '../platform/sealing/keys.ts'
import type { IdentityParts } from './auth.ts'

// A stranger who keeps failing would keep the owner of an account waiting too. So a browser that has signed in to it
// before is counted by itself: there the owner waits only for their own mistakes. It opens nothing else. (Known as a
// device cookie.)

const cookie = 'answerable.browser'
const lifeSeconds = 180 * 24 * 3600

/** What failures are counted under: the account, or the browser where it has signed in to that account before. */
export function countedAs(parts: IdentityParts, request: FastifyRequest, account: string): string {
  const [nonce = '', proof = ''] = (request.cookies[cookie] ?? '').split('.')
  const expected = prove(parts, account, nonce)
  const given = Buffer.from(proof, 'base64url')
  const isKnown = given.length === expected.length && timingSafeEqual(given, expected)
  return isKnown ? `browser ${nonce} ${account}` : account
}

/** Marks the browser as one that has signed in to this account. */
export function rememberBrowser(parts: IdentityParts, reply: FastifyReply, account: string): void {
  const nonce = randomBytes(12).toString('base64url')
  reply.setCookie(cookie, `${nonce}.${prove(parts, account, nonce).toString('base64url')}`, {
    path: '/sign-in',
    maxAge: lifeSeconds,
    httpOnly: true,
    sameSite: 'lax',
    secure: parts.config.baseUrl?.startsWith('https:') ?? false,
  })
}

function prove({ rootKey }: IdentityParts, account: string, nonce: string): Buffer {
  return createHmac('sha256', deriveRootKey(rootKey, 'known-browser')).update(`${nonce} ${account}`).digest()
}
