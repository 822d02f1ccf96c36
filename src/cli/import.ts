import { existsSync } from 'node:fs'
import { type ImportReport, importFile } from '../exchange/actions/import-file.ts'
import { loadMapping } from '../exchange/load-mapping.ts'
import type { T } from '../platform/i18n/translator.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { type Command, givenValue } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'
import { progressLine } from './progress.ts'

/** `answerable import` */
export const command: Command = {
  arguments: [
    { name: '<mapping>', text: 'cli.import.mapping' },
    { name: '<file>', text: 'cli.import.file' },
  ],
  options: {
    'create-units': { text: 'exchange.option.create-units' },
    rejected: { text: 'cli.import.rejected', example: 'rejected.csv' },
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'exchange.option.json' },
  },
  async run(call) {
    const { t, say, options } = call
    const [name = '', path = ''] = call.arguments
    const mapping = loadMapping(name, known => t('exchange.file.unknown-mapping', { name, known }))
    if (!existsSync(path)) throw new OperatorError(t('exchange.file.missing', { path }))
    const rejectedPath = givenValue(call, 'rejected') ?? `${path}.rejected.csv`
    const begun = performance.now()
    const report = await withParts(call, 'import', async parts => {
      const office = await chosenOffice(call, parts)
      const line = progressLine()
      try {
        return await importFile(office, mapping, path, {
          t,
          createUnits: options['create-units'] === true,
          rejectedPath,
          progress: ({ share, ...progress }) => {
            const percent = `${Math.floor(share * 100)}%`
            line.show(t('exchange.progress', { ...progress, share: percent }))
          },
        })
      } finally {
        line.end()
      }
    })
    const seconds = Math.round((performance.now() - begun) / 100) / 10
    const rejected = report.refused > 0 ? rejectedPath : undefined
    if (options['json'] === true)
      say(JSON.stringify({ ...report, rejected: rejected ?? null, seconds }, undefined, 2))
    else for (const text of describe(report, rejected, seconds, t)) say(text)
    return report.refused > 0 ? 1 : 0
  },
}

function describe(report: ImportReport, rejected: string | undefined, seconds: number, t: T): string[] {
  const { rows, imported, known, refused, reasons, units, unknownCategories } = report
  const lines = [t('exchange.done', { rows, imported, seconds })]
  if (known > 0) lines.push(t('exchange.known', { known }))
  if (units.length > 0) {
    const names = new Intl.ListFormat(t.lang).format(units.map(unit => unit[t.lang]))
    lines.push(t('exchange.units.created', { n: units.length, names }))
  }
  if (unknownCategories.length > 0)
    lines.push(t('exchange.unknown-categories', { codes: unknownCategories.join(', ') }))
  if (refused === 0 || !rejected) return lines
  lines.push(t('exchange.refused', { refused }))
  for (const { text, column, rows: count, firstLine: line } of reasons) {
    const reason = t.stored(`exchange.reason.${text.slice('exchange.row.'.length)}`)
    lines.push(`  ${t('exchange.reason', { rows: count, line, column: column || 'none', reason })}`)
  }
  return [...lines, t('exchange.rejected.written', { path: rejected })]
}
