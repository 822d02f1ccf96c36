import { BadInput } from '../platform/errors.ts'
import { dateReader } from './date-format.ts'
import { type Choice, type ImportKind, suggestChoice } from './fields.ts'
import { withoutApostrophe } from './sheets/cell.ts'
import type { Encoding } from './sheets/encoding.ts'
import { openRows, type Reading } from './sheets/open-rows.ts'

/** What a file looks like: how it is read, its columns, its first rows, and what they seem to be. */
export type Inspection = {
  format: 'csv' | 'xlsx'
  encoding?: Encoding | undefined
  delimiter?: string | undefined
  columns: string[]
  samples: string[][]
  choice: Choice
  /** How the days in the column of days seem to be written; undefined where no known way fits all of them. */
  dateFormat: string | undefined
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

/** Looks at the first rows of a file. @throws BadInput where it is no table */
export async function inspectFile(path: string, kind: ImportKind, reading: Reading): Promise<Inspection> {
  const { format, encoding, delimiter, rows } = await openRows(path, reading)
  const read: string[][] = []
  let columns: string[] | undefined
  for await (const row of rows) {
    if (columns === undefined) {
      if ('broken' in row) break
      columns = row.values.map(value => withoutApostrophe(value).trim())
    } else if ('values' in row) read.push(row.values)
    if (read.length >= looked) break
  }
  if (!columns || columns.every(column => column === ''))
    throw new BadInput([{ field: 'file', text: 'exchange.file.no-header' }])
  const choice = suggestChoice(kind, columns)
  const days = ['created', 'closed'].flatMap(field => {
    const at = columns.indexOf(choice[field] ?? '')
    return at === -1 ? [] : read.map(row => (row[at] ?? '').trim()).filter(Boolean)
  })
  return {
    format,
    encoding,
    delimiter,
    columns,
    samples: read.slice(0, shown),
    choice,
    dateFormat: likelyFormat(days),
  }
}

/** The first way of writing days that fits all of some. */
export function likelyFormat(days: readonly string[]): string | undefined {
  if (days.length === 0) return undefined
  return dateFormats.find(format => {
    const read = dateReader(format, 'UTC')
    return days.every(day => read(day) !== undefined)
  })
}
