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
  /** How the days in the column of days seem to be written; undefined where no known way fits most of them, or two do that differ. */
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
  const all = Object.entries({ ...suggestChoice(kind, columns), ...given })
  const choice = Object.fromEntries(all.filter(([, column]) => column !== ''))
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
