import { BadInput, type Fault } from '../platform/errors.ts'
import type { CsvRow } from './csv.ts'
import { dateReader } from './date-format.ts'
import { type Choice, type ImportKind, suggestChoice } from './fields.ts'
import { withoutApostrophe } from './sheets/cell.ts'
import { columnName } from './sheets/coordinates.ts'
import type { Encoding } from './sheets/encoding.ts'
import { openRows, type Reading } from './sheets/open-rows.ts'
import type { SheetsRead } from './sheets/read-xlsx.ts'

/** What a file looks like: how it is read, its columns, its first rows, and what they seem to be. */
export type Inspection = {
  format: 'csv' | 'xlsx'
  encoding?: Encoding | undefined
  delimiter?: string | undefined
  columns: string[]
  samples: string[][]
  choice: Choice
  /** How the days in the column of days seem to be written; undefined where no known way fits most of them, or two do that differ. */
  dateFormat: string | undefined
  /** Of a workbook: which of its sheets was read. */
  sheets?: SheetsRead | undefined
  /** Why there is no row to look at, where there is none. */
  fault: Fault | undefined
}

/** Ways in which days and times are written, the likeliest first; where several fit, the first. */
export const dateFormats = [
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd HH:mm',
  'yyyy-MM-dd',
  'yyyy-MM-ddTHH:mm:ss',
  'yyyy/MM/dd HH:mm:ss',
  'yyyy/MM/dd HH:mm',
  'yyyy/MM/dd',
  'yyyy.MM.dd',
  'yyyy年MM月dd日 HH:mm',
  'yyyy年MM月dd日',
  'dd.MM.yyyy HH:mm',
  'dd.MM.yyyy',
  'dd/MM/yyyy HH:mm:ss',
  'dd/MM/yyyy HH:mm',
  'dd/MM/yyyy',
  'MM/dd/yyyy hh:mm:ss a',
  'MM/dd/yyyy hh:mm a',
  'MM/dd/yyyy HH:mm:ss',
  'MM/dd/yyyy HH:mm',
  'MM/dd/yyyy',
] as const

const looked = 200
const shown = 5
/** Characters of what could be a day; a row may hold thousands in its place. */
const longestDay = 100

/**
 * Looks at the first rows of a file; `given` says which column is what where that is known, with an empty one for a
 * field that is to have none. @throws BadInput where it is no table
 */
export async function inspectFile(
  path: string,
  kind: ImportKind,
  reading: Reading,
  given: Choice = {},
): Promise<Inspection> {
  const { format, encoding, delimiter, sheets, rows } = await openRows(path, reading)
  const samples: string[][] = []
  const days: string[] = []
  let columns: string[] | undefined
  let choice: Choice = {}
  let dayColumns: number[] = []
  let broken: BrokenRow | undefined
  let seen = 0
  for await (const row of rows) {
    if ('broken' in row) broken ??= row
    else if (columns === undefined) {
      const names = row.values.map(value => withoutApostrophe(value).trim())
      columns = names
      const all = Object.entries({ ...suggestChoice(kind, names), ...given })
      choice = Object.fromEntries(all.filter(([, column]) => column !== ''))
      const chosen = [choice['created'], choice['closed']].filter(name => name !== undefined)
      dayColumns = chosen.map(name => names.indexOf(name))
    } else {
      if (samples.length < shown) samples.push(row.values)
      days.push(...dayColumns.map(at => (row.values[at] ?? '').trim().slice(0, longestDay)).filter(Boolean))
    }
    if ((broken && !columns) || ++seen > looked) break
  }
  if (!columns && broken) throw new BadInput([faultOfFile(broken)])
  if (!columns || columns.every(column => column === ''))
    throw new BadInput([{ field: 'file', text: 'exchange.file.no-header' }])
  const noRows = { field: 'file', text: 'exchange.file.no-rows' }
  return {
    format,
    encoding,
    delimiter,
    columns,
    samples,
    choice,
    dateFormat: likelyFormat(days),
    sheets,
    fault: samples.length > 0 ? undefined : broken ? faultOfFile(broken, columns) : noRows,
  }
}

type BrokenRow = Extract<CsvRow, { broken: unknown }>

/** The fault of a file whose first line, or only row, cannot be read. */
export function faultOfFile(row: BrokenRow, columns: readonly string[] = []): Fault {
  const { line } = row
  if (row.broken === 'quotes') return { field: 'file', text: 'exchange.file.quotes', values: { line } }
  const column = columns[row.column] || columnName(row.column)
  const values = { line, column, limit: row.limit }
  return {
    field: 'file',
    text: `exchange.file.${row.broken === 'too-long' ? 'row' : 'value'}-too-long`,
    values,
  }
}

/** The way of writing days that fits most of some, and more than half: single ones may be faulty. */
function likelyFormat(days: readonly string[]): string | undefined {
  const fitting = dateFormats.map(format => {
    const read = dateReader(format, 'UTC')
    return { format, count: days.filter(day => read(day) !== undefined).length }
  })
  const most = Math.max(...fitting.map(one => one.count))
  if (most * 2 <= days.length) return undefined
  const [first, ...others] = fitting.filter(one => one.count === most).map(one => one.format)
  // 5 January or 1 May: where days could be read in two ways somebody has to say which.
  const isAlike = (format: string) => days.every(day => readIn(first ?? '', day) === readIn(format, day))
  return others.every(isAlike) ? first : undefined
}

const readIn = (format: string, day: string) => dateReader(format, 'UTC')(day)?.epochMilliseconds
