import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { T } from '../platform/i18n/translator.ts'
import { csvLine } from './csv.ts'
import type { RowFault } from './read-row.ts'
import { harmless } from './sheets/cell.ts'

/** A fault of a row, as it is reported: without a column where the row as a whole cannot be read. */
type Refused = { line: number; faults: readonly (RowFault | Omit<RowFault, 'column'>)[] }

/** The report of refused rows. Made with the first of them, so that none is left where there was nothing to refuse. */
export type RejectedFile = {
  add(refused: Refused, values: readonly string[]): Promise<void>
  close(): Promise<void>
}

/**
 * Writes refused rows as CSV: line, columns and reasons, then the row itself under its own columns. Mended there, the
 * file can be imported as it is. What a spreadsheet could take for a formula gets an apostrophe, which imports take off.
 */
export function rejectedFile(
  path: string,
  columns: readonly string[],
  t: T,
  delimiter: string,
): RejectedFile {
  let file: WriteStream | undefined
  let fault: Error | undefined
  const write = (line: string) => {
    if (fault) throw fault
    return file?.write(line)
      ? undefined
      : new Promise<void>(resolve => file?.once('drain', resolve).once('error', resolve))
  }
  return {
    async add({ line, faults }, values) {
      if (!file) {
        file = createWriteStream(path)
        file.on('error', error => {
          fault = error
        })
        // A spreadsheet takes a file for UTF-8 only where it begins with this mark.
        const head = [
          t('exchange.rejected.line'),
          t('exchange.rejected.column'),
          t('exchange.rejected.reason'),
        ]
        await write(`\ufeff${csvLine([...head, ...columns.map(harmless)], delimiter)}`)
      }
      const where = faults.flatMap(one => ('column' in one ? [one.column] : [])).join('; ')
      const reasons = faults.map(one => t(one.text, one.values)).join(' ')
      await write(csvLine([line, harmless(where), harmless(reasons), ...values.map(harmless)], delimiter))
    },
    async close() {
      if (!file) return
      file.end()
      if (!fault) await finished(file)
      if (fault) throw fault
    },
  }
}
