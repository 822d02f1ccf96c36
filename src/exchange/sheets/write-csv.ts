import { Readable } from 'node:stream'
import { csvLine } from '../csv.ts'
import { type Cell, harmless, type Sheet } from './cell.ts'

/**
 * A list as CSV (RFC 4180) in UTF-8, row by row as it is read. It begins with the mark without which Excel takes it for
 * another encoding, and no text in it is taken for a formula.
 */
export function writeCsv(sheet: Sheet): Readable {
  return Readable.from(inPieces(lines(sheet)), { objectMode: false })
}

async function* lines({ columns, rows }: Sheet): AsyncGenerator<string> {
  yield `\ufeff${csvLine(columns.map(harmless))}`
  for await (const row of rows) yield csvLine(row.map(written))
}

function written(cell: Cell): string | number {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return cell
  if (typeof cell === 'string') return harmless(cell)
  if (cell instanceof Temporal.PlainDate) return cell.toString()
  // Excel reads this as a date and time; it does not read one with a T.
  return cell.toString({ smallestUnit: 'minute' }).replace('T', ' ')
}

/** Small texts put together, so that each does not cross the stream by itself. */
export async function* inPieces(texts: AsyncIterable<string>, size = 32_768): AsyncGenerator<string> {
  let piece = ''
  for await (const text of texts) {
    piece += text
    if (piece.length < size) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
