import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { brokenWorkbook, faultOfWorkbook, largeWorkbook, notTable, openDocument } from './faults.ts'
import { SharedStrings } from './shared-strings.ts'
import { parseXml, type XmlHandler, XmlTooLong } from './xml.ts'

/** A sheet of a workbook, as XML of so many `bytes`. */
export type WorkbookSheet = { readonly name: string; readonly bytes: number; open(): Promise<Readable> }

/** An opened workbook: its sheets that are not hidden, at least one, and what the cells of them need to be read. */
export type Workbook = {
  readonly sheets: readonly WorkbookSheet[]
  readonly strings: SharedStrings
  /** Whether the shared texts end before one that is too long to be passed over. */
  readonly stringsCut: boolean
  /** Whether the style of this number shows a number as a date. */
  isDate(style: number): boolean
  /** Whether its days count from 1904. */
  readonly from1904: boolean
  close(): void
}

/** Parts of a workbook, without sheets and texts, are small: what is larger than this, in bytes, is none. */
const largestPart = 32_000_000
const mostParts = 10_000
/** Bytes of the names of all parts and of what a ZIP says besides. */
const longestNames = 4_000_000
/** Sheets that are not hidden, each of which is looked into. */
const mostSheets = 1_000
/** Formats of cells, and of numbers, that a workbook can have: Excel's own limit. */
const mostStyles = 65_490
/** Bytes of the texts that cells share: 2,000 for each of a million rows, some 600 Chinese signs. */
const largestTexts = 2_000_000_000
/** Bytes of a sheet: 4,000 for each of a million rows, or 130 for each cell of thirty columns. */
const largestSheet = 4_000_000_000

/** Characters that a cell can have: Excel's own limit. */
export const longestText = 32_767
/** Characters that a cell can have with each written as an escape such as `_x000D_`. */
export const longestEscaped = longestText * 7

/** Opens an Excel workbook. @throws BadInput where it is none, or broken. */
export async function openWorkbook(path: string): Promise<Workbook> {
  let zip: ZipFile | undefined
  const strings = new SharedStrings()
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false })
    const workbook = await readWorkbook(zip, strings)
    const opened = zip
    return {
      ...workbook,
      strings,
      close() {
        opened.close()
        strings.close()
      },
    }
  } catch (error) {
    zip?.close()
    strings.close()
    throw faultOfWorkbook(error)
  }
}

async function readWorkbook(zip: ZipFile, strings: SharedStrings) {
  const parts = new Map<string, Entry>()
  let names = 0
  for await (const entry of zip.eachEntry()) {
    names += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
    if (parts.size >= mostParts || names > longestNames) throw brokenWorkbook()
    parts.set(entry.fileName, entry)
  }
  if (parts.has('content.xml') && parts.has('META-INF/manifest.xml')) throw openDocument()
  const open = async (name: string) => {
    const entry = parts.get(name)
    if (!entry) throw brokenWorkbook()
    return zip.openReadStreamPromise(entry)
  }
  const read = async (name: string, handler: XmlHandler) => {
    if ((parts.get(name)?.uncompressedSize ?? 0) > largestPart) throw brokenWorkbook()
    for await (const _ of parseXml(await open(name), handler));
  }
  const main = (await readRelations(read, '')).find(one => one.type === 'officeDocument')?.target
  if (main === undefined) throw notTable()
  const listed: { id: string; name: string; hidden: boolean }[] = []
  let from1904 = false
  await read(main, {
    open(name, attribute) {
      if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attribute('date1904') ?? '')
      if (name !== 'sheet') return
      if (listed.length >= mostSheets) throw largeWorkbook()
      const hidden = (attribute('state') ?? 'visible') !== 'visible'
      listed.push({ id: attribute('id') ?? '', name: (attribute('name') ?? '').slice(0, 100), hidden })
    },
  })
  const relations = await readRelations(read, main)
  const found = listed.flatMap(({ id, name, hidden }) => {
    const relation = relations.find(one => one.id === id && one.type === 'worksheet')
    const part = parts.get(relation?.target ?? '')
    if (!part) return []
    return { name, hidden, bytes: part.uncompressedSize, open: () => zip.openReadStreamPromise(part) }
  })
  const shown = found.filter(one => !one.hidden)
  const sheets: WorkbookSheet[] = shown.length > 0 ? shown : found.slice(0, 1)
  if (sheets.length === 0) throw brokenWorkbook()
  if (sheets.some(one => one.bytes > largestSheet)) throw largeWorkbook()
  const target = (type: string) => relations.find(one => one.type === type)?.target
  const texts = target('sharedStrings')
  const textBytes = parts.get(texts ?? '')?.uncompressedSize ?? 0
  if (textBytes > largestTexts) throw largeWorkbook()
  const stringsCut = texts !== undefined && textBytes > 0 && !(await readStrings(await open(texts), strings))
  const styles = target('styles')
  const dates = styles && parts.has(styles) ? await readDateStyles(read, styles) : []
  return { sheets, stringsCut, isDate: (style: number) => dates[style] ?? false, from1904 }
}

type Read = (name: string, handler: XmlHandler) => Promise<void>

async function readRelations(
  read: Read,
  of: string,
): Promise<{ id: string; type: string; target: string }[]> {
  const folder = posix.dirname(of)
  const relations: { id: string; type: string; target: string }[] = []
  await read(posix.join(of === '' ? '' : folder, '_rels', `${posix.basename(of)}.rels`), {
    open(name, attribute) {
      if (name !== 'Relationship') return
      if (relations.length >= mostParts) throw brokenWorkbook()
      const to = attribute('Target') ?? ''
      const target = to.startsWith('/') ? to.slice(1) : posix.join(of === '' ? '' : folder, to)
      relations.push({
        id: attribute('Id') ?? '',
        type: (attribute('Type') ?? '').split('/').at(-1) ?? '',
        target,
      })
    },
  })
  return relations
}

/**
 * Reads the shared texts: of each the text runs, without how Chinese or Japanese signs are said. One that no cell can hold
 * is cut behind the first sign too many; @returns false where one is so long that there is no reading on behind it
 */
async function readStrings(stream: Readable, strings: SharedStrings): Promise<boolean> {
  let text = ''
  let inText = false
  let spoken = false
  const handler: XmlHandler = {
    open(name) {
      if (name === 'si') text = ''
      if (name === 'rPh') spoken = true
      inText = name === 't' && !spoken
    },
    close(name) {
      if (name === 'rPh') spoken = false
      if (name === 't') inText = false
      if (name === 'si') strings.add(plainText(text).slice(0, longestText + 1))
    },
    text(more) {
      if (inText && text.length <= longestEscaped) text += more
    },
  }
  try {
    for await (const _ of parseXml(stream, handler));
    return true
  } catch (error) {
    if (error instanceof XmlTooLong && inText) return false
    throw error
  }
}

/** A text without the escapes that workbooks have for signs XML cannot hold. */
export function plainText(text: string): string {
  return text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
}

// Formats that need no definition and show a date or a time. Source: ECMA-376, part 1, 18.8.30.
const builtInDates = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)

/** For each style whether it shows a date. */
async function readDateStyles(read: Read, name: string): Promise<boolean[]> {
  const own = new Map<number, boolean>()
  const styles: boolean[] = []
  let inCells = false
  await read(name, {
    open(tag, attribute) {
      if (own.size > mostStyles || styles.length > mostStyles) throw brokenWorkbook()
      if (tag === 'numFmt') own.set(Number(attribute('numFmtId')), showsDate(attribute('formatCode') ?? ''))
      if (tag === 'cellXfs') inCells = true
      if (tag !== 'xf' || !inCells) return
      const id = Number(attribute('numFmtId') ?? 0)
      styles.push(own.get(id) ?? builtInDates(id))
    },
    close(tag) {
      if (tag === 'cellXfs') inCells = false
    },
  })
  return styles
}

/** Whether a format of numbers has a part of a date or a time outside of its texts, colours and conditions. */
function showsDate(format: string): boolean {
  const signs = format.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
  return /[ymdhs]/i.test(signs.replace(/general/gi, ''))
}
