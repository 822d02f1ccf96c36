import { type PartTypes, partTypes } from './part-types.ts'
import { Unacceptable } from './refusal.ts'
import { pack, readZip, unpack, writeZip, type ZipEntry } from './zip.ts'

/** Bytes that one XML part may unpack to; the text of a 1,000-page report is some 10 MB. */
const partLimit = 32 * 1024 * 1024
/** Bytes that all parts read here may unpack to together. */
const readLimit = 64 * 1024 * 1024

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.'
const office = 'http://schemas.openxmlformats.org'

/** Parts that hold only metadata, by content type, and what is left of them. */
const emptied: Readonly<Record<string, string>> = {
  'application/vnd.openxmlformats-package.core-properties+xml': `<cp:coreProperties xmlns:cp="${office}/package/2006/metadata/core-properties"/>`,
  'application/vnd.openxmlformats-officedocument.extended-properties+xml': `<Properties xmlns="${office}/officeDocument/2006/extended-properties"/>`,
  'application/vnd.openxmlformats-officedocument.custom-properties+xml': `<Properties xmlns="${office}/officeDocument/2006/custom-properties"/>`,
  [`${word}people+xml`]: '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>',
}

/** Parts that run when the document is opened: VBA, its data, and ActiveX controls. */
const active = /(^|\/)(vbaProject|vbaData)[^/]*$|(^|\/)activeX\//i

/**
 * Checks that an archive is a Word document without macros and gives it back rewritten without the names of its
 * author, editors, commenters and company and without the address of its template, all of which would tell who filed
 * under protection. Text, styles and pictures stay as they were; a digital signature in the file no longer holds.
 */
export async function cleanDocx(archive: Buffer): Promise<Buffer> {
  const entries = readZip(archive)
  const listed = entries.find(entry => entry.name === '[Content_Types].xml')
  if (!listed) throw new Unacceptable('kind')
  const declared = decodeXml(await unpack(listed, partLimit))
  if (entries.some(entry => active.test(entry.name)) || /macroEnabled|vbaProject|activeX/i.test(declared)) {
    throw new Unacceptable('macros')
  }
  const types = partTypes(declared)
  if (!entries.some(entry => types.of(entry.name) === `${word}document.main+xml`))
    throw new Unacceptable('kind')
  const read = entries.filter(entry => needsCleaning(entry, types))
  if (read.reduce((sum, entry) => sum + entry.size, 0) > readLimit) throw new Unacceptable('broken')
  const cleaned: ZipEntry[] = []
  for (const entry of entries) cleaned.push(read.includes(entry) ? await cleanPart(entry, types) : entry)
  return writeZip(cleaned)
}

const templateLink = /^word\/_rels\/settings\.xml\.rels$/i

function needsCleaning(entry: ZipEntry, types: PartTypes): boolean {
  const type = types.of(entry.name) ?? ''
  return type in emptied || (type.startsWith(word) && type.endsWith('+xml')) || templateLink.test(entry.name)
}

// The bounds in these patterns keep a hostile part from making them quadratic: no match runs past the next tag.
async function cleanPart(entry: ZipEntry, types: PartTypes): Promise<ZipEntry> {
  const type = types.of(entry.name) ?? ''
  const rest = emptied[type]
  if (rest !== undefined)
    return pack(entry.name, Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${rest}`))
  const xml = decodeXml(await unpack(entry, partLimit))
  const clean = xml
    // Word itself writes "Author" when it is told to leave personal information out.
    .replace(/\b(\w{1,9}:author)=("[^"<]*"|'[^'<]*')/g, '$1="Author"')
    .replace(/\b(\w{1,9}:initials)=("[^"<]*"|'[^'<]*')/g, '$1="A"')
    // The template's address names its owner's folder, and one on a server would be fetched, macros and all.
    .replace(/<w:attachedTemplate\b[^<>]{0,1000}>/g, '')
    .replace(/<Relationship\b[^<>]{0,4000}>/g, link => (/\/attachedTemplate["']/.test(link) ? '' : link))
  return clean === xml ? entry : pack(entry.name, Buffer.from(clean))
}

// XML may be UTF-16 with a byte order mark; read as UTF-8 it would hide from every check above.
function decodeXml(content: Buffer): string {
  const mark = content.length >= 2 ? content.readUInt16BE(0) : 0
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8'
  const text = decodeStrictly(content, encoding)
  if (text === undefined || text.includes('\0')) throw new Unacceptable('broken')
  return text.replace(/^(<\?xml[^<>]{0,200}encoding=)["'][^"'<]{0,40}["']/, '$1"UTF-8"')
}

function decodeStrictly(content: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content)
  } catch {
    return undefined
  }
}
