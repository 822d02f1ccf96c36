import type { CsvRow } from '../csv.ts'
import { formatDate } from '../date-format.ts'
import { columnOf, fromSerial } from './coordinates.ts'
import { brokenWorkbook, openWorkbook, plainText, type Workbook } from './workbook.ts'
import { parseXml, type XmlHandler } from './xml.ts'

/** Columns that a sheet can have. */
const mostColumns = 16_384
/** Characters of a row; Excel has no cell above 32,767. */
const longestRow = 4_000_000

/** The rows of a workbook's first visible sheet. */
export type XlsxRows = { readonly bytes: number; readonly rows: AsyncGenerator<CsvRow> }

/**
 * Opens the rows of an Excel workbook, read in bounded memory. Values are texts as CSV would have them: dates are
 * written in `dateFormat`, numbers without a loss, formulas as what they came to. Rows are as wide as the first.
 * @throws BadInput where it is no workbook; while reading, where it is broken further on.
 */
export async function readXlsx(path: string, dateFormat: string): Promise<XlsxRows> {
  const workbook = await openWorkbook(path)
  return { bytes: workbook.sheet.bytes, rows: rowsOf(workbook, dateFormat) }
}

async function* rowsOf(workbook: Workbook, dateFormat: string): AsyncGenerator<CsvRow> {
  try {
    const ready: { line: number; values: string[] }[] = []
    const handler = sheetHandler(workbook, dateFormat, row => ready.push(row))
    let width: number | undefined
    for await (const bytes of parseXml(await workbook.sheet.open(), handler)) {
      for (const { line, values } of ready.splice(0)) {
        while (values.at(-1)?.trim() === '') values.pop()
        if (values.length === 0) continue
        width ??= values.length
        while (values.length < width) values.push('')
        yield { line, values, bytes }
      }
    }
  } catch (error) {
    throw error instanceof Error && isOurs(error) ? error : brokenWorkbook()
  } finally {
    workbook.close()
  }
}

// The machine's own trouble, such as a full disk, is not the file's.
function isOurs(error: Error): boolean {
  return 'syscall' in error || 'faults' in error
}

type CellParts = { type: string; style: number; value: string; text: string }

function sheetHandler(
  workbook: Workbook,
  dateFormat: string,
  ready: (row: { line: number; values: string[] }) => void,
): XmlHandler {
  let line = 0
  let values: string[] = []
  let column = -1
  let size = 0
  let cell: CellParts | undefined
  let within: 'v' | 't' | undefined
  let spoken = false
  return {
    open(name, attribute) {
      if (name === 'row') {
        const given = Number(attribute('r'))
        line = Number.isInteger(given) && given > line ? given : line + 1
        values = []
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
      if (!cell || !within) return
      size += more.length
      if (size > longestRow) throw brokenWorkbook()
      if (within === 'v') cell.value += more
      else cell.text += more
    },
    close(name) {
      if (name === 'v' || name === 't') within = undefined
      else if (name === 'rPh') spoken = false
      else if (name === 'c' && cell) {
        const value = cellValue(workbook, cell, dateFormat)
        cell = undefined
        if (value === '') return
        while (values.length < column) values.push('')
        values[column] = value
      } else if (name === 'row') ready({ line, values })
    },
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
