import { type CsvRow, longestRow } from '../csv.ts'
import { formatDate } from '../date-format.ts'
import { columnName, columnOf, fromSerial } from './coordinates.ts'
import { brokenWorkbook, faultOfWorkbook, longCell } from './faults.ts'
import {
  longestEscaped,
  longestText,
  openWorkbook,
  plainText,
  type Workbook,
  type WorkbookSheet,
} from './workbook.ts'
import { parseXml, type XmlHandler, XmlTooLong } from './xml.ts'

/** Columns that a sheet can have. */
const mostColumns = 16_384

/** The names of a workbook's sheets that are read as one list, and of those that hold something else. */
export type SheetsRead = { readonly read: readonly string[]; readonly left: readonly string[] }

/** The rows of a workbook. */
export type XlsxRows = {
  readonly bytes: number
  readonly sheets: SheetsRead
  readonly rows: AsyncGenerator<CsvRow>
}

/**
 * Opens the rows of an Excel workbook, read in bounded memory: those of its first visible sheet with any, and of further
 * ones with the same first row, as a long list goes on in. Values are texts as CSV would have them: dates are written in
 * `dateFormat`, numbers without a loss, formulas as what they came to. Rows are as wide as the first. Lines are counted
 * on from sheet to sheet. @throws BadInput where it is no workbook; while reading, where it is broken further on.
 */
export async function readXlsx(path: string, dateFormat: string): Promise<XlsxRows> {
  const workbook = await openWorkbook(path)
  try {
    const { read, left } = await chooseSheets(workbook, dateFormat)
    const names = (sheets: readonly WorkbookSheet[]) => sheets.map(one => one.name)
    return {
      bytes: read.reduce((sum, { bytes }) => sum + bytes, 0),
      sheets: { read: names(read), left: names(left) },
      rows: rowsOf(workbook, read, dateFormat, workbook.close),
    }
  } catch (error) {
    workbook.close()
    throw error
  }
}

async function chooseSheets(
  workbook: Workbook,
  dateFormat: string,
): Promise<Record<'read' | 'left', readonly WorkbookSheet[]>> {
  const { sheets } = workbook
  if (sheets.length === 1) return { read: sheets, left: [] }
  const read: WorkbookSheet[] = []
  const left: WorkbookSheet[] = []
  let header: string | undefined
  for (const sheet of sheets) {
    const first = await firstRow(workbook, sheet, dateFormat)
    if (first === undefined) continue
    header ??= first
    if (first === header) read.push(sheet)
    else left.push(sheet)
  }
  return { read: read.length > 0 ? read : sheets.slice(0, 1), left }
}

async function firstRow(
  workbook: Workbook,
  sheet: WorkbookSheet,
  dateFormat: string,
): Promise<string | undefined> {
  for await (const row of rowsOf(workbook, [sheet], dateFormat))
    return 'values' in row ? JSON.stringify(row.values) : ''
  return undefined
}

async function* rowsOf(
  workbook: Workbook,
  sheets: readonly WorkbookSheet[],
  dateFormat: string,
  end: () => void = () => {},
): AsyncGenerator<CsvRow> {
  try {
    let width: number | undefined
    let linesBefore = 0
    let bytesBefore = 0
    for (const [at, sheet] of sheets.entries()) {
      const ready: ReadRow[] = []
      const handler = sheetHandler(workbook, sheet.name, dateFormat, row => ready.push(row))
      let isHeader = at > 0
      let lines = 0
      for await (const bytes of readSheet(sheet, handler)) {
        for (const row of ready.splice(0)) {
          const line = linesBefore + row.line
          lines = row.line
          if (row.tooLong) yield { line, broken: 'cell-too-long', ...row.tooLong, bytes: bytesBefore + bytes }
          else {
            const { values } = row
            while (values.length > 0 && (values.at(-1) ?? '').trim() === '') values.pop()
            if (values.length === 0) continue
            width ??= values.length
            if (!isHeader) yield { line, values: filled(values, width), bytes: bytesBefore + bytes }
          }
          isHeader = false
        }
      }
      linesBefore += lines
      bytesBefore += sheet.bytes
    }
  } catch (error) {
    throw faultOfWorkbook(error)
  } finally {
    end()
  }
}

// Cells that are not there stay away until their row is handed on: a chunk of XML may name the last cells of many.
function filled(values: readonly string[], width: number): string[] {
  return Array.from({ length: Math.max(values.length, width) }, (_, at) => values[at] ?? '')
}

async function* readSheet(sheet: WorkbookSheet, handler: SheetHandler): AsyncGenerator<number> {
  try {
    yield* parseXml(await sheet.open(), handler)
  } catch (error) {
    throw (error instanceof XmlTooLong && handler.longCell()) || error
  }
}

type ReadRow = { line: number; values: string[]; tooLong?: { column: number; limit: number } }

type CellParts = { type: string; style: number; value: string; text: string }

type SheetHandler = XmlHandler & {
  /** The fault of the cell whose text is being read, if one is. */
  longCell(): Error | undefined
}

function sheetHandler(
  workbook: Workbook,
  sheet: string,
  dateFormat: string,
  ready: (row: ReadRow) => void,
): SheetHandler {
  let row: ReadRow = { line: 0, values: [] }
  let column = -1
  let size = 0
  let cell: CellParts | undefined
  let within: 'v' | 't' | undefined
  let spoken = false
  const longCellHere = () => longCell(sheet, `${columnName(column)}${row.line}`, longestText)
  return {
    open(name, attribute) {
      if (name === 'row') {
        const given = Number(attribute('r'))
        row = { line: Number.isInteger(given) && given > row.line ? given : row.line + 1, values: [] }
        column = -1
        size = 0
      } else if (name === 'c') {
        column = columnOf(attribute('r') ?? '') ?? column + 1
        if (column >= mostColumns) throw brokenWorkbook()
        cell = { type: attribute('t') ?? 'n', style: Number(attribute('s') ?? 0), value: '', text: '' }
      } else if (name === 'rPh') spoken = true
      else if (name === 'v') within = 'v'
      else if (name === 't' && !spoken) within = 't'
    },
    text(more) {
      if (!cell || !within || row.tooLong) return
      if (cell.value.length + cell.text.length > longestEscaped) return
      if (within === 'v') cell.value += more
      else cell.text += more
    },
    close(name) {
      if (name === 'v' || name === 't') within = undefined
      else if (name === 'rPh') spoken = false
      else if (name === 'c' && cell) {
        const { type, value: index } = cell
        if (type === 's' && workbook.stringsCut && Number(index) >= workbook.strings.count)
          throw longCellHere()
        const value = row.tooLong ? '' : cellValue(workbook, cell, dateFormat)
        cell = undefined
        if (row.tooLong) return
        size += value.length
        if (value.length > longestText) row.tooLong = { column, limit: longestText }
        else if (size > longestRow) row.tooLong = { column, limit: longestRow }
        else if (value !== '') row.values[column] = value
      } else if (name === 'row') ready(row)
    },
    longCell: () => (cell && within ? longCellHere() : undefined),
  }
}

function cellValue(workbook: Workbook, { type, style, value, text }: CellParts, dateFormat: string): string {
  switch (type) {
    case 's':
      return workbook.strings.get(Number(value)) ?? ''
    case 'inlineStr':
      return plainText(text)
    case 'str':
      return plainText(value)
    case 'b':
      return value === '1' ? 'TRUE' : 'FALSE'
    case 'e':
      return value
    case 'd':
      return isoDate(value, dateFormat)
    default:
      return numberText(workbook, style, value, dateFormat)
  }
}

function numberText(workbook: Workbook, style: number, value: string, dateFormat: string): string {
  if (value === '') return ''
  const number = Number(value)
  if (Number.isNaN(number)) return value
  if (workbook.isDate(style)) {
    const when = fromSerial(number, workbook.from1904)
    if (when && number < 1) return when.toPlainTime().toString({ smallestUnit: 'second' })
    if (when) return formatDate(when, dateFormat)
  }
  // Spreadsheets show 15 digits; those after them are what counting in twos leaves behind.
  return String(Number(number.toPrecision(15)))
}

function isoDate(value: string, dateFormat: string): string {
  try {
    return formatDate(Temporal.PlainDateTime.from(value.replace(/Z$/, '')), dateFormat)
  } catch {
    return value
  }
}
