import { posix } from 'node:path'
import type { Readable } from 'node:stream'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { BadInput } from '../../platform/errors.ts'
import { SharedStrings } from './shared-strings.ts'
import { parseXml, type XmlHandler } from './xml.ts'

/** An opened workbook: its first sheet that is not hidden, and what the cells of it need to be read. */
export type Workbook = {
  readonly sheet: { readonly bytes: number; open(): Promise<Readable> }
  readonly strings: SharedStrings
  /** Whether the style of this number shows a number as a date. */
  isDate(style: number): boolean
  /** Whether its days count from 1904. */
  readonly from1904: boolean
  close(): void
}

/** Parts of a workbook, without sheets and texts, are small: what is larger than this, in bytes, is none. */
const largestPart = 32_000_000
const mostParts = 10_000
/** Bytes of the texts that cells share: above what a million rows of long descriptions come to. */
const largestTexts = 4_000_000_000

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
    throw error instanceof BadInput ? error : brokenWorkbook()
  }
}

/** The fault of a file that looks like a workbook and cannot be read. */
export function brokenWorkbook(): BadInput {
  return new BadInput([{ field: 'file', text: 'exchange.file.broken-workbook' }])
}

async function readWorkbook(zip: ZipFile, strings: SharedStrings) {
  const parts = new Map<string, Entry>()
  for await (const entry of zip.eachEntry()) {
    if (parts.size >= mostParts) throw brokenWorkbook()
    parts.set(entry.fileName, entry)
  }
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
  if (main === undefined) throw brokenWorkbook()
  const sheets: { id: string; hidden: boolean }[] = []
  let from1904 = false
  await read(main, {
    open(name, attribute) {
      if (name === 'workbookPr') from1904 = ['1', 'true'].includes(attribute('date1904') ?? '')
      if (name === 'sheet')
        sheets.push({ id: attribute('id') ?? '', hidden: (attribute('state') ?? 'visible') !== 'visible' })
    },
  })
  const relations = await readRelations(read, main)
  const first = sheets.find(one => !one.hidden) ?? sheets[0]
  const sheet = parts.get(relations.find(one => one.id === first?.id)?.target ?? '')
  if (!sheet) throw brokenWorkbook()
  const target = (type: string) => relations.find(one => one.type === type)?.target
  const texts = target('sharedStrings')
  const textBytes = parts.get(texts ?? '')?.uncompressedSize ?? 0
  if (textBytes > largestTexts) throw brokenWorkbook()
  if (texts && textBytes > 0) await readStrings(await open(texts), strings)
  const styles = target('styles')
  const dates = styles && parts.has(styles) ? await readDateStyles(read, styles) : []
  return {
    sheet: { bytes: sheet.uncompressedSize, open: () => zip.openReadStreamPromise(sheet) },
    isDate: (style: number) => dates[style] ?? false,
    from1904,
  }
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

/** Reads the shared texts: of each the text runs, without how Chinese or Japanese signs are said. */
async function readStrings(stream: Readable, strings: SharedStrings): Promise<void> {
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
      if (name === 'si') strings.add(plainText(text))
    },
    text(more) {
      if (inText) text += more
    },
  }
  for await (const _ of parseXml(stream, handler));
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
