import { createSecretKey } from 'node:crypto'
import type { Json } from '../platform/json.ts'
import type { Office } from '../platform/office.ts'
import { deriveKey } from '../platform/sealing/keys.ts'
import { seal, unseal } from '../platform/sealing/payload.ts'

/** How long a sealed field can be opened. */
const lifeMs = 3_600_000

/** Seals a value into a hidden field of a page: who gets the page can keep it, not read or change it. Good for an hour. */
export function sealField(office: Office, place: string, value: Json): string {
  const until = office.clock.now().epochMilliseconds + lifeMs
  return seal(fieldKey(office), place, { until, value }).toString('base64url')
}

/** Opens a sealed field; undefined where it is too old, altered, or of another place or tenant. */
export function openField(office: Office, place: string, sealed: string | undefined): Json | undefined {
  if (!sealed) return undefined
  try {
    const opened = unseal(fieldKey(office), place, Buffer.from(sealed, 'base64url')) as {
      until: number
      value: Json
    }
    return opened.until < office.clock.now().epochMilliseconds ? undefined : opened.value
  } catch {
    return undefined // whatever is wrong with it, it is of no use
  }
}

function fieldKey(office: Office) {
  return createSecretKey(deriveKey(office.key, 'sealed-field'))
}
