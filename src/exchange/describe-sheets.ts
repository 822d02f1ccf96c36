import type { T } from '../platform/i18n/translator.ts'
import type { SheetsRead } from './sheets/read-xlsx.ts'

/** Sheets that are named; a workbook may have hundreds. */
const named = 20

/** Which sheets of a workbook were read and which were not, in a sentence; undefined where there is but one. */
export function describeSheets(sheets: SheetsRead | undefined, t: T): string | undefined {
  if (!sheets || sheets.read.length + sheets.left.length < 2) return undefined
  const list = (names: readonly string[]) => {
    const quoted = names.slice(0, named).map(name => t('exchange.sheets.name', { name }))
    const more = names.length > named ? [t('exchange.sheets.more', { n: names.length - named })] : []
    return new Intl.ListFormat(t.lang).format([...quoted, ...more])
  }
  const { read, left } = sheets
  const values = { n: read.length, read: list(read) }
  if (left.length === 0) return t('exchange.sheets.all', values)
  return t('exchange.sheets.some', { ...values, left: list(left) })
}
