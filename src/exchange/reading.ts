import type { Fault } from '../platform/errors.ts'
import type { Lang } from '../platform/i18n/languages.ts'
import { dateFormatFault } from './date-format.ts'
import { type Choice, missingCoordinate } from './fields.ts'
import type { Inspection } from './inspect-file.ts'
import type { Run, RunReading } from './run.ts'
import type { Encoding } from './sheets/encoding.ts'
import { missingFields } from './table-mapping.ts'

/** How a file is read before anybody has said so: as it looks, or by the mapping that was named for it. */
export function firstReading(seen: Inspection, mapping: string | undefined, lang: Lang): RunReading {
  const { format, encoding, delimiter, choice, dateFormat = '' } = seen
  const own = mapping === undefined ? { choice, dateFormat } : { choice: {}, dateFormat: '', mapping }
  return { format, encoding, delimiter, source: 'records', createUnits: false, lang, ...own }
}

/** What somebody says of a file; what they do not name stays as it was. */
export type Said = {
  choice?: Choice | undefined
  encoding?: Encoding | undefined
  dateFormat?: string | undefined
  source?: string | undefined
  createUnits?: boolean | undefined
}

/** How a file is read after that. A mapping that comes with the product has its own columns, dates and source. */
export function readingAfter({ reading }: Run, said: Said): RunReading {
  const { choice, encoding, dateFormat, source, createUnits } = said
  return {
    ...reading,
    encoding: reading.format === 'csv' ? (encoding ?? reading.encoding) : undefined,
    createUnits: createUnits ?? reading.createUnits,
    ...(reading.mapping === undefined && {
      choice: choice ?? reading.choice,
      dateFormat: dateFormat ?? reading.dateFormat,
      source: source?.trim() || reading.source,
    }),
  }
}

/** What a file cannot be checked without; `columns.` goes before the name of a field that no column fills. */
export function readingFaults(kind: Run['kind'], reading: RunReading): Fault[] {
  const { choice, dateFormat, source, mapping } = reading
  if (mapping !== undefined) return []
  const coordinate = kind === 'cases' ? missingCoordinate(choice) : undefined
  const missing = [...missingFields(kind, choice), ...(coordinate ? [coordinate] : [])]
  const faults: Fault[] = missing.map(name => ({
    field: `columns.${name}`,
    text: `exchange.mapping.missing.${kind}.${name}`,
  }))
  if (kind !== 'cases') return faults
  if (dateFormat === '' || dateFormatFault(dateFormat) !== undefined)
    faults.push({ field: 'dateFormat', text: 'exchange.mapping.date-format.missing' })
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(source))
    faults.push({ field: 'source', text: 'exchange.mapping.source.wrong' })
  return faults
}
