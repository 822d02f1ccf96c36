import { open, stat } from 'node:fs/promises'
import type { Lang } from '../../platform/i18n/languages.ts'
import { type CsvRow, type Mark, readCsv } from '../csv.ts'
import { detectEncoding } from './detect-encoding.ts'
import { type Encoding, inUtf8 } from './encoding.ts'
import { notTable, oldWorkbook } from './faults.ts'
import { readXlsx, type SheetsRead } from './read-xlsx.ts'

/** How a file is to be read; what is not said is found out. */
export type Reading = {
  /** Of CSV; by default the one of comma, semicolon and tab that is most in the first line. */
  delimiter?: string | undefined
  encoding?: Encoding | undefined
  /** How the dates of a workbook are written into values. */
  dateFormat?: string | undefined
  /** The language of whoever brings the file: it decides between encodings where their bytes do not tell. */
  lang: Lang
}

/** The rows of a file that was opened: as CSV or as a workbook, with how many `bytes` they will come to. */
export type OpenedRows = {
  readonly format: 'csv' | 'xlsx'
  readonly encoding?: Encoding
  readonly delimiter?: string
  readonly bytes: number
  /** Of a workbook: which of its sheets the rows are from. */
  readonly sheets?: SheetsRead
  readonly rows: AsyncGenerator<CsvRow>
}

/** Opens the rows of a CSV file or a workbook, told apart by content. @throws BadInput for what is neither. */
export async function openRows(path: string, reading: Reading): Promise<OpenedRows> {
  const start = await firstBytes(path)
  if (start.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004')))
    return { format: 'xlsx', ...(await readXlsx(path, reading.dateFormat ?? 'yyyy-MM-dd HH:mm:ss')) }
  // A workbook from before 2007, or one with a password.
  if (start.subarray(0, 4).equals(Buffer.from('d0cf11e0', 'hex'))) throw oldWorkbook()
  const encoding = reading.encoding ?? (await detectEncoding(path, reading.lang))
  if (!encoding.startsWith('utf-16') && start.includes(0)) throw notTable()
  const text = await inUtf8(path, encoding)
  const first = (await firstBytes(text.path, 65_536)).toString('utf8')
  const said = saidDelimiter(first)
  const delimiter = said?.delimiter ?? reading.delimiter ?? likelyDelimiter(first)
  const { size } = await stat(text.path)
  return {
    format: 'csv',
    encoding,
    delimiter,
    bytes: size,
    rows: closing(readCsv(text.path, delimiter, said?.after), text.close),
  }
}

async function* closing(rows: AsyncGenerator<CsvRow>, close: () => void): AsyncGenerator<CsvRow> {
  try {
    yield* rows
  } finally {
    close()
  }
}

async function firstBytes(path: string, size = 8192): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** What a first line such as `sep=;` says, which Excel takes for no row, and where the next line begins. */
function saidDelimiter(first: string): { delimiter: string; after: Mark } | undefined {
  const [line, delimiter] = /^\ufeff?sep=([^\r\n])[ \t]*\r?\n/i.exec(first) ?? []
  if (line === undefined || delimiter === undefined) return undefined
  return { delimiter, after: { bytes: Buffer.byteLength(line), line: 1 } }
}

function likelyDelimiter(first: string): string {
  const [line = ''] = first.split(/\r?\n/)
  const bare = line.replace(/(^\ufeff?|[,;\t])"[^"]*"/g, '$1')
  const count = (sign: string) => bare.split(sign).length
  return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0] ?? ','
}
