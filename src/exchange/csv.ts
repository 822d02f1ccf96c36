import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse'

/** A row of a file: where it begins, counted from 1 for the first line, and its values; or why it has none. */
export type CsvRow =
  | { line: number; values: string[]; bytes: number }
  | { line: number; broken: 'quotes'; bytes: number }
  /** The value in `column`, counted from 0, is longer than a cell can be, or the row is longer than `limit` there. */
  | { line: number; broken: 'too-long' | 'cell-too-long'; column: number; limit: number; bytes: number }

/**
 * Characters of a row: six full cells of Excel. One that is longer has mostly lost the end of a quotation somewhere. Of
 * the value in which the limit is met the parser counts bytes.
 */
export const longestRow = 200_000
/** Bytes of a row with its delimiters and quotation marks, which the parser does not count. */
const mostBytes = 4 * longestRow

/** How far a file was read: the next line begins there. */
export type Mark = { bytes: number; line: number }

/**
 * Reads a CSV file (RFC 4180, UTF-8, any line ends) row by row in bounded memory. A quotation mark is one at the start of
 * a value alone; within a value it is a sign like others, as for spreadsheets. A row whose quotes do not close gives up
 * that one line alone: reading goes on with the next, so that a fault in one row neither hides nor eats others.
 */
export async function* readCsv(
  path: string,
  delimiter: string,
  from: Mark = { bytes: 0, line: 0 },
): AsyncGenerator<CsvRow> {
  let mark = from
  for (;;) {
    const begun = mark
    try {
      for await (const row of parseFrom(path, delimiter, begun)) {
        mark = { bytes: row.bytes, line: row.end }
        yield { line: row.line, values: row.values, bytes: row.bytes }
      }
      return
    } catch (error) {
      if (!(error instanceof CsvError || error instanceof Unreadable)) throw error
      const skipped = await nextLine(path, mark)
      mark = skipped.end
      const { line } = skipped
      const { bytes } = mark
      if (error.code !== 'CSV_MAX_RECORD_SIZE') yield { line, broken: 'quotes', bytes }
      else yield { line, broken: 'too-long', column: Number(error['index'] ?? 0), limit: longestRow, bytes }
    }
  }
}

// What the parser lets pass and is no row here.
class Unreadable extends Error {
  readonly code: 'CSV_MAX_RECORD_SIZE' | 'CSV_QUOTE'
  readonly index: number
  constructor(code: Unreadable['code'], index = 0) {
    super(code)
    this.code = code
    this.index = index
  }
}

type Parsed = { line: number; end: number; values: string[]; bytes: number }

async function* parseFrom(path: string, delimiter: string, from: Mark): AsyncGenerator<Parsed> {
  // Rows are taken as they are parsed: a stream that meets a fault drops those that nobody has read yet.
  const rows: { values: string[]; bytes: number }[] = []
  const parser = parse({
    delimiter,
    bom: from.bytes === 0,
    skip_empty_lines: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: longestRow,
    on_record(values: string[], { bytes_records }) {
      rows.push({ values, bytes: from.bytes + bytes_records })
      return null
    },
  })
  parser.on('error', () => {}) // it is in what write and end call back with
  parser.resume()
  const feed = (chunk: Buffer | undefined) =>
    new Promise<Error | undefined>(settle => {
      const done = (error?: Error | null) => settle(error ?? undefined)
      if (chunk) parser.write(chunk, done)
      else parser.end(done)
    })
  // What was read and is not yet part of a row. Lines are counted here: the parser counts a CRLF in quotes twice.
  let rest = Buffer.alloc(0)
  let { bytes: at, line } = from
  const pass = (bytes: number): Buffer => {
    const passed = rest.subarray(0, bytes)
    line += linesIn(passed)
    rest = rest.subarray(bytes)
    at += bytes
    return passed
  }
  for await (const chunk of chunksOf(path, from.bytes)) {
    if (chunk) rest = Buffer.concat([rest, chunk])
    const fault = await feed(chunk)
    for (const { values, bytes } of rows.splice(0)) {
      pass(lineEndsBefore(rest))
      // Where line ends are of two kinds the parser takes one without a row for a row.
      if (bytes <= at) continue
      const begin = line + 1
      const raw = pass(bytes - at)
      if (values.some(value => value.startsWith('"')) && !quotationsClose(raw, delimiter))
        throw new Unreadable('CSV_QUOTE')
      yield { line: begin, end: line, values, bytes }
    }
    if (fault) throw fault
    pass(lineEndsBefore(rest))
    // All but delimiters: of those the parser would go on to make empty values without end.
    if (rest.length > mostBytes)
      throw new Unreadable('CSV_MAX_RECORD_SIZE', rest.toString('utf8').split(delimiter).length - 1)
  }
}

function lineEndsBefore(rest: Buffer): number {
  const first = rest.findIndex(byte => byte !== 10 && byte !== 13)
  return first === -1 ? rest.length : first
}

// The parser is told to take quotation marks within values as they are, and then does so after a quotation too, from its
// first mark on: `"a" b` would be a value, and `"a` with the next line's `"b"` too.
function quotationsClose(raw: Buffer, delimiter: string): boolean {
  const row = raw.toString('utf8').replace(/^\ufeff/, '')
  for (let at = 0; at !== -1 && at < row.length; ) {
    if (row[at] === '"') {
      do {
        at = row.indexOf('"', at + 1)
        if (at === -1) return false
        at++
      } while (row[at] === '"')
      if (at < row.length && ![delimiter, '\r', '\n'].includes(row[at] ?? '')) return false
    }
    const end = row.indexOf(delimiter, at)
    at = end === -1 ? -1 : end + 1
  }
  return true
}

function linesIn(raw: Buffer): number {
  let lines = 0
  for (let at = raw.indexOf(10); at !== -1; at = raw.indexOf(10, at + 1)) lines++
  return lines
}

async function* chunksOf(path: string, start: number): AsyncGenerator<Buffer | undefined> {
  yield* createReadStream(path, { start }) as AsyncIterable<Buffer>
  yield undefined
}

/** The next line with anything on it, to be left out. */
async function nextLine(path: string, from: Mark): Promise<{ line: number; end: Mark }> {
  const file = await open(path, 'r')
  try {
    let { bytes, line } = from
    let hasText = false
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(8192), 0, 8192, bytes)
      if (bytesRead === 0) return { line: Math.max(line, from.line + 1), end: { bytes, line } }
      for (const byte of buffer.subarray(0, bytesRead)) {
        bytes++
        if (byte !== 10) hasText ||= byte !== 13
        else {
          line++
          if (hasText) return { line, end: { bytes, line } }
        }
      }
    }
  } finally {
    await file.close()
  }
}

/** A line of CSV. */
export function csvLine(values: readonly (string | number)[], delimiter = ','): string {
  const quoted = values.map(value => {
    const text = String(value)
    return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text
  })
  return `${quoted.join(delimiter)}\r\n`
}
