import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { importFile } from '../exchange/actions/import-file.ts'
import { recordImport } from '../exchange/actions/record-import.ts'
import { buildMapping } from '../exchange/build-mapping.ts'
import { dateFormatFault } from '../exchange/date-format.ts'
import { describeReport } from '../exchange/describe-report.ts'
import { fieldsOf, type ImportKind, importKinds, missingCoordinate } from '../exchange/fields.ts'
import { inspectFile } from '../exchange/inspect-file.ts'
import { type AnyMapping, loadAnyMapping } from '../exchange/load-mapping.ts'
import { type Encoding, encodings } from '../exchange/sheets/encoding.ts'
import { missingFields } from '../exchange/table-mapping.ts'
import { packOf } from '../packs/reads.ts'
import { BadInput } from '../platform/errors.ts'
import type { Office } from '../platform/office.ts'
import { OperatorError } from '../platform/operator-error.ts'
import { UsageError } from './arguments.ts'
import { type Call, type Command, givenValue } from './command.ts'
import { chosenOffice, withParts } from './offices.ts'
import { progressLine } from './progress.ts'

/** `answerable import` */
export const command: Command = {
  arguments: [
    { name: '<what>', text: 'cli.import.mapping' },
    { name: '<file>', text: 'cli.import.file' },
  ],
  options: {
    'dry-run': { text: 'exchange.option.dry-run' },
    columns: { text: 'exchange.option.columns', example: 'key=Reference;created=Opened' },
    'date-format': { text: 'exchange.option.date-format', example: 'dd/MM/yyyy' },
    encoding: { text: 'exchange.option.encoding', example: 'gb18030' },
    source: { text: 'exchange.option.source', example: 'old-hotline' },
    'create-units': { text: 'exchange.option.create-units' },
    rejected: { text: 'cli.import.rejected', example: 'rejected.csv' },
    tenant: { text: 'identity.command.tenant', example: '1' },
    json: { text: 'exchange.option.json' },
  },
  interrupted: 'cli.import.interrupted',
  async run(call) {
    const { t, say, options } = call
    const [what = '', path = ''] = call.arguments
    const kind = importKinds.find(one => one === what)
    const given = kind
      ? undefined
      : loadAnyMapping(what, known =>
          t('exchange.file.unknown-mapping', { name: what, known: [...importKinds, known].join(', ') }),
        )
    const file = statSync(path, { throwIfNoEntry: false })
    // A file is read twice, once to see what it is, which a pipe does not allow.
    if (!file?.isFile()) throw new OperatorError(t('exchange.file.missing', { path }))
    const rejectedPath = givenValue(call, 'rejected') ?? `${path}.rejected.csv`
    requireWritable(call, rejectedPath, path)
    const dryRun = options['dry-run'] === true
    const begun = performance.now()
    const { report, mapping } = await withParts(call, 'import', async parts => {
      const office = await chosenOffice(call, parts)
      const line = progressLine()
      try {
        const mapping = given ?? (await mappingFor(call, office, kind ?? 'cases', path))
        const report = await importFile(office, mapping, path, {
          t,
          dryRun,
          createUnits: options['create-units'] === true,
          rejectedPath,
          progress: ({ share, ...progress }) => {
            const percent = `${Math.floor(share * 100)}%`
            line.show(t('exchange.progress', { ...progress, share: percent }))
          },
        })
        if (!dryRun) await recordImport(office, { kind: 'system', name: 'import' }, mapping, report)
        return { report, mapping }
      } catch (error) {
        if (!(error instanceof BadInput)) throw error
        throw new OperatorError(
          error.faults.map(fault => `${path}: ${t.stored(fault.text, fault.values)}`).join('\n'),
        )
      } finally {
        line.end()
      }
    })
    const seconds = Math.round((performance.now() - begun) / 100) / 10
    const rejected = report.refused > 0 ? rejectedPath : undefined
    if (options['json'] === true) {
      const shown = { ...report, rejected: rejected ?? null, seconds, ...(kind && { mapping }) }
      say(JSON.stringify(shown, undefined, 2))
    } else {
      for (const text of describeReport(report, seconds, mapping.kind, t)) say(text)
      if (mapping.encoding && mapping.encoding !== 'utf-8')
        say(t('exchange.read-as', { encoding: mapping.encoding }))
      if (rejected) say(t('exchange.rejected.written', { path: rejected }))
    }
    return report.refused > 0 ? 1 : 0
  },
}

/** Before anything is done: where refused rows go can be written to, and is not the file itself. */
function requireWritable({ t }: Call, rejected: string, path: string): void {
  if (existsSync(rejected) && realpathSync(rejected) === realpathSync(path))
    throw new UsageError(t('exchange.option.rejected-itself'))
  try {
    accessSync(existsSync(rejected) ? rejected : dirname(rejected), constants.W_OK)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    throw new OperatorError(t('exchange.command.not-written', { path: rejected, code }))
  }
}

/** The mapping of a file that has none: its columns by their names, and those that the line says. */
async function mappingFor(call: Call, office: Office, kind: ImportKind, path: string): Promise<AnyMapping> {
  const { t } = call
  const seen = await inspectFile(
    path,
    kind,
    { lang: t.lang, encoding: encodingGiven(call) },
    columnsGiven(call, kind),
  )
  if (seen.fault) throw new BadInput([seen.fault])
  const { choice } = seen
  const label = (field: string) => t.stored(`exchange.field.${kind}.${field}`)
  const missing = missingFields(kind, choice)
  if (missing.length > 0) {
    const fields = missing.map(field => `${field} (${label(field)})`).join(', ')
    throw new OperatorError(t('exchange.file.unmapped', { fields, columns: seen.columns.join(', ') }))
  }
  const lacks = kind === 'cases' ? missingCoordinate(choice) : undefined
  if (lacks) {
    const has = lacks === 'latitude' ? 'longitude' : 'latitude'
    throw new OperatorError(t('exchange.file.half-place', { has, lacks }))
  }
  const dateFormat = dateFormatGiven(call) ?? seen.dateFormat
  if (kind === 'cases' && dateFormat === undefined) throw new OperatorError(t('exchange.file.no-date-format'))
  const { tenant } = office
  return buildMapping({
    kind,
    choice,
    source: givenValue(call, 'source') ?? 'records',
    dateFormat: dateFormat ?? 'yyyy-MM-dd',
    timeZone: tenant.timeZone,
    language: tenant.language,
    pack: packOf(tenant),
    encoding: seen.encoding,
    delimiter: seen.delimiter,
  })
}

function encodingGiven(call: Call): Encoding | undefined {
  const name = givenValue(call, 'encoding')
  const encoding = encodings.find(one => one === name)
  if (name !== undefined && !encoding)
    throw new UsageError(call.t('exchange.option.unknown-encoding', { name, known: encodings.join(', ') }))
  return encoding
}

function dateFormatGiven(call: Call): string | undefined {
  const format = givenValue(call, 'date-format')
  if (format !== undefined && dateFormatFault(format))
    throw new UsageError(call.t('exchange.option.bad-date-format', { format }))
  return format
}

/** `field=Column;other=Column`. */
function columnsGiven(call: Call, kind: ImportKind): Record<string, string> {
  const pairs = (givenValue(call, 'columns') ?? '').split(';').filter(Boolean)
  return Object.fromEntries(
    pairs.map(pair => {
      const [field = '', ...column] = pair.split('=')
      if (fieldsOf[kind].some(one => one.name === field) && column.length > 0)
        return [field, column.join('=')]
      const known = fieldsOf[kind].map(one => one.name).join(', ')
      throw new UsageError(call.t('exchange.option.unknown-field', { field, known }))
    }),
  )
}
