import { open, stat } from 'node:fs/promises'
import { BadInput } from '../../platform/errors.ts'
import type { Lang } from '../../platform/i18n/languages.ts'
import { type CsvRow, readCsv } from '../csv.ts'
import { detectEncoding } from './detect-encoding.ts'
import { type Encoding, inUtf8 } from './encoding.ts'
import { readXlsx } from './read-xlsx.ts'

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
  readonly rows: AsyncGenerator<CsvRow>
}

/** Opens the rows of a CSV file or a workbook, told apart by content. @throws BadInput for what is neither. */
export async function openRows(path: string, reading: Reading): Promise<OpenedRows> {
  const start = await firstBytes(path)
  if (start.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004')))
    return { format: 'xlsx', ...(await readXlsx(path, reading.dateFormat ?? 'yyyy-MM-dd HH:mm:ss')) }
  // A workbook from before 2007, or one with a password.
  if (start.subarray(0, 4).equals(Buffer.from('d0cf11e0', 'hex')))
    throw new BadInput([{ field: 'file', text: 'exchange.file.old-workbook' }])
  const encoding = reading.encoding ?? (await detectEncoding(path, reading.lang))
  if (!encoding.startsWith('utf-16') && start.includes(0))
    throw new BadInput([{ field: 'file', text: 'exchange.file.not-a-table' }])
  const text = await inUtf8(path, encoding)
  const delimiter = reading.delimiter ?? (await likelyDelimiter(text.path))
  const { size } = await stat(text.path)
  return {
    format: 'csv',
    encoding,
    delimiter,
    bytes: size,
    rows: closing(readCsv(text.path, delimiter), text.close),
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

async function likelyDelimiter(path: string): Promise<string> {
  const [line = ''] = (await firstBytes(path, 65_536)).toString('utf8').split(/\r?\n/)
  const bare = line.replace(/"[^"]*"/g, '')
  const count = (sign: string) => bare.split(sign).length
  return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0] ?? ','
}
