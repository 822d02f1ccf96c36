import { parseCaseNumber } from '../../platform/case-number.ts'
import { typedDigits } from '../../platform/digits.ts'
import type { Fault } from '../../platform/errors.ts'
import type { UploadLimits } from '../../platform/files/upload-form.ts'
import { isOneAddress } from '../../platform/mail/message.ts'
import { normaliseReceiptCode } from '../../platform/receipt-code.ts'
import { cleanText } from '../../platform/typed-text.ts'
import type { Act } from './acts.ts'

/** Most characters of what a resident writes. */
export const actLimits = { text: 5000 } as const

/** What one message may bring. */
export const formFiles: UploadLimits = { files: 10, fileBytes: 15_000_000, totalBytes: 151_000_000 }

/** What a form sent: single values by field name. */
export type Sent = Readonly<Record<string, string>>

/** The single values of a posted form, line breaks as one character, without what no database keeps. */
export function sentFields(body: unknown): Sent {
  const fields: Record<string, string> = {}
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    const one = Array.isArray(value) ? value.at(-1) : value
    if (typeof one === 'string') fields[name] = cleanText(one)
  }
  return fields
}

/** What is wrong with a number and a code as such, before any case is looked for. */
export function entryFaults({ number = '', code = '' }: Sent): Fault[] {
  const faults = numberFaults(number)
  const digits = typedDigits(code).length
  if (digits === 0) faults.push({ field: 'code', text: 'follow.fault.code' })
  else if (!normaliseReceiptCode(code))
    faults.push({ field: 'code', text: 'follow.fault.code-digits', values: { digits } })
  return faults
}

/** What is wrong with a number and an e-mail address as such. */
export function linkFaults({ number = '', email = '' }: Sent): Fault[] {
  const faults = numberFaults(number)
  if (!isOneAddress(email.normalize('NFKC').trim()))
    faults.push({ field: 'email', text: 'follow.fault.email' })
  return faults
}

function numberFaults(number: string): Fault[] {
  if (number.trim() === '') return [{ field: 'number', text: 'follow.fault.number' }]
  return parseCaseNumber(number) ? [] : [{ field: 'number', text: 'follow.fault.number-typo' }]
}

/** What is wrong with what a resident wrote; `files` came with it. */
export function actFaults(act: Act, { text = '', rating = '' }: Sent, files: number): Fault[] {
  const length = [...text.trim()].length
  if (length > actLimits.text) {
    const values = { limit: actLimits.text, over: length - actLimits.text }
    return [{ field: 'text', text: 'raise.fault.too-long', values }]
  }
  if (act === 'message' && length === 0 && files === 0)
    return [{ field: 'text', text: 'follow.fault.message' }]
  if (act === 'review' && length === 0) return [{ field: 'text', text: 'follow.fault.review' }]
  if (act === 'reopen' && length === 0) return [{ field: 'text', text: 'follow.fault.reopen' }]
  if (act === 'rate' && !readRating(rating)) return [{ field: 'rating', text: 'follow.fault.rating' }]
  return []
}

/** A rating of 1 to 5; null for none. */
export function readRating(typed = ''): number | null {
  return /^[1-5]$/.test(typed) ? Number(typed) : null
}
