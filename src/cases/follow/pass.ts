import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Office } from '../../platform/office.ts'
import { deriveKey } from '../../platform/sealing/keys.ts'
import { isUuid } from '../../platform/uuid.ts'

/** What a pass is for: the cookie of whoever has shown the receipt code, or a link sent to the address in the case. */
type Purpose = 'follow' | 'follow-link'

const lifetime = { follow: { hours: 12 }, 'follow-link': { hours: 24 } } as const

/**
 * A signed statement that its bearer may follow one case until a time. Nothing is stored: it cannot be taken back before
 * its time, which is why it is short.
 */
export function createPass(office: Office, caseId: string, purpose: Purpose): string {
  const until = Math.floor(office.clock.now().add(lifetime[purpose]).epochMilliseconds / 1000)
  return `${caseId}.${until}.${signature(office, caseId, until, purpose).toString('base64url')}`
}

/** The case a pass opens; undefined for one that is over, of another purpose or tenant, or not ours. */
export function readPass(office: Office, pass: string, purpose: Purpose): string | undefined {
  const [caseId = '', until = '', mac = ''] = pass.split('.')
  if (!isUuid(caseId) || !/^\d{1,12}$/.test(until)) return undefined
  const expected = signature(office, caseId, Number(until), purpose)
  const given = Buffer.from(mac, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  return Number(until) * 1000 > office.clock.now().epochMilliseconds ? caseId : undefined
}

function signature(office: Office, caseId: string, until: number, purpose: Purpose): Buffer {
  const text = `${office.tenant.id}/${caseId}/${until}`
  return createHmac('sha256', deriveKey(office.key, `${purpose}-pass`))
    .update(text)
    .digest()
}

// Each case has its own cookie, sent to its own pages alone, so that two cases in two windows are never mixed up.
const cookie = 'follow'
const pathOf = (number: string) => `/follow/${number}`

/** Lets this browser follow the case for twelve hours. */
export function givePass(reply: FastifyReply, office: Office, caseId: string, number: string): void {
  reply.setCookie(cookie, createPass(office, caseId, 'follow'), {
    path: pathOf(number),
    maxAge: 12 * 3_600,
    httpOnly: true,
    sameSite: 'lax',
    secure: 'auto',
  })
}

/** The case that this browser may follow at this address. */
export function passOf(office: Office, request: FastifyRequest): string | undefined {
  return readPass(office, request.cookies[cookie] ?? '', 'follow')
}

/** Forgets the case on this device. */
export function takePass(reply: FastifyReply, number: string): void {
  reply.clearCookie(cookie, { path: pathOf(number) })
}
