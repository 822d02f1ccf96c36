import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { CsvError, parse } from 'csv-parse'

/** A row of a CSV file: where it begins, counted from 1 for the first line, and its values; or why it has none. */
export type CsvRow =
  | { line: number; values: string[]; bytes: number }
  | { line: number; broken: 'quotes' | 'too-long'; bytes: number }

/** A row longer than this, in characters, has lost the end of a quotation somewhere. */
const longestRow = 64_000

// The end of what was read of a file, from which it is read on.
type Mark = { bytes: number; line: number }

/**
 * Reads a CSV file (RFC 4180, UTF-8, any line ends) row by row in bounded memory. A row whose quotes do not close gives
 * up that one line alone: reading goes on with the next, so that a fault in one row neither hides nor eats others.
 */
export async function* readCsv(path: string, delimiter: string): AsyncGenerator<CsvRow> {
  let mark: Mark = { bytes: 0, line: 0 }
  for (;;) {
    const begun = mark
    try {
      for await (const row of parseFrom(path, delimiter, begun)) {
        mark = { bytes: row.bytes, line: row.end }
        yield { line: row.line, values: row.values, bytes: row.bytes }
      }
      return
    } catch (error) {
      if (!(error instanceof CsvError)) throw error
      const skipped = await nextLine(path, mark)
      mark = skipped.end
      const broken = error.code === 'CSV_MAX_RECORD_SIZE' ? 'too-long' : 'quotes'
      yield { line: skipped.line, broken, bytes: mark.bytes }
    }
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
  for await (const chunk of chunksOf(path, from.bytes)) {
    if (chunk) rest = Buffer.concat([rest, chunk])
    const fault = await feed(chunk)
    for (const { values, bytes } of rows.splice(0)) {
      const raw = rest.subarray(0, bytes - at)
      const first = raw.findIndex(byte => byte !== 10 && byte !== 13)
      const begin = line + linesIn(raw.subarray(0, first)) + 1
      line += linesIn(raw)
      rest = rest.subarray(raw.length)
      at = bytes
      yield { line: begin, end: line, values, bytes }
    }
    if (fault) throw fault
  }
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
