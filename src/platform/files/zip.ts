import { promisify } from 'node:util'
import { crc32, deflateRaw, inflateRaw } from 'node:zlib'
import { Unacceptable } from './refusal.ts'

const inflate = promisify(inflateRaw)
const deflate = promisify(deflateRaw)

/** One file of an archive, still compressed. */
export type ZipEntry = { name: string; method: 0 | 8; crc: number; size: number; body: Buffer }

const maxEntries = 2000
const endSize = 22
const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 }

/**
 * Reads a zip as Office programs write it. Strict: what another reader could understand differently (entries listed
 * twice or not at all, sizes that do not add up, encryption, zip64) is refused as broken, since this is read by a
 * program of its own before a person opens it with theirs. Bodies are slices of `archive`.
 */
export function readZip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0 || end + endSize > archive.length) throw new Unacceptable('broken')
  const count = archive.readUInt16LE(end + 10)
  if (count > maxEntries || count === 0) throw new Unacceptable('broken')
  const entries: ZipEntry[] = []
  const names = new Set<string>()
  let packed = 0
  let at = archive.readUInt32LE(end + 16)
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || archive.readUInt32LE(at) !== signatures.central) throw new Unacceptable('broken')
    const nameLength = archive.readUInt16LE(at + 28)
    const entry = readEntry(archive, at, nameLength)
    const key = entry.name.toLowerCase()
    if (names.has(key)) throw new Unacceptable('broken')
    names.add(key)
    entries.push(entry)
    // Entries that share their bytes would multiply a small archive into one of gigabytes.
    packed += entry.body.length
    if (packed > archive.length) throw new Unacceptable('broken')
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
  return entries
}

function readEntry(archive: Buffer, at: number, nameLength: number): ZipEntry {
  const flags = archive.readUInt16LE(at + 8)
  const method = archive.readUInt16LE(at + 10)
  const packed = archive.readUInt32LE(at + 20)
  const local = archive.readUInt32LE(at + 42)
  // Bit 0 is encryption; methods other than stored and deflated are not allowed in OOXML (ECMA-376 part 2, annex B).
  if (flags & 1) throw new Unacceptable('encrypted')
  if (method !== 0 && method !== 8) throw new Unacceptable('broken')
  if (local + 30 > archive.length || archive.readUInt32LE(local) !== signatures.local)
    throw new Unacceptable('broken')
  const name = archive.subarray(at + 46, at + 46 + nameLength)
  const localName = archive.subarray(local + 30, local + 30 + archive.readUInt16LE(local + 26))
  const start = local + 30 + localName.length + archive.readUInt16LE(local + 28)
  if (!name.equals(localName) || start + packed > archive.length) throw new Unacceptable('broken')
  return {
    name: name.toString('utf8'),
    method,
    crc: archive.readUInt32LE(at + 16),
    size: archive.readUInt32LE(at + 24),
    body: archive.subarray(start, start + packed),
  }
}

/** The content of an entry; one that unpacks to more than `limit` bytes, or to other than it claims, is refused. */
export async function unpack(entry: ZipEntry, limit: number): Promise<Buffer> {
  if (entry.size > limit) throw new Unacceptable('broken')
  const content =
    entry.method === 0
      ? entry.body
      : await inflate(entry.body, { maxOutputLength: limit }).catch(() => {
          throw new Unacceptable('broken')
        })
  if (content.length !== entry.size || crc32(content) !== entry.crc) throw new Unacceptable('broken')
  return content
}

/** An entry with new content. */
export async function pack(name: string, content: Buffer): Promise<ZipEntry> {
  return { name, method: 8, crc: crc32(content), size: content.length, body: await deflate(content) }
}

/** Writes entries as an archive, in their order, with nothing between them and no dates, comments or extra fields. */
export function writeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8')
    const header = Buffer.alloc(30)
    header.writeUInt32LE(signatures.local, 0)
    describe(header, 4, entry, name.length)
    parts.push(header, name, entry.body)
    const record = Buffer.alloc(46)
    record.writeUInt32LE(signatures.central, 0)
    record.writeUInt16LE(20, 4)
    describe(record, 6, entry, name.length)
    record.writeUInt32LE(offset, 42)
    directory.push(record, name)
    offset += header.length + name.length + entry.body.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(endSize)
  end.writeUInt32LE(signatures.end, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}

// The fields that the local header and the directory share, in the same order.
function describe(target: Buffer, at: number, entry: ZipEntry, nameLength: number): void {
  target.writeUInt16LE(20, at) // version 2.0, for deflate
  target.writeUInt16LE(0x0800, at + 2) // names in UTF-8
  target.writeUInt16LE(entry.method, at + 4)
  target.writeUInt32LE(0x00210000, at + 6) // 1 January 1980, the earliest date there is
  target.writeUInt32LE(entry.crc, at + 10)
  target.writeUInt32LE(entry.body.length, at + 14)
  target.writeUInt32LE(entry.size, at + 18)
  target.writeUInt16LE(nameLength, at + 22)
}
