import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Lang } from '../platform/i18n/languages.ts'
import type { Office } from '../platform/office.ts'
import { deriveKey } from '../platform/sealing/keys.ts'

const macBytes = 16

/** Where a member of staff's calendars are, below the origin of the server; in their language, where the office has another. */
export function staffCalendars(
  office: Office,
  id: string,
  origin: string,
  lang: Lang = office.tenant.language,
): { mine: string; unit: string } {
  const base = `${origin}/feeds/staff/${staffAddress(office, id)}`
  const query = lang === office.tenant.language ? '' : `?lang=${lang}`
  return { mine: `${base}/mine.ics${query}`, unit: `${base}/unit.ics${query}` }
}

/** Where the calendar of one case is, below the origin of the server. */
export function caseCalendar(
  state: Renewed & { readonly number: string },
  caseKey: KeyObject,
  origin: string,
): string {
  return `${origin}/feeds/case/${state.number}/${caseAddress(caseKey, state)}/due.ics`
}

/** The secret part of a member of staff's calendar address: which one it is, and a code that only this office can make. */
export function staffAddress(office: Office, id: string): string {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex')
  return Buffer.concat([bytes, staffMac(office, bytes)]).toString('base64url')
}

/** The id in a staff address; undefined for one that this office did not make. Asks no database. */
export function readStaffAddress(office: Office, address: string): string | undefined {
  const bytes = Buffer.from(address, 'base64url')
  if (bytes.length !== 16 + macBytes || bytes.toString('base64url') !== address) return undefined
  const id = bytes.subarray(0, 16)
  if (!timingSafeEqual(staffMac(office, id), bytes.subarray(16))) return undefined
  const hex = id.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * The secret part of a case's calendar address, made of the case's own key and how often it was renewed: it ends when
 * the resident makes a new one, and when the key is destroyed at the end of the retention period.
 */
function caseAddress(caseKey: KeyObject, { calendarRenewals = 0 }: Renewed): string {
  return createHmac('sha256', caseKey)
    .update(`answerable calendar of one case ${1 + calendarRenewals}`)
    .digest()
    .subarray(0, macBytes)
    .toString('base64url')
}

/** Whether this is the secret part of the case's address; takes as long whatever is wrong with it. */
export function isCaseAddress(caseKey: KeyObject, state: Renewed, address: string): boolean {
  const given = Buffer.from(address)
  const expected = Buffer.from(caseAddress(caseKey, state))
  return given.length === expected.length && timingSafeEqual(given, expected)
}

type Renewed = { readonly calendarRenewals?: number | undefined }

function staffMac({ key }: Office, id: Buffer): Buffer {
  return createHmac('sha256', deriveKey(key, 'calendar-address')).update(id).digest().subarray(0, macBytes)
}
