import { hash, randomBytes } from 'node:crypto'

/** A UUID of version 7 (RFC 9562): ordered by time, so that new rows land together in an index. */
export function v7(milliseconds = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(milliseconds, 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return written(bytes)
}

/** A UUID of version 8 (RFC 9562) made of a name by SHA-256: the same name always gives the same one. */
export function v8(name: string): string {
  const bytes = hash('sha256', name, 'buffer').subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return written(bytes)
}

function written(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a text is a UUID in canonical form; asked before it reaches a query. */
export const isUuid = (text: string): boolean => pattern.test(text)
