import { BadInput } from '../../platform/errors.ts'

const fault = (text: string, values?: Record<string, string | number>) =>
  new BadInput([{ field: 'file', text, ...(values && { values }) }])

/** The fault of a file that is no table. */
export const notTable = (): BadInput => fault('exchange.file.not-a-table')

/** The fault of a workbook of before 2007, or one with a password. */
export const oldWorkbook = (): BadInput => fault('exchange.file.old-workbook')

/** The fault of a file that looks like a workbook and cannot be read. */
export const brokenWorkbook = (): BadInput => fault('exchange.file.broken-workbook')

/** The fault of a workbook that holds more than is read. */
export const largeWorkbook = (): BadInput => fault('exchange.file.large-workbook')

/** The fault of a spreadsheet in the format of OpenOffice and LibreOffice. */
export const openDocument = (): BadInput => fault('exchange.file.opendocument')

/** The fault of a workbook with a text that is too long to be passed over. */
export const longCell = (sheet: string, cell: string, limit: number): BadInput =>
  fault('exchange.file.cell-too-long', { sheet, cell, limit })

/** What is thrown for an error met in a workbook: the workbook's fault, unless the machine has trouble, as with a full disk. */
export function faultOfWorkbook(error: unknown): unknown {
  const isOurs = error instanceof BadInput || (error instanceof Error && 'syscall' in error)
  return isOurs ? error : brokenWorkbook()
}
