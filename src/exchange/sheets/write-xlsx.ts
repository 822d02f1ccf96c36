import { PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { type Cell, isLikeFormula, type Sheet } from './cell.ts'
import { columnName, serialOf } from './coordinates.ts'
import { inPieces } from './write-csv.ts'

/** Rows that a sheet can have (ECMA-376; Excel's own limit); more go on in a further sheet. */
const rowsOfSheet = 1_048_576
/** Characters that a cell can have. */
const longestText = 32_767

/**
 * A list as an Excel workbook (ECMA-376), row by row as it is read: only the row in hand is in memory. Dates are real
 * dates. Texts stand in the cells themselves and are marked as texts, so that none becomes a formula.
 */
export function writeXlsx(sheet: Sheet, options: { rowsOfSheet?: number } = {}): Readable {
  const zip = new ZipFile()
  const out = new PassThrough()
  const fail = (error: Error) => out.destroy(error)
  zip.on('error', fail)
  zip.outputStream.on('error', fail)
  zip.outputStream.pipe(out)
  const rows = sheet.rows[Symbol.asyncIterator]()
  const current: Current = { stopped: false }
  // Whoever stops reading ends the reading of the list too.
  out.on('close', () => {
    current.stopped = true
    current.stream?.destroy()
    rows.return?.().catch(() => {}) // it failed, or is known to be over
  })
  addSheets(zip, sheet, rows, current, options.rowsOfSheet ?? rowsOfSheet).catch(fail)
  return out
}

type Current = { stream?: Readable; stopped: boolean }

async function addSheets(
  zip: ZipFile,
  sheet: Sheet,
  rows: AsyncIterator<readonly Cell[]>,
  current: Current,
  most: number,
): Promise<void> {
  const last: { next: IteratorResult<readonly Cell[]> } = { next: await rows.next() }
  let sheets = 0
  do {
    sheets++
    const xml = Readable.from(inPieces(sheetXml(sheet.columns, rows, last, most)), { objectMode: false })
    current.stream = xml
    zip.addReadStream(xml, `xl/worksheets/sheet${sheets}.xml`, { mtime: earliest })
    await new Promise<void>((settle, fail) => xml.once('close', settle).once('error', fail))
    if (current.stopped) return
  } while (!last.next.done)
  for (const [name, content] of Object.entries(frame(sheet.title, sheets)))
    zip.addBuffer(Buffer.from(content), name, { mtime: earliest })
  zip.end()
}

// A file says nothing of when it was made: the same list gives the same file.
const earliest = new Date(1980, 0, 1)

async function* sheetXml(
  columns: readonly string[],
  rows: AsyncIterator<readonly Cell[]>,
  last: { next: IteratorResult<readonly Cell[]> },
  most: number,
): AsyncGenerator<string> {
  yield `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="${columns.length}" width="20" customWidth="1"/></cols><sheetData>`
  const names = columns.map((_, at) => columnName(at))
  yield rowXml(columns, 1, names, style.header)
  for (let line = 2; line <= most && !last.next.done; line++) {
    yield rowXml(last.next.value, line, names)
    last.next = await rows.next()
  }
  yield '</sheetData></worksheet>'
}

const style = { plain: 0, header: 1, dateTime: 2, date: 3, likeFormula: 4 } as const

function rowXml(cells: readonly Cell[], line: number, names: readonly string[], text?: number): string {
  const all = cells.map((cell, at) => cellXml(cell, `${names[at]}${line}`, text))
  return `<row r="${line}">${all.join('')}</row>`
}

function cellXml(cell: Cell, at: string, text?: number): string {
  if (cell === undefined || cell === '') return ''
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`
  if (typeof cell === 'string') {
    const s = text ?? (isLikeFormula(cell) ? style.likeFormula : style.plain)
    return `<c r="${at}" s="${s}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`
  }
  const s = cell instanceof Temporal.PlainDate ? style.date : style.dateTime
  return `<c r="${at}" s="${s}"><v>${serialOf(cell)}</v></c>`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML cannot hold them
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function escaped(text: string): string {
  return text
    .slice(0, longestText)
    .toWellFormed()
    .replace(notXml, '')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_') // else read as a sign by its number
    .replaceAll('\r', '_x000D_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaged = 'http://schemas.openxmlformats.org/package/2006'

/** The parts of a workbook besides its sheets. */
function frame(title: string, sheets: number): Record<string, string> {
  const numbers = Array.from({ length: sheets }, (_, at) => at + 1)
  const each = (text: (n: number) => string) => numbers.map(text).join('')
  // Excel refuses these signs in the name of a sheet, and more than 31 characters.
  const name = escaped(
    title
      .replace(/[[\]:*?/\\']/g, ' ')
      .slice(0, 24)
      .trim() || 'Sheet',
  ).replaceAll('"', ' ')
  return {
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${relation}"><sheets>${each(n => `<sheet name="${name}${n === 1 ? '' : ` ${n}`}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${packaged}/relationships">${each(n => `<Relationship Id="rId${n}" Type="${relation}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}<Relationship Id="rId${sheets + 1}" Type="${relation}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `${head}<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
    '_rels/.rels': `${head}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    '[Content_Types].xml': `${head}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${each(n => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`)}</Types>`,
  }
}
