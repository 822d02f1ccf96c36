import type { T } from '../platform/i18n/translator.ts'
import { describeSheets } from './describe-sheets.ts'
import type { ImportKind } from './fields.ts'
import type { ImportReport } from './report.ts'

/** What an import came to, a sentence a line; `seconds` is how long it took. */
export function describeReport(report: ImportReport, seconds: number, kind: ImportKind, t: T): string[] {
  const { rows, imported, known, refused, reasons, units, unknownCategories, dryRun, sheets } = report
  const lines = [t(`exchange.done.${dryRun ? 'dry' : 'real'}`, { rows, imported, seconds, kind })]
  const read = describeSheets(sheets, t)
  if (read) lines.push(read)
  if (known > 0) lines.push(t('exchange.known', { known }))
  if (units.length > 0) {
    const names = new Intl.ListFormat(t.lang).format(units.map(unit => unit[t.lang]))
    lines.push(t('exchange.units.created', { n: units.length, names }))
  }
  if (unknownCategories.length > 0)
    lines.push(t('exchange.unknown-categories', { codes: unknownCategories.join(', ') }))
  if (refused > 0) {
    lines.push(t('exchange.refused', { refused }))
    lines.push(...describeReasons(reasons, t).map(reason => `  ${reason}`))
  }
  return lines
}

/** Why rows were refused, how many for each reason, and where the first is. */
export function describeReasons(reasons: ImportReport['reasons'], t: T): string[] {
  return reasons.map(({ text, column, rows, firstLine: line }) => {
    const reason = t.stored(`exchange.reason.${text.slice('exchange.row.'.length)}`)
    return t('exchange.reason', { rows, line, column: column || 'none', reason })
  })
}
